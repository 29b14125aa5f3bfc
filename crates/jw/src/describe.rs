//! `describe`: all about one resource, in sections for people.

use api::{Edges, Event, JobView, ResourceView};
use client::Client;
use model::{JobKey, JobSpec, Kind, TaskStatus};

use crate::{
    context::Context,
    decision, edge,
    failure::{Failure, refusals},
    format::{self, Clock, money, word},
    get,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
    watch,
};

/// Events shown of a job, the newest.
const EVENTS: usize = 40;

pub(crate) async fn run(context: &Context, kind: Kind, name: &str) -> Result<(), Failure> {
    let client = context.client()?;
    match kind {
        Kind::Job => job(context, &client, &get::key(context, name)?).await,
        kind => {
            let view = client.resource(kind, &get::name(name)?).await?;
            context.out.print(Values::One(&view), |out| resource_page(&view, &out.clock))
        }
    }
}

async fn job(context: &Context, client: &Client, key: &JobKey) -> Result<(), Failure> {
    let view = client.job(key).await?;
    let events = if context.out.is_human() { history(client, key).await? } else { Vec::new() };
    let has_path = view.status.decision.as_ref().is_some_and(|it| it.path.is_some());
    let is_led = has_path && view.status.state.is_at_site() && context.out.is_human();
    // Who may not read edges sees the job without them.
    let edges = if is_led { client.edges().await.ok() } else { None };
    context.out.print(Values::One(&view), |out| {
        let mut page = job_page(&view, &events, &out.clock);
        page.0.extend(edges.iter().flat_map(|edges| on_the_way(key, edges)));
        page
    })
}

/// The job's way as edges measure it, or why there is none.
fn on_the_way(job: &JobKey, edges: &Edges) -> [Section; 2] {
    let all = edges.items.iter().flat_map(|it| it.ways.iter().map(|way| (&it.name, way)));
    let ways = edge::ways(all.filter(|(_, way)| way.jobs.contains(job)));
    let none = edges.unled.iter().filter(|it| it.job == *job);
    let lines = none.map(|it| format!("  no edge leads its packets: {}", it.why)).collect();
    [
        Section::Table { title: Some("On the way"), table: ways },
        Section::Text { title: Some("Not on a way"), lines },
    ]
}

/// All that has happened to a job, oldest first.
pub(crate) async fn history(client: &Client, key: &JobKey) -> Result<Vec<Event>, Failure> {
    Ok(client::every(async |cursor| client.job_events(key, cursor, Some(1000)).await).await?)
}

fn resource_page(view: &ResourceView, clock: &Clock) -> Page {
    let mut fields = vec![
        ("name", Cell::new(&view.metadata.name).style(Style::Bold)),
        ("kind", Cell::new(view.kind)),
    ];
    fields.extend(view.metadata.title.iter().map(|title| ("title", Cell::new(title))));
    fields.push(("version", Cell::new(view.version)));
    fields.push(("created", Cell::exact(clock.both(view.created), view.created)));
    fields.push(("updated", Cell::exact(clock.both(view.updated), view.updated)));
    let mut sections = vec![Section::Fields { title: None, fields }, labels(&view.metadata)];
    if let Some(status) = &view.status {
        sections.push(yaml("Status", status));
    }
    sections.push(yaml("Spec", &view.spec));
    Page(sections)
}

fn labels(metadata: &model::Metadata) -> Section {
    let lines = metadata.labels.iter().map(|(key, value)| format!("  {key}: {value}")).collect();
    Section::Text { title: Some("Labels"), lines }
}

fn yaml(title: &'static str, value: &impl serde::Serialize) -> Section {
    let text = serde_saphyr::to_string(value).unwrap_or_default();
    Section::Text {
        title: Some(title),
        lines: text.lines().map(|line| format!("  {line}")).collect(),
    }
}

