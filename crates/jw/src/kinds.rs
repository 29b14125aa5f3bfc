//! The columns of each kind of resource: one table, from which every list follows.

use api::{JobSummary, ResourceView};
use model::{
    Coordinates, DatasetSpec, EdgeSpec, FlavorSpec, Kind, LinkSpec, Name, NodeSpec,
    OrganizationSpec, PoolSpec, ProjectSpec, ServiceSpec, SiteSpec,
};
use serde::de::DeserializeOwned;

use crate::{
    format::{self, Clock, money, price, word, yes_no},
    table::{Cell, Column, Style, Table, column},
};

const TITLE: usize = 28;

/// The columns between the title and the end, by kind.
fn columns(kind: Kind) -> Vec<Column> {
    match kind {
        Kind::Organization => vec![column("CONTACT")],
        Kind::Project => vec![column("ORGANIZATION"), column("ALLOCATION").point()],
        Kind::Node => vec![column("REGION"), column("PLACE")],
        Kind::Flavor => vec![
            column("ARCH"),
            column("CORES").right(),
            column("MEMORY").right(),
            column("ACCELERATOR"),
            column("POWER").right(),
            column("THROUGHPUT").wide(),
            column("SOURCE").wide(),
        ],
        Kind::Site => vec![
            column("REGION"),
            column("ONLINE"),
            column("PUE").point(),
            column("CARBON").right(),
            column("SEEN").wide(),
            column("SANDBOX").wide(),
            column("GENERATION").right().wide(),
            column("PLACE").wide(),
            column("TIME ZONE").wide(),
            column("ORGANIZATION").wide(),
        ],
        Kind::Pool => vec![
            column("SITE"),
            column("FLAVOR"),
            column("UNITS").right(),
            column("PRICE").point(),
            column("A NODE").right().wide(),
        ],
        Kind::Link => vec![
            column("ENDS"),
            column("DELAY").point(),
            column("CAPACITY").right(),
            column("PRICE").point(),
            column("JITTER").right().wide(),
            column("LOSS").right().wide(),
            column("ORGANIZATION").wide(),
        ],
        Kind::Dataset => vec![
            column("SIZE").right(),
            column("REPLICAS"),
            column("PRICE").point(),
            column("ORGANIZATION").wide(),
        ],
        Kind::Edge => vec![column("AT"), column("NETWORKS"), column("PREFIXES")],
        Kind::Service => vec![column("ADDRESS"), column("CLASS"), column("INSTANCES")],
        Kind::Job => vec![],
    }
}

fn cells(view: &ResourceView, clock: &Clock) -> Vec<Cell> {
    let known = match view.kind {
        Kind::Organization => {
            typed(view, |spec: OrganizationSpec| vec![Cell::option(spec.contact)])
        }
        Kind::Project => typed(view, |spec: ProjectSpec| {
            vec![Cell::new(spec.organization), spec.allocation.map_or_else(Cell::none, money)]
        }),
        Kind::Node => typed(view, |spec: NodeSpec| vec![Cell::new(spec.region), place(spec.place)]),
        Kind::Flavor => typed(view, |spec: FlavorSpec| flavor(&spec)),
        Kind::Site => typed(view, |spec: SiteSpec| site(&spec, view, clock)),
        Kind::Pool => typed(view, |spec: PoolSpec| pool(&spec)),
        Kind::Link => typed(view, |spec: LinkSpec| link(&spec)),
        Kind::Dataset => typed(view, |spec: DatasetSpec| dataset(&spec)),
        Kind::Edge => typed(view, |spec: EdgeSpec| edge(&spec)),
        Kind::Service => typed(view, |spec: ServiceSpec| service(&spec)),
        Kind::Job => None,
    };
    // A newer server may say more than this program can read: the name is still shown.
    known.unwrap_or_else(|| columns(view.kind).iter().map(|_| Cell::none()).collect())
}

fn typed<S: DeserializeOwned>(
    view: &ResourceView,
    cells: impl FnOnce(S) -> Vec<Cell>,
) -> Option<Vec<Cell>> {
    serde_json::from_value(view.spec.clone()).ok().map(cells)
}

fn place(at: Coordinates) -> Cell {
    Cell::exact(format!("{:.2} {:.2}", at.lat, at.lon), format!("{} {}", at.lat, at.lon))
}

fn flavor(spec: &FlavorSpec) -> Vec<Cell> {
    let accelerator = spec.accelerator.as_ref().map(|it| {
        format!("{}x {}{}", it.count, it.model, if it.simulated { " (simulated)" } else { "" })
    });
    let throughput: Vec<String> = spec
        .throughput
        .iter()
        .map(|(precision, value)| format!("{} {value}", word(precision)))
        .collect();
    vec![
        word(spec.arch).into(),
        Cell::new(spec.cores),
        Cell::new(spec.memory),
        Cell::option(accelerator),
        Cell::exact(spec.power.human(), spec.power),
        throughput.join(", ").into(),
        word(spec.throughput_source).into(),
    ]
}

