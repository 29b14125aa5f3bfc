//! The same story, told to each database.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor};
use store::{JobFilter, Store, Write};

use tempfile::TempDir;

use crate::world::{TTL, at, job};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A new, empty database.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
    /// Removed with it.
    _folder: Option<TempDir>,
    schema: Option<(String, String)>,
}

impl Database {
    pub(crate) async fn sqlite_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/deep/er/store.db", folder.path().display());
        Self { store: Store::open(&url).await.unwrap(), url, _folder: Some(folder), schema: None }
    }

    pub(crate) async fn sqlite_memory() -> Self {
        let url = "sqlite::memory:".to_owned();
        Self { store: Store::open(&url).await.unwrap(), url, _folder: None, schema: None }
    }

    /// None where no server is given.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("skipped: TEST_POSTGRES_URL not set");
            return None;
        };
        let schema = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run(&server, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))
            .await;
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options[search_path]={schema}");
        Some(Self {
            store: Store::open(&url).await.unwrap(),
            url,
            _folder: None,
            schema: Some((server, schema)),
        })
    }

    pub(crate) async fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite_file().await, Self::sqlite_memory().await];
        all.extend(Self::postgres().await);
        all
    }

    /// What it holds is still there when it is opened again.
    pub(crate) fn lasts(&self) -> bool {
        !self.url.contains(":memory:")
    }

    /// One that lives in memory ends with its connection.
    pub(crate) async fn reopen(&mut self) {
        if self.lasts() {
            self.store.close().await;
            self.store = Store::open(&self.url).await.unwrap();
        }
    }

    /// Statements past the store.
    pub(crate) async fn run(&self, sql: &str) {
        run(&self.url, sql).await;
    }

    pub(crate) async fn drop(self) {
        self.store.close().await;
        if let Some((server, schema)) = &self.schema {
            run(server, &format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }
}

async fn run(url: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    connection.close().await.unwrap();
}

/// Tells the story to each database in turn and says to which where it fails.
pub(crate) async fn each(story: impl AsyncFn(&mut Database)) {
    for mut database in Database::all().await {
        eprintln!("on {}", database.url.split(':').next().unwrap_or_default());
        story(&mut database).await;
        database.drop().await;
    }
}

pub(crate) async fn lead(store: &Store) -> i64 {
    store.lead("one", at(0), TTL, false).await.unwrap()
}

pub(crate) async fn write(store: &Store, term: i64, writes: &[Write]) {
    store.commit(term, at(1), TTL, writes).await.unwrap();
}

pub(crate) fn new(of: &str) -> Write {
    Write::NewJob(Arc::new(job(of)))
}

pub(crate) fn update(view: &api::JobView) -> Write {
    Write::UpdateJob(Arc::new(view.clone()))
}

pub(crate) async fn keys(store: &Store, filter: &JobFilter) -> Vec<String> {
    let page = store.jobs(filter, None, 1_000).await.unwrap();
    page.items.iter().map(|job| job.key.to_string()).collect()
}