fn job_page(job: &JobView, events: &[Event], clock: &Clock) -> Page {
    let status = &job.status;
    let mut sections = vec![
        Section::Fields { title: None, fields: head(job, clock) },
        labels(&job.metadata),
        Section::Fields { title: Some("Order"), fields: order(&job.spec, clock) },
    ];
    if let Some(it) = &status.decision {
        sections.push(decision::place(it, clock));
        sections.push(decision::transfers(&it.transfers, clock));
        sections.push(decision::prices(&it.lines, it.total));
    }
    sections.push(Section::Table { title: Some("Refused by"), table: refusals(&status.refused) });
    sections.push(tasks(&status.tasks, clock));
    sections.push(event_section(events, clock));
    Page(sections)
}

fn head(job: &JobView, clock: &Clock) -> Vec<(&'static str, Cell)> {
    let status = &job.status;
    let mut fields = vec![("job", Cell::new(&job.key).style(Style::Bold))];
    fields.extend(job.metadata.title.iter().map(|title| ("title", Cell::new(title))));
    fields.push(("state", format::state(status.state)));
    if !status.reason.is_empty() {
        fields.push(("reason", status.reason.as_str().into()));
    }
    if status.cancelling && !status.state.is_final() {
        fields.push(("cancelling", "its tasks are being stopped".into()));
    }
    let mut time = |name, time: Option<units::Time>| {
        fields.extend(time.map(|time| (name, Cell::exact(clock.both(time), time))));
    };
    time("submitted", Some(status.submitted));
    time("started", status.started);
    time("ended", status.ended);
    time("tried again", status.retry_at.filter(|_| !status.state.is_final()));
    time("held until", status.held_until.filter(|_| !status.state.is_final()));
    if let (Some(started), Some(ended)) = (status.started, status.ended) {
        fields
            .push(("took", Cell::exact(format::span(ended.since(started)), ended.since(started))));
    }
    fields.push(("attempt", format!("{} ({} failed)", status.attempt, status.failures).into()));
    let saved = status.checkpoint.as_ref();
    fields.extend(saved.map(|it| ("checkpoint", checkpoint(it, clock))));
    fields.extend(status.resumed.as_ref().map(|it| ("goes on from", Cell::new(it))));
    let (cost, energy, carbon) = match &job.so_far {
        Some(it) => (it.cost, it.energy, it.carbon),
        None => (status.cost, status.energy, status.carbon),
    };
    fields.push(("cost", money(cost)));
    fields.push(("energy", Cell::exact(energy.human(), energy)));
    fields.push(("carbon", Cell::exact(carbon.human(), carbon)));
    fields.push(("version", Cell::new(job.version)));
    fields
}

fn checkpoint(saved: &model::Saved, clock: &Clock) -> Cell {
    let sites: Vec<&str> = saved.at.iter().map(model::Name::as_str).collect();
    let text =
        format!("{} at {}, {}", saved.size.human(), sites.join(", "), clock.both(saved.time));
    Cell::exact(text, &saved.content)
}

