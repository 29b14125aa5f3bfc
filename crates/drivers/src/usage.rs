//! The estimate of a task's energy where nothing measures it.

use model::{Usage, Work};
use units::{Bytes, Energy, Span};

/// Part of a unit's working power that is drawn as long as it is held, in thousandths. Servers at rest draw about a
/// third of their full power (SPECpower_ssj2008, active idle).
const AT_REST: u128 = 300;

/// `power x (0.3 x wall + 0.7 x busy)`, where `busy` is processor time over cores, no more than `wall`.
pub(crate) fn energy(work: &Work, wall: Span, cpu: Span) -> Energy {
    let wall = u128::from(wall.get());
    let busy = (u128::from(cpu.get()) * 1_000 / u128::from(work.cores.get().max(1))).min(wall);
    let thousandths = AT_REST * wall + (1_000 - AT_REST) * busy;
    let millijoules = u128::from(work.power.get()) * thousandths / 1_000_000;
    Energy::new(u64::try_from(millijoules).unwrap_or(u64::MAX))
}

pub(crate) fn usage(work: &Work, wall: Span, cpu: Span, peak_memory: Bytes) -> Usage {
    Usage { cpu, peak_memory, energy: energy(work, wall, cpu) }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn rest_and_work_add_up() {
        let json = serde_json::json!({
            "id": "p.j.0.1",
            "work": { "program": { "command": ["true"] }, "of": 1, "cores": "2", "memory": "1GiB",
                      "pool": "main", "flavor": "core", "power": "100W" },
        });
        let spec: model::TaskSpec = serde_json::from_value(json).unwrap();
        let show = |wall, cpu| energy(&spec.work, Span::new(wall), Span::new(cpu)).to_string();
        let cases =
            [show(10_000, 0), show(10_000, 10_000), show(10_000, 20_000), show(10_000, 90_000)];
        expect!["300J 650J 1000J 1000J"].assert_eq(&cases.join(" "));
    }
}
