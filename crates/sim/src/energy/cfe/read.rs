//! The world of an experiment and the year it happens in.

use std::path::{Path, PathBuf};

use energy::Storage;
use serde::Deserialize;

use super::super::series::{self, SHARE, Series};
use crate::{SimError, files};

/// Hubs that are alike but for their weather, their price and their grid.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// Of each hub, constant before it is moved.
    pub load_mw: f64,
    /// Of a year's generation; the rest is onshore wind. Both together are the year's load.
    pub solar_share: f64,
    pub battery: Battery,
    /// Price of moving work that uses a MWh to another hub.
    pub transfer_cny_per_mwh: f64,
    pub hubs: Vec<Hub>,
}

/// Of each hub; half full at the start and at the end.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Battery {
    pub power_mw: f64,
    pub energy_mwh: f64,
    /// Each way.
    pub efficiency: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// Its column in the files of the year.
    pub name: String,
    pub tariff_cny_per_kwh: f64,
    pub grid_kgco2_per_kwh: f64,
}

impl World {
    pub(super) const fn storage(&self) -> Storage {
        let Battery { power_mw, energy_mwh, efficiency } = self.battery;
        Storage { capacity: energy_mwh, power: power_mw, efficiency }
    }
}

const HUBS_MOST: usize = 1_000;

pub(super) fn world(path: &Path) -> Result<World, SimError> {
    let text = files::text_within(path, 1 << 20)?;
    let wrong = |what: String| SimError::Asked(format!("{}: {what}", path.display()));
    let world: World = serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let battery = world.battery;
    let numbers = [
        ("load_mw", world.load_mw, 1e-3, 1e6),
        ("solar_share", world.solar_share, 0.0, 1.0),
        ("power_mw", battery.power_mw, 0.0, 1e6),
        ("energy_mwh", battery.energy_mwh, 0.0, 1e7),
        ("efficiency", battery.efficiency, 0.01, 1.0),
        ("transfer_cny_per_mwh", world.transfer_cny_per_mwh, 0.0, 1e6),
    ];
    let of_hubs = world.hubs.iter().flat_map(|hub| {
        [
            ("tariff_cny_per_kwh", hub.tariff_cny_per_kwh, 0.0, 100.0),
            ("grid_kgco2_per_kwh", hub.grid_kgco2_per_kwh, 0.0, 5.0),
        ]
    });
    for (name, value, least, most) in numbers.into_iter().chain(of_hubs) {
        if !(least..=most).contains(&value) {
            return Err(wrong(format!("{name} is {value}: it is {least} to {most}")));
        }
    }
    if world.hubs.is_empty() || world.hubs.len() > HUBS_MOST {
        return Err(wrong(format!("there are {} hubs: it is 1 to {HUBS_MOST}", world.hubs.len())));
    }
    Ok(world)
}

/// Of every hub, hour by hour, 29 February left out.
pub(super) fn generation(world: &World, year: &Path) -> Result<Vec<Vec<f64>>, SimError> {
    let names: Vec<Option<&str>> = world.hubs.iter().map(|hub| Some(hub.name.as_str())).collect();
    let solar = series::read_all(&file(year, "cf_solar_")?, &names, (None, None), SHARE)?;
    let wind = series::read_all(&file(year, "cf_onwind_")?, &names, (None, None), SHARE)?;
    let both = |(solar, wind): (Series, Series)| {
        let (solar, wind) = (whole_year(year, solar)?, whole_year(year, wind)?);
        let scaled = |values: &[f64], share: f64| {
            let sum: f64 = values.iter().sum();
            if sum > 0.0 { share * world.load_mw * values.len() as f64 / sum } else { 0.0 }
        };
        let (sun, air) =
            (scaled(&solar, world.solar_share), scaled(&wind, 1.0 - world.solar_share));
        Ok(solar.iter().zip(&wind).map(|(solar, wind)| solar * sun + wind * air).collect())
    };
    solar.into_iter().zip(wind).map(both).collect()
}

/// The one file of the folder whose name begins so.
fn file(year: &Path, begin: &str) -> Result<PathBuf, SimError> {
    let unread = |cause| SimError::Read { path: year.to_owned(), cause };
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(year).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begin)) {
            found.push(path);
        }
    }
    found.sort();
    let none =
        || SimError::Asked(format!("{}: there is no file {begin}*.csv in it", year.display()));
    found.into_iter().next().ok_or_else(none)
}

fn whole_year(path: &Path, series: Series) -> Result<Vec<f64>, SimError> {
    let mut values = series.values;
    if series.step != 60 || !matches!(values.len(), 8_760 | 8_784) {
        let what = format!(
            "{}: {} values every {} min: a year has 8760 hours, or 8784",
            path.display(),
            values.len(),
            series.step
        );
        return Err(SimError::Asked(what));
    }
    if values.len() == 8_784 {
        values.drain(59 * 24..60 * 24);
    }
    Ok(values)
}
