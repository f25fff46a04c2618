//! I17: what people write, what they sign in with and where they are is in no log line and in no metric, whatever they send and however
//! it is refused.

use std::io::Write;
use std::sync::Arc;

use ajet_chatd::telemetry::{Format, subscriber};
use ajet_protocol::TokenScope;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::bots::{made, token_of};
use crate::support::forms::form;
use crate::support::requests::{ann, http};
use crate::support::{Raw, World, metrics, text};

/// What stands in everything that is sent.
const CANARY: &str = "canary";
/// Where a proxy says that it comes from.
const ADDRESS: &str = "203.0.113.77";

/// A log that is written to memory.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Requests that are granted and such that are refused, in the ways in which they can be.
async fn much_is_asked(world: &World, hook: &str) {
    let (general, base) = (world.general.id, world.base());
    let said = world.ann.post(general, &text("canary")).await.expect("posts").id;
    world.ann.edit(said, "canary again").await.expect("edits");
    let messages = format!("/api/channels/{general}/messages");
    let requests = vec![
        ann(world, Method::POST, &messages).header("content-type", "application/json").body("{\"canary"),
        ann(world, Method::POST, &messages).json(&json!({ "canary": "canary" })),
        ann(world, Method::POST, &messages).json(&json!({ "body_md": ["canary"] })),
        ann(world, Method::POST, &messages).header("content-type", "text/canary").body("canary"),
        ann(world, Method::GET, &format!("{messages}?before=canary")),
        ann(world, Method::GET, "/api/search?q=canary"),
        ann(world, Method::GET, "/api/canary/canary?canary=canary"),
        ann(world, Method::GET, "/api/invites/canary"),
        ann(world, Method::PATCH, "/api/me")
            .json(&json!({ "display_name": "canary", "status_text": "canary" })),
        ann(world, Method::GET, "/api/me").header("user-agent", "canary").header("x-forwarded-for", ADDRESS),
        ann(world, Method::GET, "/api/me").header("x-trace-id", "canary").header("referer", "http://canary/"),
        form(
            ann(world, Method::POST, &format!("/api/channels/{general}/attachments")),
            &[("alt", "canary")],
            None,
        ),
        http().post(hook).json(&json!({ "text": "canary", "username": "canary" })),
        http().post(hook).header("content-type", "application/json").body("{\"text\":\"canary"),
        http().post(format!("{hook}canary")).json(&json!({ "text": "canary" })),
        http().get(format!("{base}/api/me")).bearer_auth("canary".repeat(8)),
        http().get(format!("{base}/api/me")).header("cookie", format!("ajet_session={}", "canary".repeat(8))),
        http().get(format!("{base}/canary")).header("x-forwarded-for", ADDRESS),
        http().get(format!("{base}/ops/cluster")).bearer_auth("canary"),
    ];
    for request in requests {
        request.send().await.expect("answers");
    }
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send("CANARY /canary HTTP/1.1\r\nHost: canary\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 501);
}

/// I17.
#[tokio::test]
async fn nothing_that_people_send_is_logged_or_measured() {
    let captured = Captured::default();
    // All that our own code can say, and what libraries say to operators.
    let log = subscriber("info,ajet_chatd=trace", Format::Json, captured.clone()).expect("a level");
    let _here = tracing::dispatcher::set_default(&tracing::Dispatch::new(log));
    let world = World::with(|config| config.http.trusted_proxies = vec!["127.0.0.0/8".into()]).await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let (_, robo) = token_of(&world, &made(&world, "robo").await, TokenScope::ALL).await;
    robo.channels(world.community.id).await.expect("is good");
    much_is_asked(&world, &hook).await;
    let measured = metrics(&world).await;
    let logged = String::from_utf8(captured.0.lock().clone()).expect("text");
    assert!(logged.contains("/api/channels/{id}/messages"), "requests are logged");
    let tokens = [world.ann.token(), world.bob.token(), robo.token(), hook.rsplit('/').next()];
    let tokens: Vec<&str> = tokens.into_iter().flatten().collect();
    assert_eq!(tokens.len(), 4);
    for (where_, told) in [("log", &logged), ("metrics", &measured)] {
        for secret in tokens.iter().copied().chain([CANARY, "CANARY", ADDRESS]) {
            let line = told.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "the {where_} has {secret}");
        }
    }
    world.end().await;
}
