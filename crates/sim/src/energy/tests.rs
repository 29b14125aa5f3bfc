use super::{
    battery,
    cfe::{self, Foresight},
    forecast, lwa,
    series::minute,
};
use crate::files::at_hand;

/// Published: 5.91/7.93, 6.56/9.03 and 4.77/5.92 percent.
#[test]
fn waiting_for_clean_hours_saves_what_was_published() {
    for (region, whole, parts) in [("ger", 5.91, 7.93), ("gb", 6.56, 9.03), ("fr", 4.77, 5.92)] {
        let Some(path) = at_hand(&format!("energy/ci/lwa2021_{region}_ci_30min_2020.csv")) else {
            return;
        };
        let found = lwa::run(&path, 1).unwrap().saving.next_workday;
        assert!(
            (found.non_interrupting - whole).abs() < 0.15
                && (found.interrupting - parts).abs() < 0.15,
            "{region} {found:?}"
        );
    }
}

#[test]
fn a_battery_that_sees_two_days_is_as_good_as_one_that_sees_all() {
    let Some(path) = at_hand("energy/prices/day_ahead_or_spot_usd_per_mwh_to2023.csv.gz") else {
        return;
    };
    let range = (Some(minute("2023-07-01").unwrap()), Some(minute("2023-07-08").unwrap()));
    let asked =
        battery::Asked { market: "DE-LU", power_mw: 1.0, energy_mwh: 2.0, horizon: 2_880, range };
    let found = battery::run(&path, &asked).unwrap();
    // HiGHS finds -2956.729061 (`milp` of scipy 1.17.1, binaries where prices are at or below zero).
    assert!(
        found.steps_not_above_zero == 100 && (found.lower_bound + 2_956.729_061).abs() < 1e-5,
        "{found:?}"
    );
    assert!(found.gap_pct.abs() < 0.1, "{found:?}");
    let error =
        battery::run(&path, &battery::Asked { market: "XX", ..asked }).unwrap_err().to_string();
    assert!(error.contains("there is no column \"XX\", but AT, "), "{error}");
}

#[test]
fn forecasts_are_nearer_than_the_last_season_on_days_not_seen() {
    let Some(path) = at_hand("energy/ci/ci_lca_gco2eq_per_kwh_to2023.csv.gz") else { return };
    for zone in ["DE-LU", "GB", "US-TEX-ERCO"] {
        let found = forecast::run(
            &path,
            zone,
            minute("2023-09-01").unwrap(),
            minute("2023-10-01").unwrap(),
        )
        .unwrap();
        assert!(
            found.mae < found.seasonal_naive.mae && found.mape < found.seasonal_naive.mape,
            "{found:?}"
        );
        assert!((80.0..=99.0).contains(&found.coverage), "{found:?}");
    }
}

fn hubs(flexible: f64, foresight: Foresight) -> Option<cfe::Report> {
    let world = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/energy/eight-hubs.yaml");
    let year = at_hand("energy/cn/cf_solar_2020.csv.gz")?;
    Some(cfe::run(&world, year.parent()?, flexible, foresight, 2).unwrap())
}

/// One linear program of the whole year, by HiGHS, reaches 65.4, 71.8 and 83.4 percent.
#[test]
fn hubs_are_as_free_of_carbon_as_one_linear_program_makes_them() {
    let Some(stored) = hubs(0.0, Foresight::Perfect) else { return };
    assert!(
        (stored.cfe_plain_pct - 65.4).abs() < 0.05 && (stored.cfe_pct - 71.8).abs() < 0.1,
        "{stored:?}"
    );
    let both = hubs(0.4, Foresight::Perfect).unwrap();
    let bound = both.cfe_bound_pct.unwrap();
    assert!(
        (both.cfe_pct - 83.4).abs() < 0.2 && both.cfe_pct <= bound && bound - both.cfe_pct < 0.2,
        "{both:?}"
    );
    let online = hubs(0.4, Foresight::Forecast).unwrap();
    assert!(online.cfe_pct >= 80.0 && online.cfe_pct <= bound, "{online:?}");
}
