//! `ledger` and `settle`: accounts, what came and went, and whether all of it adds up.

use api::{
    AccountEntry, AccountStory, AccountView, NewDeposit, NewReversal, Settlement, TransactionView,
};
use clap::{Args, Subcommand};
use model::AccountId;
use serde::Serialize;
use store::{LedgerBench, LedgerSpeed, Store, StoreError, Verified};
use units::Money;

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, money},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// List all accounts.
    Accounts,
    /// Show an account, with what came and went, newest first.
    Show {
        /// As project:demo, owner:lab, platform.
        account: AccountId,
        /// At most so many entries.
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Book money that came in for an account; below zero: that went out.
    Deposit {
        account: AccountId,
        /// As 100CNY.
        #[arg(allow_hyphen_values = true)]
        amount: Money,
        /// The payment's own number: with the same one it is booked once.
        #[arg(long)]
        id: String,
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Undo a transaction by its opposite, once.
    Reverse {
        /// Its id.
        transaction: String,
        /// Why.
        #[arg(long)]
        note: String,
    },
    /// Check that every transaction sums to zero, every balance follows, and no account is below what it may be. Reads
    /// the database itself, whether the server runs or not.
    Verify(Database),
    /// Measure postings and reads in a database of its own.
    Bench(BenchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The database: `sqlite:///path`, or `postgres://..` [default: jingwei.db in the state directory].
    #[arg(long, env = "JW_STORE", value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// An empty database, which keeps what is written [default: an SQLite file that is removed afterwards].
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Entries that are there before anything is measured.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(..=100_000_000))]
    entries: u64,
    /// Transactions measured, of two postings each.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    transactions: u64,
    /// Transactions in one commit: those that wait for the one before.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    batch: u32,
}

pub(crate) async fn run(context: &Context, command: &LedgerCommand) -> Result<(), Failure> {
    match command {
        LedgerCommand::Accounts => accounts(context).await,
        LedgerCommand::Show { account, limit } => {
            let story = context.client()?.account(account, *limit, None).await?;
            context.out.print(Values::One(&story), |out| story_page(&story, &out.clock))
        }
        LedgerCommand::Deposit { account, amount, id, note } => {
            let (account, id, note) = (account.clone(), id.clone(), note.clone());
            let new = NewDeposit { account, amount: *amount, id, note };
            tell(context, &context.client()?.deposit(&new).await?)
        }
        LedgerCommand::Reverse { transaction, note } => {
            let new = NewReversal { transaction: transaction.clone(), note: note.clone() };
            tell(context, &context.client()?.reverse(&new).await?)
        }
        LedgerCommand::Verify(database) => verify(context, database).await,
        LedgerCommand::Bench(args) => bench(context, args).await,
    }
}

async fn accounts(context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let all = client::every(async |cursor| client.accounts(cursor).await).await?;
    context.out.print(Values::Many(&all), |_| account_table(&all).into())
}

fn account_table(accounts: &[AccountView]) -> Table {
    let columns = [
        column("ACCOUNT"),
        column("BALANCE").point(),
        column("HELD").point(),
        column("CREDIT").point(),
        column("AVAILABLE").point(),
    ];
    let mut table = Table::new(columns);
    for it in accounts {
        let name = it.account.to_string();
        table.push(
            name.clone(),
            vec![
                Cell::from(name),
                money(it.balance),
                money(it.held),
                it.credit.map_or_else(Cell::none, money),
                it.available.map_or_else(Cell::none, money),
            ],
        );
    }
    table
}

/// Under a bill.
pub(crate) fn balance(account: &AccountView) -> Section {
    Section::Table { title: Some("Account"), table: account_table(std::slice::from_ref(account)) }
}

fn story_page(story: &AccountStory, clock: &Clock) -> Page {
    let columns = [
        column("AT"),
        column("PURPOSE"),
        column("AMOUNT").point(),
        column("JOB"),
        column("TRANSACTION"),
        column("NOTE"),
    ];
    let mut table = Table::new(columns);
    for it in &story.entries.items {
        table.push(it.transaction.clone(), entry_cells(it, clock));
    }
    Page(vec![balance(&story.account), Section::Table { title: Some("Entries"), table }])
}

fn entry_cells(it: &AccountEntry, clock: &Clock) -> Vec<Cell> {
    vec![
        clock.cell(it.at),
        Cell::new(it.purpose),
        money(it.amount),
        Cell::option(it.job.as_ref()),
        Cell::from(it.transaction.as_str()),
        Cell::from(it.note.as_str()),
    ]
}

fn tell(context: &Context, it: &TransactionView) -> Result<(), Failure> {
    context.out.print(Values::One(it), |out| {
        let mut table = Table::new([column("ACCOUNT"), column("AMOUNT").point()]);
        for posting in &it.postings {
            let name = posting.account.to_string();
            table.push(name.clone(), vec![Cell::from(name), money(posting.amount)]);
        }
        let fields =
            vec![("transaction", Cell::from(it.id.as_str())), ("at", out.clock.cell(it.at))];
        Page(vec![Section::Fields { title: None, fields }, Section::Table { title: None, table }])
    })
}

