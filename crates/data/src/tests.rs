use proptest::prelude::*;

use super::*;

const NOW: Time = Time::from_millis(10_000_000);

fn content(n: u8) -> Content {
    format!("{n:064x}").parse().unwrap()
}

fn site(n: usize) -> Name {
    format!("s{n}").parse().unwrap()
}

fn copy(n: u8, size: u64, minutes_ago: u64) -> Copy {
    let last_used = NOW.before(Span::minutes(minutes_ago));
    Copy { content: content(n), size: Bytes::new(size), last_used }
}

fn told(copies: &[Copy], pinned: &[u8], named: &[u8], elsewhere: &[u8], wanted: u64) -> Vec<u8> {
    let set = |list: &[u8]| list.iter().map(|n| content(*n)).collect::<BTreeSet<_>>();
    let (pinned, named, elsewhere) = (set(pinned), set(named), set(elsewhere));
    let claims = Claims { pinned: &pinned, named: &named, elsewhere: &elsewhere };
    let gone = leaving(copies, &claims, Bytes::new(wanted), NOW);
    (0..=255).filter(|n| gone.contains(&content(*n))).collect()
}

#[test]
fn what_nobody_names_goes_once_it_is_old() {
    let copies = [copy(1, 10, 5), copy(2, 10, 11)];
    assert_eq!(told(&copies, &[], &[], &[], 0), [2]);
    assert_eq!(told(&copies, &[2], &[], &[], 0), Vec::<u8>::new());
    assert_eq!(told(&copies, &[], &[], &[], 20), [1, 2], "sooner where room is wanted");
    assert_eq!(told(&[copy(1, 10, 0)], &[], &[], &[], 20), Vec::<u8>::new(), "not at once");
}

#[test]
fn room_is_made_by_what_was_unused_longest_and_is_elsewhere() {
    let copies = [copy(1, 10, 1), copy(2, 10, 30), copy(3, 10, 20), copy(4, 10, 99)];
    let named = [1, 2, 3, 4];
    assert_eq!(told(&copies, &[], &named, &[1, 2, 3], 15), [2, 3], "the last copy of 4 stays");
    assert_eq!(told(&copies, &[2], &named, &[1, 2, 3], 15), [1, 3]);
    assert_eq!(told(&copies, &[], &named, &[1, 2, 3], 0), Vec::<u8>::new());
}

#[test]
fn a_catalogue_says_what_changed() {
    let mut catalogue = Catalogue::default();
    let set = |list: &[u8]| list.iter().map(|n| content(*n)).collect::<BTreeSet<_>>();
    assert_eq!(catalogue.set(&site(0), &set(&[1, 2])), [content(1), content(2)]);
    assert_eq!(catalogue.set(&site(1), &set(&[2])), [content(2)]);
    assert_eq!(catalogue.set(&site(0), &set(&[2, 3])), [content(1), content(3)]);
    assert_eq!(catalogue.holders(&content(2)).collect::<Vec<_>>(), [&site(0), &site(1)]);
    assert_eq!(catalogue.holders(&content(1)).count(), 0);
}

proptest! {
    /// Sites are asked for room in any order, all of them again and again; every named content keeps a copy.
    #[test]
    fn the_last_copy_of_a_named_content_never_goes(
        held in prop::collection::vec(prop::collection::btree_set(0_u8..12, 0..12), 1..5),
        named in prop::collection::btree_set(0_u8..12, 0..12),
        asks in prop::collection::vec((0_usize..5, 0_u64..200), 1..40),
    ) {
        let named: BTreeSet<Content> = named.into_iter().map(content).collect();
        let mut catalogue = Catalogue::default();
        let mut at: Vec<Vec<Copy>> = held.iter()
            .map(|of| of.iter().map(|n| copy(*n, 10, u64::from(*n) * 3)).collect()).collect();
        let contents = |copies: &[Copy]| -> BTreeSet<Content> { copies.iter().map(|it| it.content.clone()).collect() };
        for (n, copies) in at.iter().enumerate() {
            catalogue.set(&site(n), &contents(copies));
        }
        let before: BTreeSet<Content> = at.iter().flatten().map(|it| it.content.clone()).collect();
        for (n, wanted) in asks {
            let Some(copies) = at.get_mut(n) else { continue };
            let here = site(n);
            let elsewhere: BTreeSet<Content> = contents(copies);
            let has_other = |it: &Content| catalogue.holders(it).any(|site| *site != here);
            let elsewhere = elsewhere.into_iter().filter(has_other).collect();
            let claims = Claims { pinned: &BTreeSet::new(), named: &named, elsewhere: &elsewhere };
            let gone = leaving(copies, &claims, Bytes::new(wanted), NOW);
            copies.retain(|it| !gone.contains(&it.content));
            catalogue.set(&site(n), &contents(copies));
        }
        for content in before.intersection(&named) {
            prop_assert!(catalogue.holders(content).next().is_some());
        }
    }
}
