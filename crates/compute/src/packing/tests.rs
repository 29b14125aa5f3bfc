use proptest::prelude::*;

use super::*;

fn node(at: usize, (cpu, memory, model, devices): (u32, u32, u8, u8)) -> Node {
    Node {
        name: format!("n{at:02}"),
        cpu_milli: 1_000 * cpu,
        memory_mib: 1_000 * memory,
        model,
        devices,
    }
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec((4..9_u32, 4..9_u32, 0..2_u8, 0..4_u8), 1..12)
        .prop_map(|all| all.into_iter().enumerate().map(|(at, it)| node(at, it)).collect())
}

fn shape() -> impl Strategy<Value = Shape> {
    let demand = prop_oneof![
        Just((0, 0)),
        prop::sample::select(vec![200_u16, 300, 500, 700]).prop_map(|part| (1, part)),
        (1..3_u8).prop_map(|devices| (devices, WHOLE)),
    ];
    (0..4_u32, 0..4_u32, demand, prop::sample::select(vec![u64::MAX, 1, 2])).prop_map(
        |(cpu, memory, (devices, part_milli), models)| Shape {
            cpu_milli: 1_000 * cpu,
            memory_mib: 1_000 * memory,
            devices,
            part_milli,
            models,
        },
    )
}

pub(super) fn packer(nodes: &[Node], shapes: &[Shape], policy: Policy, is_alike: bool) -> Packer {
    let book = Book::new(Mix::typical(shapes, 0.95), Mix::demanding(shapes, 0.6));
    let book = if is_alike { book.alike() } else { book };
    let mut packer = Packer::new(Pool::new(nodes.to_vec(), book).unwrap(), policy);
    for shape in shapes {
        packer.shape(*shape).unwrap();
    }
    packer
}

/// The first node with the greatest score, by looking at all.
fn scan(packer: &mut Packer, shape: u32) -> Option<u32> {
    let mut best: Option<(f32, u32)> = None;
    for node in 0..packer.pool().len() as u32 {
        if let Some((score, _)) = packer.room(shape, node)
            && best.is_none_or(|best| score > best.0)
        {
            best = Some((score, node));
        }
    }
    best.map(|(_, node)| node)
}

proptest! {
    #[test]
    fn the_index_chooses_what_a_scan_of_all_nodes_chooses(
        nodes in nodes(),
        shapes in prop::collection::vec(shape(), 1..8),
        steps in prop::collection::vec((0..3_u8, 0..1_000_usize), 1..120),
        policy in prop::sample::select(Policy::ALL.to_vec()),
        is_alike in any::<bool>(),
    ) {
        let mut packer = packer(&nodes, &shapes, policy, is_alike);
        let all = packer.pool().free_milli();
        let mut there: Vec<Placed> = Vec::new();
        for (step, at) in steps {
            if step == 0 && !there.is_empty() {
                let gone = there.swap_remove(at % there.len());
                packer.leave(&gone);
                continue;
            }
            let shape = packer.known(&shapes[at % shapes.len()]).unwrap();
            let wanted = scan(&mut packer, shape);
            let placed = packer.place(shape);
            prop_assert_eq!(placed.map(|it| it.node), wanted);
            there.extend(placed);
        }
        there.iter().for_each(|placed| packer.leave(placed));
        prop_assert_eq!(packer.pool().free_milli(), all);
        let whole = packer.pool().nodes.clone();
        for (at, node) in (0..).zip(whole) {
            let state = packer.pool().states.of(at);
            prop_assert_eq!((state.cpu_milli, state.memory_mib), (node.cpu_milli, node.memory_mib));
        }
    }
}
