//! I17: secrets are said in every way that there is, and no log line, span, metric or error answer gives one away. What is logged and measured is
//! looked through at the end of each test (`support::leaks`); what is answered, here.

use ajet_protocol::TokenScope;
use reqwest::header::{HeaderValue, REFERER, USER_AGENT};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::bots::{made, token_of};
use crate::support::forms::form;
use crate::support::requests::{ann, answer, http};
use crate::support::{CANARY, CLIENTS, Raw, World, assert_private, text};

/// Behind a proxy that says where a client is.
async fn behind_a_proxy() -> World {
    World::with(|config| config.http.trusted_proxies = vec!["127.0.0.1".into()]).await
}

/// A request of ann's that also says secrets of its client.
fn asked(world: &World, method: Method, path: &str) -> RequestBuilder {
    ann(world, method, path)
        .header("x-forwarded-for", format!("{CLIENTS}9"))
        .header(USER_AGENT, format!("{CANARY}-agent/1.0"))
        .header(REFERER, format!("https://{CANARY}.example/?q={CANARY}"))
}

async fn accepted(request: RequestBuilder, what: &str) -> Value {
    let answer = answer(request).await;
    assert!(answer.status().is_success(), "{what}: {}", answer.status());
    answer.json().await.unwrap_or_default()
}

async fn refused(request: RequestBuilder, what: &str) {
    let answer = answer(request).await;
    assert!(answer.status().is_client_error(), "{what}: {}", answer.status());
    assert_private(&answer.text().await.expect("a body"));
}

