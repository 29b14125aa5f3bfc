use crate::site::{Site, script};
#[tokio::test(flavor = "multi_thread")]
async fn zz() {
    let site = Site::new("local");
    let tasks: Vec<_> = (0..200).map(|n| script(&format!("t{n}"), "exit 0")).collect();
    let t = std::time::Instant::now();
    site.apply(1, &tasks.iter().collect::<Vec<_>>()).await;
    eprintln!("apply {:?}", t.elapsed());
    site.until("all", |o| o.tasks.iter().all(|t| t.exit.is_some())).await;
    eprintln!("all {:?}", t.elapsed());
    site.driver.forget(&tasks.iter().map(|t| t.id.clone()).collect::<Vec<_>>()).await.unwrap();
    eprintln!("forgot {:?}", t.elapsed());
}
