//! `jw market` as a stranger calls it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use common::{good, json, refusal};

#[test]
fn an_auction_clears_near_the_best_and_is_fair() {
    let words = ["market", "bench", "auction", "--bids", "1000", "--pools", "20", "--slots", "48"];
    let found = json(&words);
    for holds in ["feasible", "budget_balanced", "rational"] {
        assert_eq!(found[holds], true, "{found:#}");
    }
    assert!(found["gap_pct"].as_f64().unwrap() <= 4.0, "{found:#}");
    assert!(found["welfare"].as_f64().unwrap() <= found["bound"].as_f64().unwrap());
    let text = good(&words);
    assert!(text.contains("paid is received"), "{text}");
    refusal(&["market", "bench", "auction", "--bids", "0"]);
}