/// I17.
#[tokio::test]
async fn what_people_say_is_in_no_log_and_no_metric() {
    let world = behind_a_proxy().await;
    let (general, community) = (world.general.id, world.community.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let said = world.ann.post(general, &text("canary-words https://canary.example/?canary")).await;
    let said = said.expect("posts").id;
    let later = world.server.app().now().plus_seconds(3600);
    let poll =
        json!({ "question": "canary-question", "options": ["canary-a", "canary-b"], "multiple": false });
    let picture = json!({ "filename": "canary-file.png", "content_type": "image/png", "size_bytes": 70 });
    let (channel, message) = (format!("/api/channels/{general}"), format!("/api/messages/{said}"));
    for (method, path, body) in [
        (Method::PUT, message.clone(), json!({ "body_md": "canary-edited" })),
        (
            Method::POST,
            format!("{channel}/messages"),
            json!({ "body_md": "canary-reply", "parent_id": said }),
        ),
        (Method::POST, format!("{channel}/messages"), json!({ "body_md": "canary-ask", "poll": poll })),
        (Method::PUT, format!("{message}/saved"), json!({ "note": "canary-note" })),
        (Method::PUT, format!("{channel}/draft"), json!({ "body_md": "canary-draft" })),
        (
            Method::POST,
            format!("{channel}/scheduled"),
            json!({ "body_md": "canary-later", "send_at": later }),
        ),
        (Method::POST, format!("{channel}/uploads"), picture),
        (Method::PATCH, channel.clone(), json!({ "topic": "canary-topic" })),
        (
            Method::PATCH,
            "/api/me".into(),
            json!({ "status_text": "canary-status", "display_name": "Canary" }),
        ),
        (Method::POST, "/api/dms".into(), json!({ "user_ids": [bob] })),
        (
            Method::POST,
            "/api/commands".into(),
            json!({ "channel_id": general, "text": "/shrug canary-typed" }),
        ),
        (
            Method::PUT,
            format!("/api/communities/{community}/mutes/{bob}"),
            json!({ "reason": "canary-reason" }),
        ),
        (Method::GET, "/api/search?q=canary-words".into(), Value::Null),
        (Method::GET, "/api/users?q=canary".into(), Value::Null),
        (Method::DELETE, message.clone(), Value::Null),
    ] {
        let request = asked(&world, method.clone(), &path);
        let request = if body.is_null() { request } else { request.json(&body) };
        accepted(request, &format!("{method} {path}")).await;
    }
    let made = asked(&world, Method::POST, &format!("{channel}/webhooks")).json(&json!({ "name": "Canary" }));
    let made = accepted(made, "a webhook").await;
    let hook = http().post(made["url"].as_str().expect("shown once"));
    let hook = hook.header("x-forwarded-for", format!("{CLIENTS}9"));
    accepted(hook.json(&json!({ "text": "canary-hooked", "username": "canary-sender" })), "a payload").await;
    world.end().await;
}

/// I17.
#[tokio::test]
async fn what_is_refused_is_not_said_again() {
    let world = behind_a_proxy().await;
    let general = world.general.id;
    let (messages, uploads) =
        (format!("/api/channels/{general}/messages"), format!("/api/channels/{general}/uploads"));
    let (posts, files) = (messages.as_str(), uploads.as_str());
    let long = format!("canary-{}", "x".repeat(5000));
    for (method, path, body) in [
        (Method::POST, posts, json!({ "body_md": long })),
        (Method::POST, posts, json!({ "body_md": ["canary-list"] })),
        (Method::POST, posts, json!({ "body_md": "x", "parent_id": "canary-id" })),
        (Method::POST, posts, json!({ "body_md": "x", "attachment_ids": ["canary-file"] })),
        (
            Method::POST,
            posts,
            json!({ "body_md": "x", "poll": { "question": "canary-q", "options": "canary-o" } }),
        ),
        (
            Method::POST,
            files,
            json!({ "filename": "canary-file.png", "content_type": "image/png", "size_bytes": 0 }),
        ),
        (Method::PATCH, "/api/me", json!({ "avatar_url": "canary://nowhere", "presence": "canary-word" })),
        (Method::POST, "/auth/dev", json!({ "username": "canary name@example.org" })),
        (Method::GET, "/api/users?q=canary-name&limit=0", Value::Null),
        (Method::GET, "/api/search?q=canary-words&type=canary-type", Value::Null),
        (Method::GET, "/api/invites/canary-code", Value::Null),
        (Method::GET, "/api/channels/canary-id", Value::Null),
        (Method::GET, "/api/canary-path?canary", Value::Null),
        (
            Method::POST,
            "/hook/0197f000-0000-7000-8000-000000000001/canary-token",
            json!({ "text": "canary" }),
        ),
    ] {
        let request = asked(&world, method.clone(), path);
        let request = if body.is_null() { request } else { request.json(&body) };
        refused(request, &format!("{method} {path} {body:.60}")).await;
    }
    let as_it_is = |body: &'static str| asked(&world, Method::POST, posts).body(body);
    let json = |body: &'static str| as_it_is(body).header("content-type", "application/json");
    refused(json(r#"{"body_md":"canary-cut"#), "no JSON").await;
    refused(json(r#"{"body_md":"x"} canary-tail"#), "more than JSON").await;
    refused(as_it_is("canary").header("content-type", "text/canary"), "another type").await;
    let key = HeaderValue::from_bytes("canary-schlüssel".as_bytes()).expect("a value");
    refused(json(r#"{"body_md":"x"}"#).header("idempotency-key", key), "a key that is none").await;
    let wrong =
        http().get(format!("{}/api/me", world.base())).header("x-forwarded-for", format!("{CLIENTS}9"));
    refused(wrong.bearer_auth("canary-token"), "a token that is none").await;
    world.end().await;
}

/// I17. What is answered may name a field that a client made up.
#[tokio::test]
async fn nothing_that_people_send_is_logged_or_measured() {
    let world = behind_a_proxy().await;
    let (general, base) = (world.general.id, world.base());
    let hook = world.ann.create_webhook(general, "CI").await.expect("makes").url.expect("shown once");
    let (_, robo) = token_of(&world, &made(&world, "robo").await, TokenScope::ALL).await;
    robo.channels(world.community.id).await.expect("is good");
    let messages = format!("/api/channels/{general}/messages");
    let files = format!("/api/channels/{general}/attachments");
    let cookie = format!("ajet_session={}", "canary".repeat(8));
    for request in [
        asked(&world, Method::POST, &messages).json(&json!({ "canary": "canary" })),
        asked(&world, Method::GET, &format!("{messages}?before=canary")),
        asked(&world, Method::GET, "/api/me").header("x-trace-id", "canary"),
        form(asked(&world, Method::POST, &files), &[("alt", "canary")], None),
        http().post(&hook).header("content-type", "application/json").body("{\"text\":\"canary"),
        http().post(format!("{hook}canary")).json(&json!({ "text": "canary" })),
        http().get(format!("{base}/api/me")).bearer_auth("canary".repeat(8)),
        http().get(format!("{base}/api/me")).header("cookie", cookie),
        http().get(format!("{base}/canary")).header("x-forwarded-for", format!("{CLIENTS}9")),
        http().get(format!("{base}/ops/cluster")).bearer_auth("canary"),
    ] {
        let answered = answer(request).await.status();
        assert!(answered.is_success() || answered.is_client_error(), "{answered}");
    }
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send("CANARY /canary HTTP/1.1\r\nHost: canary\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 501);
    world.end().await;
}