fn order(spec: &JobSpec, clock: &Clock) -> Vec<(&'static str, Cell)> {
    let kind = Cell::new(compute::recognise::recognise(spec));
    let mut fields = vec![("runs", program(spec)), ("kind", kind), ("needs", needs(spec).into())];
    let names = |all: &mut dyn Iterator<Item = &model::Name>| {
        all.map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let mut some = |name, cell: Option<Cell>| fields.extend(cell.map(|cell| (name, cell)));
    let inputs = names(&mut spec.inputs.iter().map(|input| &input.dataset));
    some("reads", (!inputs.is_empty()).then(|| inputs.into()));
    some("image", spec.image.as_ref().map(Cell::new));
    some("result", spec.result.as_ref().map(result));
    let every = spec.checkpoint.map(|it| Cell::exact(format::span(it.every), it.every));
    some("checkpoint every", every);
    some("grace", spec.grace.map(|it| Cell::exact(format::span(it), it)));
    some("user", spec.user.as_ref().map(Cell::new));
    some("network", network(spec).map(Cell::from));
    some("earliest", spec.earliest.map(|when| when_cell(when, clock)));
    some("deadline", spec.deadline.map(|when| when_cell(when, clock)));
    some("run time", spec.run_time.map(|it| Cell::exact(format::span(it), it)));
    some("time limit", spec.time_limit.map(|it| Cell::exact(format::span(it), it)));
    some("budget", spec.budget.map(money));
    some("carbon cap", spec.carbon_cap.map(|it| Cell::exact(it.human(), it)));
    let allow = names(&mut spec.regions.allow.iter());
    some("regions", (!allow.is_empty()).then(|| allow.into()));
    let forbid = names(&mut spec.regions.forbid.iter());
    some("not in", (!forbid.is_empty()).then(|| forbid.into()));
    let weights = spec.objective.weights();
    let objective =
        format!("cost x{}, carbon x{}, waiting x{}", weights.cost, weights.carbon, weights.time);
    some("objective", Some(objective.into()));
    some("priority", Some(Cell::new(spec.priority)));
    fields
}

fn result(spec: &model::ResultSpec) -> Cell {
    let name = spec.dataset.as_ref().map(|name| format!(", kept as {name}"));
    format!("{} to {}{}", spec.size.human(), spec.to, name.unwrap_or_default()).into()
}

fn when_cell(when: units::When, clock: &Clock) -> Cell {
    match when {
        units::When::At(time) => Cell::exact(clock.both(time), time),
        units::When::After(span) => {
            Cell::exact(format!("{} after it came", format::span(span)), when)
        }
    }
}

fn program(spec: &JobSpec) -> Cell {
    match &spec.script {
        Some(script) => {
            let first = script
                .lines()
                .find(|line| !line.trim().is_empty() && !line.starts_with("#!"))
                .unwrap_or_default();
            Cell::exact(
                format!("a script of {} lines: {}", script.lines().count(), first.trim()),
                script,
            )
            .clip(100)
        }
        None => Cell::from(spec.command.join(" ")).clip(100),
    }
}

fn needs(spec: &JobSpec) -> String {
    let need = &spec.resources;
    let mut parts = vec![format!("{} cores", need.cores), need.memory.to_string()];
    if need.accelerators > 0 {
        parts.push(format!("{} accelerators", need.accelerators));
    }
    let any: Vec<String> = need.any_of.iter().map(|choice| choice.flavor.to_string()).collect();
    let any = if any.is_empty() { String::new() } else { format!(" on {}", any.join(" or ")) };
    let tasks = if spec.tasks == 1 {
        "1 task of".to_owned()
    } else {
        format!("{} tasks, each of", spec.tasks)
    };
    format!("{tasks} {}{any}", parts.join(", "))
}

fn network(spec: &JobSpec) -> Option<String> {
    let need = &spec.network;
    let parts: Vec<String> = [
        need.bandwidth.map(|it| format!("{} held", it.human())),
        need.latency.map(|it| format!("at most {} one way", it.human())),
        need.jitter.map(|it| format!("jitter at most {}", it.human())),
        need.open.then(|| "open to the site's network".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// One row a task of the last attempt.
pub(crate) fn tasks(all: &[TaskStatus], clock: &Clock) -> Section {
    let mut table = Table::new([
        column("TASK").right(),
        column("PHASE"),
        column("EXIT"),
        column("STARTED"),
        column("TOOK").right(),
        column("CPU").right(),
        column("MEMORY").right(),
        column("ENERGY").right(),
        column("SANDBOX"),
        column("NOTE"),
        column("ID").wide(),
    ]);
    for task in all {
        let took = task.started.map(|started| task.ended.unwrap_or(clock.now).since(started));
        let span = |it: units::Span| Cell::exact(format::span(it), it);
        let cells = vec![
            Cell::new(task.id.index),
            phase(task),
            exit(task),
            clock.cell_option(task.started),
            took.map_or_else(Cell::none, span),
            span(task.usage.cpu),
            decision::bytes(task.usage.peak_memory),
            Cell::exact(task.usage.energy.human(), task.usage.energy),
            Cell::option(task.sandbox.map(model::SandboxLevel::as_str)),
            task.note.as_str().into(),
            Cell::new(&task.id),
        ];
        table.push(task.id.to_string(), cells);
    }
    Section::Table { title: Some("Tasks"), table }
}

fn phase(task: &TaskStatus) -> Cell {
    match task.phase {
        model::Phase::Starting => "starting".into(),
        model::Phase::Running => Cell::new("running").style(Style::Busy),
        model::Phase::Ended => "ended".into(),
    }
}

/// "0", "3", "signal 9: out of memory".
pub(crate) fn exit_text(exit: &model::Exit) -> String {
    let what = match (exit.reason, exit.code, exit.signal) {
        (model::ExitReason::Exited, Some(code), _) => format!("{code}"),
        (reason, _, signal) => {
            let reason = word(reason).replace('_', " ");
            signal.map_or(reason.clone(), |signal| format!("{reason}, signal {signal}"))
        }
    };
    if exit.message.is_empty() { what } else { format!("{what}: {}", exit.message) }
}

fn exit(task: &TaskStatus) -> Cell {
    let Some(exit) = &task.exit else { return Cell::none() };
    Cell::from(exit_text(exit)).style(if exit.is_success() { Style::Good } else { Style::Bad })
}

fn event_section(events: &[Event], clock: &Clock) -> Section {
    let mut table = Table::new([column("TIME"), column("EVENT"), column("MESSAGE")]);
    for event in events.iter().skip(events.len().saturating_sub(EVENTS)) {
        let time = Cell::exact(clock.fine(event.time), event.time);
        table.push(
            event.seq.to_string(),
            vec![time, watch::what(event), event.message.as_str().into()],
        );
    }
    Section::Table { title: Some("Events"), table }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::{args::Format, output::Output};

    fn shown(page: impl FnOnce(&Output) -> Page) -> String {
        let clock = Clock::fixed("2026-03-01T04:10:00Z", 8);
        Output::plain(Format::Table, clock).render(Values::One(&()), page).unwrap()
    }

    fn job() -> JobView {
        let mut job: JobView = serde_json::from_value(json!({
            "key": "demo.hello", "version": 9,
            "metadata": {"name": "hello", "project": "demo", "title": "气象模式 hindcast", "labels": {"team": "天气"}},
            "spec": {
                "script": "#!/bin/sh\n\necho hello from $JINGWEI_TASK\nsleep 1\n", "tasks": 4,
                "resources": {"cores": 2, "memory": "1GiB", "any_of": [{"flavor": "cpu-small"}, {"flavor": "cpu-large"}]},
                "inputs": [{"dataset": "weather"}], "result": {"size": "20GB", "to": "beijing"}, "user": "beijing",
                "network": {"latency": "20ms", "bandwidth": "1Gbit/s"}, "deadline": "+6h", "budget": "30CNY",
                "regions": {"forbid": ["gansu"]}, "objective": "carbon",
            },
            "status": {
                "state": "failed", "reason": "task 1 exited with 3", "submitted": "2026-03-01T04:00:00Z",
                "started": "2026-03-01T04:05:00Z", "ended": "2026-03-01T04:06:10Z", "attempt": 3, "failures": 3,
                "cost": "0.25CNY", "energy": "12Wh", "carbon": "7gCO2",
                "tasks": [
                    {"id": "demo.hello.0.3", "phase": "ended", "started": "2026-03-01T04:05:00Z", "ended": "2026-03-01T04:06:10Z",
                     "exit": {"reason": "exited", "code": 0}, "usage": {"cpu": "1m", "peak_memory": "20MiB", "energy": "6Wh"},
                     "sandbox": "namespaces_and_cgroup"},
                    {"id": "demo.hello.1.3", "phase": "ended", "started": "2026-03-01T04:05:00Z", "ended": "2026-03-01T04:05:10Z",
                     "exit": {"reason": "out_of_memory", "signal": 9, "message": "more than 1GiB"}},
                ],
            },
        }))
        .unwrap();
        job.status.decision = Some(Box::new(crate::decision::tests::sample()));
        job
    }

    fn event(seq: i64, time: &str, what: &str, message: &str) -> Event {
        serde_json::from_value(json!({"seq": seq, "time": time, "kind": "Job", "subject": "demo.hello", "type": what, "message": message})).unwrap()
    }

    #[test]
    fn a_job_tells_its_whole_story() {
        let events = [
            event(1, "2026-03-01T04:00:00.010Z", "submitted", ""),
            event(2, "2026-03-01T04:00:00.012Z", "held", "horinger-cpu at horinger, 14.61 CNY"),
            event(9, "2026-03-01T04:06:10.500Z", "failed", "task 1 exited with 3"),
        ];
        expect![[r#"
            job:        demo.hello
            title:      气象模式 hindcast
            state:      failed
            reason:     task 1 exited with 3
            submitted:  12:00:00 (10m ago)
            started:    12:05:00 (5m ago)
            ended:      12:06:10 (3m 50s ago)
            took:       1m 10s
            attempt:    3 (3 failed)
            cost:       0.25 CNY
            energy:     12 Wh
            carbon:     7 gCO2
            version:    9

            Labels
              team: 天气

            Order
            runs:       a script of 4 lines: echo hello from $JINGWEI_TASK
            kind:       gang (4 tasks that start together), cpu bound (nothing says otherwise)
            needs:      4 tasks, each of 2 cores, 1GiB on cpu-small or cpu-large
            reads:      weather
            result:     20 GB to beijing
            user:       beijing
            network:    1 Gbit/s held, at most 20 ms one way
            deadline:   6h after it came
            budget:     30 CNY
            not in:     gansu
            objective:  cost x1, carbon x100, waiting x1
            priority:   5

            Decision
            place:         horinger / horinger-cpu
            units:         8 of cpu-small, 2 a task
            data moves:    12:00:10 (9m 50s ago)
            start:         12:05:00 (5m ago)
            run time:      2h
            end:           14:05:00 (+1h 55m)
            result there:  14:06:30 (+1h 56m)
            path:          beijing -> horinger by bj-zjk, zjk-hlg (4.2 ms, jitter 100 us, holds 1 Gbit/s)
            energy:        3.2 kWh
            carbon:        1.92 kgCO2
            proof:         at most 0.7 % above the cheapest possible

            Data that moves
            WHAT       SIZE  START     TAKES  PATH
            weather  120 GB  12:00:10     4m  gui-an -> horinger by ga-hlg (4.2 ms, jitter 100 us, holds 4 Gbit/s)

            Price
            LINE         WHAT             QUANTITY           PRICE       AMOUNT  PAID TO
            compute      horinger-cpu  8 unit x 2h       0.75CNY/h  12 CNY       hub-nm
            electricity  horinger           3.2kWh  0.28511CNY/kWh   0.9123 CNY  hub-nm
            carbon       horinger        1.92kgCO2         90CNY/t   0.0431 CNY  -
            link         bj-zjk              900GB   0.00139CNY/GB   1.25 CNY    backbone
            transfer     ga-hlg              120GB      0.02CNY/GB   2.4 CNY     backbone
            waiting      horinger               5m        0.6CNY/h   0.05 CNY    (not billed)
            total                                                   16.61 CNY

            Tasks
            TASK  PHASE  EXIT                                     STARTED     TOOK  CPU    MEMORY  ENERGY  SANDBOX            NOTE
               0  ended  0                                        12:05:00  1m 10s   1m  20.97 MB    6 Wh  namespaces+cgroup
               1  ended  out of memory, signal 9: more than 1GiB  12:05:00     10s   0s       0 B    0 mJ  -

            Events
            TIME          EVENT      MESSAGE
            12:00:00.010  submitted
            12:00:00.012  held       horinger-cpu at horinger, 14.61 CNY
            12:06:10.500  failed     task 1 exited with 3
        "#]].assert_eq(&shown(|out| job_page(&job(), &events, &out.clock)));
    }

    #[test]
    fn a_resource_shows_its_spec() {
        let view: ResourceView = serde_json::from_value(json!({
            "kind": "Project", "metadata": {"name": "demo", "title": "示范"}, "spec": {"organization": "users"},
            "version": 2, "created": "2026-03-01T04:00:00Z", "updated": "2026-03-01T04:09:50Z",
        }))
        .unwrap();
        expect![[r#"
            name:     demo
            kind:     Project
            title:    示范
            version:  2
            created:  12:00:00 (10m ago)
            updated:  12:09:50 (10s ago)

            Spec
              organization: users
        "#]]
        .assert_eq(&shown(|out| resource_page(&view, &out.clock)));
    }
}
