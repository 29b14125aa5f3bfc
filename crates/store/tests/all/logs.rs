//! Logs arrive more than once and are kept once.

use std::sync::Arc;

use crate::databases::each;
use crate::world::*;
use api::LogChunk;
use store::{LOG_MOST, Store, StoreError, Write};

fn chunk(task: &str, offset: u64, text: &str) -> LogChunk {
    LogChunk { task: task.parse().unwrap(), offset, text: text.to_owned() }
}

async fn with_job(store: &Store) {
    let term = store.lead("one", at(0), TTL, false).await.unwrap();
    store.commit(term, at(0), TTL, &[Write::NewJob(Arc::new(job("demo.a")))]).await.unwrap();
}

async fn text(store: &Store, task: Option<u32>) -> String {
    let page = store.logs(&key("demo.a"), task, None, usize::MAX).await.unwrap();
    page.chunks.into_iter().map(|chunk| chunk.text).collect()
}

#[tokio::test]
async fn a_chunk_is_kept_once() {
    each(async |database| {
        let store = &database.store;
        with_job(store).await;
        let first = [
            chunk("demo.a.0.1", 0, "one\n"),
            chunk("demo.a.1.1", 0, "eins\n"),
            chunk("demo.a.0.1", 4, "two\n"),
        ];
        store.append_logs(&first).await.unwrap();
        store.append_logs(&first).await.unwrap();
        assert_eq!(text(store, None).await, "one\neins\ntwo\n");
        assert_eq!(text(store, Some(0)).await, "one\ntwo\n");
        store
            .append_logs(&[
                chunk("demo.a.0.1", 4, "two\nthree\n"),
                chunk("demo.a.0.1", 0, "one\ntwo\n"),
            ])
            .await
            .unwrap();
        store
            .append_logs(&[chunk("demo.a.0.1", 4, "two\nthree\n"), chunk("no.such.0.1", 0, "lost")])
            .await
            .unwrap();
        assert_eq!(text(store, Some(0)).await, "one\ntwo\nthree\n");
        store.append_logs(&[chunk("demo.a.0.2", 0, "again\0\n")]).await.unwrap();
        assert!(text(store, None).await.ends_with("again\u{fffd}\n"));
        store.append_logs(&[]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_reader_follows_all_tasks() {
    each(async |database| {
        let store = &database.store;
        with_job(store).await;
        let (mut cursor, mut seen) = (None, String::new());
        for round in 0..5_u64 {
            let both = [1, 0].map(|task| {
                chunk(&format!("demo.a.{task}.1"), round * 2, &format!("{task}{round}"))
            });
            store.append_logs(&both).await.unwrap();
            let page = store.logs(&key("demo.a"), None, cursor.as_deref(), 3).await.unwrap();
            assert_eq!(
                (page.chunks.len(), page.more),
                (1, true),
                "whole chunks up to so many bytes, at least one"
            );
            seen.extend(page.chunks.iter().map(|chunk| chunk.text.as_str()));
            cursor = Some(page.cursor);
        }
        let rest = store.logs(&key("demo.a"), None, cursor.as_deref(), usize::MAX).await.unwrap();
        seen.extend(rest.chunks.iter().map(|chunk| chunk.text.as_str()));
        assert_eq!(seen, "10001101120213031404");
        let end = store.logs(&key("demo.a"), None, Some(&rest.cursor), usize::MAX).await.unwrap();
        assert_eq!((end.chunks.len(), end.more, &end.cursor), (0, false, &rest.cursor));
        let error = store.logs(&key("demo.a"), None, Some("6a3a31"), 1).await.unwrap_err();
        assert!(matches!(error, StoreError::BadCursor { .. }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_long_log_is_cut_and_says_so() {
    each(async |database| {
        let store = &database.store;
        with_job(store).await;
        let part = "经纬".repeat(50_000);
        for offset in (0..8).map(|at| at * part.len() as u64) {
            store.append_logs(&[chunk("demo.a.0.1", offset, &part)]).await.unwrap();
        }
        let text = text(store, None).await;
        assert!(text.ends_with("经\n[the log is longer than 1 MiB: the rest is not kept]\n"));
        let size = text.len() as u64;
        assert!((LOG_MOST - 3..LOG_MOST + 80).contains(&size), "{size}");
    })
    .await;
}
