use planner::joint::{Effort, Stored, certificate::check, solve};
use sim::joint::{Grain, Rule};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let grain = if args[1] == "fine" { Grain::Fine } else { Grain::Coarse };
    let n = |at: usize, or: u32| args.get(at).map_or(or, |it| it.parse().unwrap());
    let rule = Rule {
        jobs: n(2, 10_000),
        pools: n(3, 100),
        nodes: 60,
        links: 200,
        hours: 48,
        grain,
        seed: u64::from(n(4, 1)),
    };
    let problem = rule.problem().unwrap();
    let t = std::time::Instant::now();
    let mut effort = Effort::default();
    effort.threads = std::env::var("THREADS").map_or(2, |it| it.parse().unwrap());
    effort.attempts = std::env::var("ATTEMPTS").map_or(16, |it| it.parse().unwrap());
    if let Ok(stages) = std::env::var("STAGES") {
        effort.stages = stages
            .split(' ')
            .map(|it| {
                let (a, b) = it.split_once(':').unwrap();
                (a.parse().unwrap(), b.parse().unwrap())
            })
            .collect();
    }
    let solved = solve(&problem, &effort).unwrap();
    println!(
        "{:.4} {:.4} {:.3}% {:?}",
        solved.cost,
        solved.bound,
        (solved.cost / solved.bound - 1.0) * 100.0,
        t.elapsed()
    );
    let t = std::time::Instant::now();
    let cert = check(&problem, &solved.plan, &solved.prices);
    println!("{:?} {:?} {:?}", cert, cert.clone().ok().and_then(|it| it.gap_pct()), t.elapsed());
    let _ = Stored::default();
}
