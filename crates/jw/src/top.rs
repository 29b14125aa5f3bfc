//! `top`: how full everything is.

use std::{io::IsTerminal, time::Duration};

use api::{LinkTop, SiteTop, Top};
use units::Time;

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, part, price, yes_no},
    output::{Page, Section, Values},
    patience::Patience,
    table::{Cell, Style, Table, column},
};

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(1);
/// To the top left corner, and clear what is below.
const CLEAR: &str = "\u{1b}[H\u{1b}[J";

pub(crate) async fn run(context: &Context, watch: bool, at: Option<Time>) -> Result<(), Failure> {
    let client = context.client()?;
    let mut patience = Patience::default();
    let clears = watch && context.out.is_human() && std::io::stdout().is_terminal();
    loop {
        match client.top(at).await {
            Ok(top) => {
                patience.reset();
                if clears {
                    context.out.raw(CLEAR)?;
                }
                context.out.print(Values::One(&top), |out| page(&top, &out.clock))?;
            }
            Err(error) if watch => patience.bear(error.into(), &context.out).await?,
            Err(error) => return Err(error.into()),
        }
        if !watch {
            return Ok(());
        }
        tokio::time::sleep(PERIOD).await;
    }
}

fn page(top: &Top, clock: &Clock) -> Page {
    Page(vec![
        Section::Text { title: None, lines: vec![headline(top, clock)] },
        Section::Table { title: None, table: pools(&top.sites) },
        Section::Table { title: None, table: links(&top.links) },
    ])
}

/// "12:00:00  jobs: 3 running, 12 succeeded  sites: 7 of 8 online".
fn headline(top: &Top, clock: &Clock) -> String {
    let jobs: Vec<String> = top
        .jobs
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    let jobs = if jobs.is_empty() { "none".to_owned() } else { jobs.join(", ") };
    let online = top.sites.iter().filter(|site| site.online).count();
    format!("{}  jobs: {jobs}  sites: {online} of {} online", clock.time(top.now), top.sites.len())
}

/// One row a pool; the site's own figures stand in its first.
fn pools(sites: &[SiteTop]) -> Table {
    let mut table = Table::new([
        column("SITE"),
        column("ONLINE"),
        column("JOBS").right(),
        column("POOL"),
        column("FLAVOR").wide(),
        column("USED").right(),
        column("UNITS").right(),
        column("FULL"),
        column("POWER").point(),
        column("ELECTRICITY").point(),
        column("CARBON").point(),
    ]);
    for site in sites {
        if site.pools.is_empty() {
            let none = [Cell::none(), Cell::none(), Cell::none(), Cell::none(), Cell::none()];
            table.push(site.site.as_str(), site_row(site, none));
        }
        for pool in &site.pools {
            let figures = [
                Cell::new(&pool.pool),
                Cell::new(&pool.flavor),
                Cell::new(pool.used),
                Cell::new(pool.units),
                part(pool.used.into(), pool.units.into()),
            ];
            table.push(site.site.as_str(), site_row(site, figures));
        }
    }
    table
}

fn site_row(site: &SiteTop, pool: [Cell; 5]) -> Vec<Cell> {
    let mut row =
        vec![Cell::new(&site.site).style(Style::Bold), yes_no(site.online), Cell::new(site.jobs)];
    row.extend(pool);
    row.extend([
        Cell::exact(site.power.human(), site.power),
        price(site.energy_price.get(), "kWh", site.energy_price),
        Cell::exact(site.carbon.human(), site.carbon),
    ]);
    row
}

fn links(links: &[LinkTop]) -> Table {
    let mut table = Table::new([
        column("LINK"),
        column("USED").right(),
        column("CAPACITY").right(),
        column("FULL"),
    ]);
    for link in links {
        let cells = vec![
            Cell::new(&link.link),
            Cell::exact(link.used.human(), link.used),
            Cell::exact(link.capacity.human(), link.capacity),
            part(link.used.get(), link.capacity.get()),
        ];
        table.push(link.link.as_str(), cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::{args::Format, output::Output};

    #[test]
    fn sites_and_links_line_up() {
        let top: Top = serde_json::from_value(json!({
            "now": "2026-03-01T04:00:00Z", "jobs": {"running": 3, "failed": 0, "succeeded": 12}, "carbon_per_hour": "8.5125kgCO2",
            "sites": [
                {"site": "horinger", "online": true, "energy_price": "0.2851CNY/kWh", "carbon": "681gCO2/kWh", "power": "12.5kW", "carbon_per_hour": "8.5125kgCO2", "jobs": 3,
                 "pools": [{"pool": "horinger-cpu", "flavor": "cpu-small", "units": 400, "used": 252},
                           {"pool": "horinger-ascend", "flavor": "ascend-910b", "units": 64, "used": 64}]},
                {"site": "gui-an", "online": false, "energy_price": "0.4CNY/kWh", "carbon": "430gCO2/kWh", "power": "0W", "carbon_per_hour": "0gCO2", "jobs": 0, "pools": []},
            ],
            "links": [{"link": "bj-zjk", "capacity": "400Gbit/s", "used": "1Gbit/s"}],
        }))
        .unwrap();
        let output = Output::plain(Format::Table, Clock::fixed("2026-03-01T04:00:00Z", 8));
        expect![[r#"
            12:00:00  jobs: 3 running, 12 succeeded  sites: 1 of 2 online

            SITE      ONLINE  JOBS  POOL             USED  UNITS  FULL               POWER     ELECTRICITY        CARBON
            horinger  yes        3  horinger-cpu      252    400   63% ██████····  12.5 kW  0.2851 CNY/kWh  681 gCO2/kWh
            horinger  yes        3  horinger-ascend    64     64  100% ██████████  12.5 kW  0.2851 CNY/kWh  681 gCO2/kWh
            gui-an    no         0  -                   -      -  -                 0 mW    0.4 CNY/kWh     430 gCO2/kWh

            LINK        USED    CAPACITY  FULL
            bj-zjk  1 Gbit/s  400 Gbit/s    0% ··········
        "#]]
            .assert_eq(&output.render(Values::One(&top), |out| page(&top, &out.clock)).unwrap());
    }
}
