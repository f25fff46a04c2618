//! Whether a node is alive and ready, and what it measures.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use futures::future::join_all;
use serde_json::Value;

use crate::support::requests::{answer, http};
use crate::support::{World, eventually, proxy, stack, text};

#[tokio::test]
async fn a_node_says_that_it_is_ready_and_what_it_measures() {
    let world = World::new().await;
    world.ann.post(world.general.id, &text("x")).await.expect("posts");
    let http = reqwest::Client::new();
    let get = async |path: &str| http.get(format!("{}{path}", world.base())).send().await.expect("answers");
    assert_eq!(get("/livez").await.text().await.expect("text"), "ok");
    eventually("readiness with NATS", async || {
        let ready: serde_json::Value = get("/readyz").await.json().await.expect("JSON");
        ready["status"] == "ready" && ready["nats"] == true
    })
    .await;
    let metrics = get("/metrics").await.text().await.expect("text");
    for name in [
        "ajet_http_request_seconds",
        "ajet_journal_commit_seconds",
        "ajet_journal_batch_streams",
        "ajet_mailbox_commands",
        "ajet_entities",
    ] {
        assert!(metrics.contains(name), "{name} in\n{metrics}");
    }
    world.end().await;
}

/// Histograms keep every measurement until it is put into its bucket. A scrape does that, and the node by itself.
#[tokio::test]
async fn what_was_measured_is_put_into_buckets_although_no_one_scrapes() {
    let world = World::new().await;
    metrics::histogram!("ajet_unscraped_seconds").record(1.0);
    let handle = &world.server.app().metrics;
    // Printing it puts nothing into buckets, and shows what is in them.
    let is_kept = async || format!("{handle:?}").contains("\"ajet_unscraped_seconds\": {");
    eventually("it is in its bucket", is_kept).await;
    world.end().await;
}

#[tokio::test]
async fn the_trace_id_of_a_request_comes_back() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let traced = http
        .get(format!("{}/livez", world.base()))
        .header("x-trace-id", "0197f000-0000-7000-8000-000000000001");
    let traced = traced.send().await.expect("answers");
    assert_eq!(traced.headers()["x-trace-id"], "0197f000-0000-7000-8000-000000000001");
    assert_eq!(traced.headers()["x-content-type-options"], "nosniff");
    world.end().await;
}

#[tokio::test]
async fn health_has_the_usual_names() {
    let world = World::new().await;
    let get = async |path: &str| answer(http().get(format!("{}{path}", world.base()))).await;
    assert_eq!(get("/live").await.text().await.expect("text"), "ok");
    for path in ["/ready", "/health"] {
        let answer = get(path).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let ready: Value = answer.json().await.expect("JSON");
        assert_eq!(ready["status"], "ready", "{path}");
    }
    assert_eq!(get("/stream").await.status().as_u16(), 401, "the pages' own stream");
    world.end().await;
}

/// S-M3: however many ask whether a node is ready, few questions reach the database.
#[tokio::test]
async fn readiness_is_found_out_once_for_many() {
    const ASKED: usize = 1000;
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let world = World::with(|config| config.db.port = addr.port()).await;
    let (http, url) = (reqwest::Client::new(), format!("{}/readyz", world.base()));
    let status = async || http.get(&url).send().await.expect("answers").status().as_u16();
    assert_eq!(status().await, 200);
    // Every question to the database now costs a connection, which is counted.
    rules.cut_answers.store(true, Ordering::SeqCst);
    eventually("the node is not ready", async || status().await == 503).await;
    let before = rules.cut.load(Ordering::SeqCst);
    let status = &status;
    let asking = (0..20).map(|_| async move {
        for _ in 0..ASKED / 20 {
            assert_eq!(status().await, 503);
        }
    });
    join_all(asking).await;
    // The node's own work asks as well.
    let cut = rules.cut.load(Ordering::SeqCst) - before;
    assert!(cut < ASKED / 2, "{cut} questions for {ASKED} requests");
    rules.cut_answers.store(false, Ordering::SeqCst);
    eventually("the node is ready again", async || status().await == 200).await;
    world.end().await;
}