fn site(spec: &SiteSpec, view: &ResourceView, clock: &Clock) -> Vec<Cell> {
    let status = view.status.clone().unwrap_or_default();
    let carbon = spec.carbon.intensity;
    let seen = status.last_seen.map(|time| Cell::exact(clock.relative(time), time));
    vec![
        Cell::new(&spec.region),
        yes_no(status.online),
        Cell::new(spec.pue),
        Cell::exact(carbon.human(), carbon),
        seen.unwrap_or_else(Cell::none),
        Cell::option((!status.sandbox.is_empty()).then_some(status.sandbox)),
        Cell::new(status.generation),
        place(spec.place),
        spec.time_zone.as_str().into(),
        Cell::new(&spec.organization),
    ]
}

fn pool(spec: &PoolSpec) -> Vec<Cell> {
    vec![
        Cell::new(&spec.site),
        Cell::new(&spec.flavor),
        Cell::new(spec.units),
        Cell::exact(spec.price.human(), spec.price),
        Cell::new(spec.node_units()),
    ]
}

fn link(spec: &LinkSpec) -> Vec<Cell> {
    let [a, b] = &spec.ends;
    vec![
        Cell::from(format!("{a} - {b}")),
        Cell::exact(spec.delay.human(), spec.delay),
        Cell::exact(spec.capacity.human(), spec.capacity),
        price(spec.price.get(), "GB", spec.price),
        Cell::exact(spec.jitter.human(), spec.jitter),
        Cell::new(spec.loss),
        Cell::new(&spec.organization),
    ]
}

fn dataset(spec: &DatasetSpec) -> Vec<Cell> {
    let replicas = spec.replicas.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    vec![
        Cell::exact(spec.size.human(), spec.size),
        Cell::from(replicas).clip(48),
        price(spec.price.get(), "GB", spec.price),
        Cell::new(&spec.organization),
    ]
}

fn edge(spec: &EdgeSpec) -> Vec<Cell> {
    let networks: Vec<&str> = spec.networks.iter().map(|it| it.name.as_str()).collect();
    let prefixes: Vec<String> = spec.prefixes.iter().map(ToString::to_string).collect();
    vec![
        Cell::new(&spec.at),
        Cell::from(networks.join(", ")).clip(48),
        Cell::from(prefixes.join(", ")).clip(48),
    ]
}

fn service(spec: &ServiceSpec) -> Vec<Cell> {
    let instances: Vec<String> =
        spec.instances.iter().map(|it| format!("{} at {}", it.name, it.edge)).collect();
    vec![
        Cell::new(spec.address),
        Cell::from(spec.class.as_str()),
        Cell::from(instances.join(", ")).clip(48),
    ]
}

/// A list of resources of one kind.
pub(crate) fn resources(kind: Kind, views: &[ResourceView], clock: &Clock) -> Table {
    let ends =
        [column("VERSION").right().wide(), column("UPDATED").wide(), column("LABELS").wide()];
    let all: Vec<Column> =
        [column("NAME"), column("TITLE")].into_iter().chain(columns(kind)).chain(ends).collect();
    let mut table = Table::new(all);
    for view in views {
        let labels = view
            .metadata
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>();
        let title = Cell::option(view.metadata.title.as_ref()).clip(TITLE);
        let mut row = vec![Cell::new(&view.metadata.name), title];
        row.extend(cells(view, clock));
        row.extend([Cell::new(view.version), clock.cell(view.updated), labels.join(",").into()]);
        table.push(view.metadata.name.as_str(), row);
    }
    table
}

/// A list of jobs.
pub(crate) fn jobs(jobs: &[JobSummary], clock: &Clock) -> Table {
    let mut table = Table::new([
        column("JOB"),
        column("TITLE"),
        column("STATE"),
        column("SITE"),
        column("START"),
        column("ENDED"),
        column("COST").point(),
        column("POOL").wide(),
        column("TASKS").right().wide(),
        column("PRIORITY").right().wide(),
        column("ATTEMPT").right().wide(),
        column("SUBMITTED").wide(),
        column("VERSION").right().wide(),
        column("REASON").wide(),
    ]);
    for job in jobs {
        table.push(job.key.to_string(), job_row(job, clock));
    }
    table
}

