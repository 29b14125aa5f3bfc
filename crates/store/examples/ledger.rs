//! How fast the ledger is: `ledger URL [ENTRIES] [TRANSACTIONS] [BATCH]`, over an empty database. `jw ledger bench` is the
//! same without a build of its own.

use store::{LedgerBench, Store, StoreError};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it tells what it found")]
async fn main() -> Result<(), StoreError> {
    let mut words = std::env::args().skip(1);
    let url = words.next().unwrap_or_else(|| "sqlite::memory:".to_owned());
    let mut number = |or: u64| words.next().and_then(|it| it.parse().ok()).unwrap_or(or);
    let (entries, transactions) = (number(100_000), number(50_000));
    let batch = u32::try_from(number(256)).unwrap_or(256);
    let bench = LedgerBench { entries, accounts: 1_000, batch, transactions, reads: 2_000 };
    let store = Store::open(&url).await?;
    println!("{:#?}", bench.run(&store).await?);
    store.close().await;
    Ok(())
}