async fn verify(context: &Context, database: &Database) -> Result<(), Failure> {
    let of_state = || format!("sqlite://{}", context.state_dir().join("jingwei.db").display());
    let url = database.database.clone().unwrap_or_else(of_state);
    let store = Store::open_to_read(&url).await.map_err(failed)?;
    let found = store.verify_ledger().await.map_err(failed)?;
    store.close().await;
    context.out.print(Values::One(&found), |_| verified_page(&found))?;
    if found.holds { Ok(()) } else { Err(Failure::Code(1)) }
}

fn verified_page(found: &Verified) -> Page {
    let fields = vec![
        ("accounts", Cell::new(found.accounts)),
        ("transactions", Cell::new(found.transactions)),
        ("entries", Cell::new(found.entries)),
        ("holds", Cell::new(found.job_holds)),
    ];
    let mut table = Table::new([column("RULE"), column("WHAT"), column("DETAIL")]);
    for it in &found.violations {
        table.push(
            it.subject.clone(),
            vec![it.rule.into(), it.subject.as_str().into(), it.detail.as_str().into()],
        );
    }
    let verdict = match (found.holds, found.more) {
        (true, _) => "Everything adds up.".to_owned(),
        (false, false) => format!("{} things do not add up.", found.violations.len()),
        (false, true) => format!("More than {} things do not add up.", found.violations.len()),
    };
    let mut sections = vec![Section::Fields { title: None, fields }];
    if !found.holds {
        sections.push(Section::Table { title: None, table });
    }
    sections.push(Section::Text { title: None, lines: vec![verdict] });
    Page(sections)
}

/// What was measured, and where.
#[derive(Debug, Serialize)]
struct Measured {
    /// `sqlite` or `postgres`.
    database: String,
    batch: u32,
    #[serde(flatten)]
    speed: LedgerSpeed,
}

async fn bench(context: &Context, args: &BenchArgs) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("jw-ledger-{}", std::process::id()));
    let own = || format!("sqlite://{}", folder.join("ledger.db").display());
    let url = args.database.clone().unwrap_or_else(own);
    let done = measure(args, &url).await;
    if args.database.is_none() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::file("remove", &folder, &error))?;
    }
    let measured = done?;
    context.out.print(Values::One(&measured), |_| bench_page(&measured))
}

async fn measure(args: &BenchArgs, url: &str) -> Result<Measured, Failure> {
    let store = Store::open(url).await.map_err(failed)?;
    if !store.all_resources().await.map_err(failed)?.is_empty() {
        return Err(Failure::usage("the database has a world in it: name an empty one".to_owned()));
    }
    let BenchArgs { entries, transactions, batch, .. } = *args;
    let bench = LedgerBench { entries, accounts: 1_000, batch, transactions, reads: 2_000 };
    let speed = bench.run(&store).await.map_err(failed)?;
    store.close().await;
    let database = if url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    Ok(Measured { database: database.to_owned(), batch, speed })
}

fn bench_page(it: &Measured) -> Page {
    let (good, bad) = (("yes", Style::Good), ("no", Style::Bad));
    let (text, style) = if it.speed.verified { good } else { bad };
    let fields = vec![
        ("database", Cell::from(it.database.as_str())),
        ("entries", Cell::new(it.speed.entries)),
        ("postings", figure(it.speed.postings_per_s, 0, " a second")),
        ("commits", figure(it.speed.commits_per_s, 1, " a second")),
        ("reading a balance, p50", figure(it.speed.balance_read_ms.p50, 3, " ms")),
        ("reading a balance, p99", figure(it.speed.balance_read_ms.p99, 3, " ms")),
        ("checking all of it", figure(it.speed.verify_s, 2, " s")),
        ("it adds up", Cell::from(text.to_owned()).style(style)),
    ];
    Page(vec![Section::Fields { title: Some("Ledger"), fields }])
}

pub(crate) async fn settle(context: &Context, dry_run: bool) -> Result<(), Failure> {
    let settled = context.client()?.settle(dry_run).await?;
    context.out.print(Values::One(&settled), |_| settled_page(&settled))
}

fn settled_page(settled: &Settlement) -> Page {
    let columns = [
        column("ORGANIZATION"),
        column("EARNED").point(),
        column("FEE").point(),
        column("SPENT").point(),
        column("NET").point(),
        column("OWED").point(),
    ];
    let mut table = Table::new(columns);
    for it in &settled.rows {
        let amounts = [it.earned, it.fee, it.spent, it.net, it.owed].map(money);
        let cells = [Cell::new(&it.organization)].into_iter().chain(amounts).collect();
        table.push(it.organization.to_string(), cells);
    }
    table.into()
}

fn failed(error: StoreError) -> Failure {
    match error {
        StoreError::BadUrl { .. }
        | StoreError::Older { .. }
        | StoreError::Newer { .. }
        | StoreError::Conflict { .. } => Failure::usage(error.to_string()),
        StoreError::Unreachable { .. } => Failure::Unreachable(error.to_string()),
        other => Failure::Fault(other.to_string()),
    }
}