fn job_row(job: &JobSummary, clock: &Clock) -> Vec<Cell> {
    vec![
        Cell::new(&job.key).style(Style::Bold),
        Cell::option(job.title.as_ref()).clip(TITLE),
        format::state(job.state),
        Cell::option(job.site.as_ref()),
        clock.cell_option(job.start),
        clock.cell_option(job.ended),
        money(job.cost),
        Cell::option(job.pool.as_ref()),
        Cell::new(job.tasks),
        Cell::new(job.priority),
        Cell::new(job.attempt),
        clock.cell(job.submitted),
        Cell::new(job.version),
        job.reason.as_str().into(),
    ]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::table::Look;

    const LOOK: Look = Look { wide: false, headers: true, color: false };

    fn clock() -> Clock {
        Clock::fixed("2026-03-01T04:00:00Z", 8)
    }

    fn view(kind: Kind, name: &str, title: Option<&str>, spec: serde_json::Value) -> ResourceView {
        serde_json::from_value(json!({
            "kind": kind, "metadata": {"name": name, "title": title}, "spec": spec,
            "version": 3, "created": "2026-03-01T01:00:00Z", "updated": "2026-03-01T02:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn sites_pools_and_links_line_up() {
        let site = view(
            Kind::Site,
            "horinger",
            Some("内蒙古枢纽 和林格尔"),
            json!({
                "organization": "hub-nm", "region": "nei-menggu", "place": {"lat": 40.38, "lon": 111.82},
                "time_zone": "Asia/Shanghai", "pue": "1.15", "carbon": {"intensity": "681gCO2/kWh"},
                "tariff": {"seasons": [{"price": "0.31CNY/kWh"}]},
            }),
        );
        let unread = view(Kind::Site, "newer", None, json!({"shape": "of another version"}));
        let pool = view(
            Kind::Pool,
            "horinger-cpu",
            None,
            json!({"site": "horinger", "flavor": "cpu-small", "units": 400, "price": "0.12CNY/h"}),
        );
        let link = view(
            Kind::Link,
            "bj-zjk",
            Some("京张"),
            json!({
                "ends": ["beijing", "zhangjiakou"], "delay": "1.05ms", "capacity": "400Gbit/s", "price": "0.02CNY/GB", "organization": "o",
            }),
        );
        let shown = [
            resources(Kind::Site, &[site, unread], &clock()).text(LOOK),
            resources(Kind::Pool, &[pool], &clock()).text(LOOK),
            resources(Kind::Link, std::slice::from_ref(&link), &clock()).text(LOOK),
            resources(Kind::Link, &[link], &clock()).csv(true).unwrap(),
        ];
        expect![[r#"
            NAME      TITLE                REGION      ONLINE   PUE        CARBON
            horinger  内蒙古枢纽 和林格尔  nei-menggu  no      1.15  681 gCO2/kWh
            newer     -                    -           -       -                -

            NAME          TITLE  SITE      FLAVOR     UNITS       PRICE
            horinger-cpu  -      horinger  cpu-small    400  0.12 CNY/h

            NAME    TITLE  ENDS                     DELAY    CAPACITY        PRICE
            bj-zjk  京张   beijing - zhangjiakou  1.05 ms  400 Gbit/s  0.02 CNY/GB

            name,title,ends,delay,capacity,price,jitter,loss,organization,version,updated,labels
            bj-zjk,京张,beijing - zhangjiakou,1.05ms,400Gbit/s,20CNY/TB,0ns,0ppm,o,3,2026-03-01T02:00:00Z,
        "#]].assert_eq(&shown.join("\n"));
    }

    #[test]
    fn every_kind_has_a_row_for_its_columns() {
        for kind in Kind::ALL {
            let table = resources(kind, &[view(kind, "x", None, json!({}))], &clock());
            assert_eq!(table.names().collect::<Vec<_>>(), ["x"], "{kind}");
        }
    }

    #[test]
    fn jobs_show_their_state_and_cost() {
        let job: JobSummary = serde_json::from_value(json!({
            "key": "demo.hello", "state": "running", "priority": 5, "tasks": 4, "title": "气象模式 hindcast 2025",
            "site": "horinger", "pool": "horinger-cpu", "submitted": "2026-03-01T03:59:00Z",
            "start": "2026-03-01T03:59:30Z", "cost": "1.23456789CNY", "attempt": 1, "version": 7,
        }))
        .unwrap();
        let waiting = JobSummary {
            key: "demo.next".parse().unwrap(),
            state: model::JobState::Submitted,
            title: None,
            site: None,
            start: Some("2026-03-02T00:00:00Z".parse().unwrap()),
            ..job.clone()
        };
        expect![[r#"
            JOB         TITLE                   STATE      SITE      START             ENDED       COST
            demo.hello  气象模式 hindcast 2025  running    horinger  11:59:30          -      1.235 CNY
            demo.next   -                       submitted  -         2026-03-02 08:00  -      1.235 CNY
        "#]].assert_eq(&jobs(&[job, waiting], &clock()).text(LOOK));
    }
}
