//! What real clients send, and were not understood: encodings, cut texts, keys, addresses, origins, links, idle connections.

use std::time::Duration;

use ajet_protocol::{CreateInvite, Message, Webhook};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::raw::Raw;
use crate::world::{self, DEADLINE, World, eventually, next, text};

fn http() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// A request of ann's.
fn ann(world: &World, method: Method, path: &str) -> RequestBuilder {
    let token = world.ann.token().expect("a token");
    http().request(method, format!("{}{path}", world.base())).bearer_auth(token)
}

/// A message of ann's, whose body is sent as it is.
fn post(world: &World, content_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let path = format!("/api/channels/{}/messages", world.general.id);
    ann(world, Method::POST, &path).header("content-type", content_type).body(body)
}

async fn answer(request: RequestBuilder) -> Response {
    request.send().await.expect("answers")
}

async fn status(request: RequestBuilder) -> u16 {
    answer(request).await.status().as_u16()
}

/// The status of an answer and its problem document.
async fn problem(request: RequestBuilder) -> (u16, Value) {
    let answer = answer(request).await;
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("a problem document"))
}

fn fields(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().expect("errors").iter();
    errors.filter_map(|error| Some((error["field"].as_str()?, error["code"].as_str()?))).collect()
}

#[tokio::test]
async fn two_cursors_are_refused_by_their_names() {
    let world = World::new().await;
    let id = uuid::Uuid::nil();
    for list in [format!("/api/channels/{}/messages", world.general.id), "/api/communities".into()] {
        let asked = ann(&world, Method::GET, &format!("{list}?before={id}&after={id}"));
        let (status, problem) = problem(asked).await;
        assert_eq!((status, fields(&problem)), (422, vec![("after", "exclusive"), ("before", "exclusive")]));
        assert!(!problem.to_string().contains("__all__"), "{problem}");
    }
}

#[tokio::test]
async fn an_encoding_or_charset_that_is_not_read_is_named() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let json = r#"{"body_md":"x"}"#;
    let hooked = || http().post(&hook).header("content-type", "application/json").body(r#"{"text":"x"}"#);
    let signing_in = || http().post(format!("{}/auth/dev", world.base())).json(&json!({"username": "carol"}));
    for encoded in [post(&world, "application/json", json), hooked(), signing_in()] {
        let (status, problem) = problem(encoded.header("content-encoding", "gzip")).await;
        assert_eq!((status, problem["code"].as_str()), (415, Some("unsupported_media_type")));
        assert!(
            problem["detail"].as_str().is_some_and(|text| text.contains("Content-Encoding")),
            "{problem}"
        );
    }
    for plain in [post(&world, "application/json", json), hooked(), signing_in()] {
        let status = status(plain.header("content-encoding", "Identity")).await;
        assert!([200, 201].contains(&status), "{status}");
    }
    for (charset, expected) in
        [("UTF-8", 201), ("\"utf-8\"", 201), ("us-ascii", 201), ("ISO-8859-1", 415), ("\"utf-16\"", 415)]
    {
        let sent = post(&world, &format!("application/json; charset={charset}"), json);
        assert_eq!(status(sent).await, expected, "{charset}");
    }
    let form = http().post(format!("{}/sign-in", world.base())).header("origin", world.base());
    let form = form.header("content-type", "application/x-www-form-urlencoded; charset=latin1");
    assert_eq!(status(form.body("username=carol")).await, 415);
}

#[tokio::test]
async fn half_a_character_is_mended_and_broken_bytes_are_not() {
    let world = World::new().await;
    for (body, stored) in [
        (r#"{"body_md":"cut \ud83d"}"#, "cut \u{fffd}"),
        (r#"{"body_md":"\uDE00 \ud83d\ude00"}"#, "\u{fffd} 😀"),
        (r#"{"body_md":"C:\\ud83d"}"#, r"C:\ud83d"),
    ] {
        let answer = answer(post(&world, "application/json", body)).await;
        assert_eq!(answer.status().as_u16(), 201, "{body}");
        let message: Value = answer.json().await.expect("a message");
        assert_eq!(message["body_md"], stored);
    }
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let hooked = http().post(&hook).header("content-type", "application/json");
    assert_eq!(status(hooked.body(r#"{"text":"cut \ud83d"}"#)).await, 200);
    let form = http().post(&hook).form(&[("payload", r#"{"text":"cut \ud83d"}"#)]);
    assert_eq!(status(form).await, 200);
    let (status, problem) = problem(post(&world, "application/json", &b"{\"body_md\":\"a\xff\"}"[..])).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("malformed")));
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("line 1, column ")), "{problem}");
}

#[tokio::test]
async fn a_long_unknown_name_is_not_sent_back_whole() {
    let world = World::new().await;
    let body = format!(r#"{{"body_md":"x","{}":1}}"#, "n".repeat(10_000));
    let (status, problem) = problem(post(&world, "application/json", body)).await;
    let name = "n".repeat(100);
    assert_eq!((status, fields(&problem)), (422, vec![(name.as_str(), "unknown_field")]));
    assert_eq!(problem.to_string().matches("nnnnn").count(), 20, "once: {problem}");
}

#[tokio::test]
async fn a_key_is_spent_for_its_route_alone() {
    let world = World::new().await;
    let (community, channel) = (world.community.id, world.general.id);
    let routes = [
        ("/api/communities".to_owned(), json!({"name": "Second", "slug": "second"})),
        (format!("/api/communities/{community}/invites"), json!({})),
        (format!("/api/communities/{community}/channels"), json!({"name": "keyed"})),
        (format!("/api/channels/{channel}/webhooks"), json!({"name": "CI"})),
        (format!("/api/channels/{channel}/messages"), json!({"body_md": "keyed"})),
    ];
    for expected in [201, 200] {
        for (path, body) in &routes {
            let sent = ann(&world, Method::POST, path).header("idempotency-key", "one").json(body);
            assert_eq!(status(sent).await, expected, "{path}");
        }
    }
    let other = json!({"name": "another"});
    let sent = ann(&world, Method::POST, &routes[2].0).header("idempotency-key", "one").json(&other);
    assert_eq!(status(sent).await, 409, "of the same route it is spent");
}

#[tokio::test]
async fn an_invite_that_nobody_could_accept_is_refused() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/invites", world.community.id);
    for (body, field) in [
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"max_uses": 0}), "max_uses"),
        (json!({"max_uses": -1}), "max_uses"),
    ] {
        let (status, problem) = problem(ann(&world, Method::POST, &path).json(&body)).await;
        assert_eq!((status, fields(&problem)), (422, vec![(field, "out_of_range")]), "{body}");
    }
    let good = json!({"expires_at": "2999-01-01T00:00:00Z", "max_uses": 1});
    assert_eq!(status(ann(&world, Method::POST, &path).json(&good)).await, 201);
}

#[tokio::test]
async fn addresses_are_read_as_browsers_read_them() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/webhooks", world.general.id);
    for (address, expected) in [
        ("HTTPS://i.example/a.png", 201),
        ("https://\"onerror=x", 422),
        ("http://@/", 422),
        ("http://ann:secret@i.example/", 422),
        ("javascript:alert(1)", 422),
    ] {
        let body = json!({"name": "CI", "avatar_url": address});
        assert_eq!(status(ann(&world, Method::POST, &path).json(&body)).await, expected, "{address}");
    }
    let made: Webhook = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let sent = http().post(made.url.expect("shown once"));
    assert_eq!(status(sent.json(&json!({"text": "x", "icon_url": "HTTPS://i.example/a.png"}))).await, 200);
}

#[tokio::test]
async fn the_origin_is_compared_as_an_origin() {
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    let url = format!("{}/api/channels/{}/messages", world.base(), world.general.id);
    for (host, origin, expected) in [
        ("chat.example:80", "http://chat.example", 201),
        ("chat.example", "http://chat.example:80", 201),
        ("Chat.Example", "HTTP://CHAT.example", 201),
        ("chat.example", "https://chat.example", 403),
        ("chat.example", "http://chat.example:8080", 403),
        ("chat.example", "http://evil.example", 403),
        ("chat.example", "null", 403),
    ] {
        let sent = http().post(&url).header("host", host).header("origin", origin);
        let sent = sent.header("cookie", format!("ajet_session={token}")).json(&json!({"body_md": "x"}));
        assert_eq!(status(sent).await, expected, "{host} {origin}");
    }
}

#[tokio::test]
async fn a_sign_in_needs_no_good_cookie_but_a_page_of_ours() {
    let world = World::new().await;
    let base = world.base();
    let sign_in = |headers: &[(&str, &str)]| {
        let sent = http().post(format!("{base}/auth/dev")).json(&json!({"username": "bob"}));
        headers.iter().fold(sent, |sent, (name, value)| sent.header(*name, *value))
    };
    let stale = format!("ajet_session={}", "s".repeat(43));
    let token = world.bob.token().expect("a token");
    let good = format!("ajet_session={token}");
    assert_eq!(status(sign_in(&[("cookie", &stale)])).await, 200, "a cookie that is over");
    assert_eq!(status(sign_in(&[("cookie", &good)])).await, 200, "no browser sends so little");
    world.bob.me().await.expect("and so it ends no session");
    let none: &[(&str, &str)] = &[];
    for elsewhere in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null")] {
        for cookie in [none, &[("cookie", stale.as_str())], &[("cookie", good.as_str())]] {
            let headers: Vec<_> = cookie.iter().copied().chain([elsewhere]).collect();
            let (status, problem) = problem(sign_in(&headers)).await;
            assert_eq!((status, problem["code"].as_str()), (403, Some("csrf")), "{elsewhere:?} {cookie:?}");
        }
    }
    assert_eq!(status(sign_in(&[("cookie", &good), ("sec-fetch-site", "same-origin")])).await, 200);
    assert!(world.bob.me().await.is_err(), "in a browser the new session takes the place of the old one");
}

#[tokio::test]
async fn an_idle_connection_outlives_a_head_that_does_not_end() {
    let world = World::with(|config| config.http.header_timeout_s = 1).await;
    let mut raw = Raw::to(world.server.addr()).await;
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        raw.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(raw.answer().await.status, 200);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    raw.send("GET /livez HTTP/1.1\r\nHost:").await;
    let told = raw.answer().await;
    let headers = ["connection", "content-type", "x-content-type-options"].map(|name| told.header(name));
    assert_eq!(told.status, 408);
    assert_eq!(headers, [Some("close"), Some("application/problem+json"), Some("nosniff")]);
    let problem: Value = serde_json::from_str(&told.body).expect("a problem document");
    assert_eq!(
        (problem["code"].as_str(), problem["trace_id"].as_str()),
        (Some("request_timeout"), told.header("x-trace-id"))
    );
    assert!(raw.is_closed_within(DEADLINE).await);
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send("GET /livez HTTP/1.1\r\nno colon\r\n\r\n").await;
    let told = raw.answer().await;
    assert_eq!((told.status, told.header("content-type")), (400, Some("application/problem+json")));
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
}

/// A page's link, as a browser follows it.
async fn follow(world: &World, path: &str, site: &str, token: Option<&str>) -> Response {
    let mut sent = http().get(format!("{}{path}", world.base())).header("sec-fetch-site", site);
    if let Some(token) = token {
        sent = sent.header("cookie", format!("ajet_session={token}"));
    }
    answer(sent).await
}

#[tokio::test]
async fn a_link_from_another_site_opens_the_page() {
    let world = World::new().await;
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    let token = world.bob.token();
    let channel = format!("/channels/{}", world.general.id);
    for path in [channel.as_str(), &format!("/invite/{}", invite.code), "/"] {
        // The browser holds back the cookie; then our own page asks, and it does not.
        let first = follow(&world, path, "cross-site", None).await;
        assert_eq!(first.status().as_u16(), 200, "{path}");
        let page = first.text().await.expect("text");
        assert!(page.contains(&format!(r#"http-equiv="refresh" content="0;url={path}""#)), "{page}");
        let second = follow(&world, path, "same-origin", token).await;
        assert_eq!(second.status().as_u16(), 200, "{path}");
        assert!(!second.text().await.expect("text").contains("http-equiv=\"refresh\""), "{path}");
        // Who is not signed in is asked to, and not sent round again.
        let second = follow(&world, path, "same-origin", None).await;
        assert_eq!(second.status().as_u16(), 303, "{path}");
    }
    let away = follow(&world, &channel, "none", None).await;
    let location = away.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(location, format!("/sign-in?next=%2Fchannels%2F{}", world.general.id));
    let away = follow(&world, &format!("/c/{}", world.community.slug), "none", None).await;
    assert_eq!(away.headers()["location"], format!("/sign-in?next=%2Fc%2F{}", world.community.slug));
}

#[tokio::test]
async fn null_counts_as_absent_in_an_optional_list() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/messages", world.general.id);
    let request =
        json!({ "body_md": "x", "parent_id": null, "attachment_ids": null, "client_mutation_id": null });
    let message: Message = world.ann.send(Method::POST, &path, Some(&request), false).await.expect("posts");
    assert_eq!(message.body_md, "x");
}

/// Reads until something was said; all that was said.
async fn read_until(raw: &mut Raw, wanted: &str) -> String {
    let (mut said, mut bytes) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&said).contains(wanted) {
        let read =
            tokio::time::timeout(DEADLINE, raw.0.read(&mut bytes)).await.expect("in time").expect("reads");
        assert!(read > 0, "it ended before {wanted:?}: {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn streams_say_their_charset_and_hold_no_line_ends_but_their_own() {
    const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    let world = World::new().await;
    eventually("there is a cursor", async || !world.server.app().node.sessions.cursor().is_empty()).await;
    let token = world.bob.token().expect("a token");
    let mut streams = Vec::new();
    for head in [
        format!("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"),
        format!("GET /stream HTTP/1.1\r\nHost: x\r\nCookie: ajet_session={token}\r\n\r\n"),
    ] {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send(head).await;
        let head = read_until(&mut raw, "event: ready").await;
        assert!(head.contains("content-type: text/event-stream; charset=utf-8\r\n"), "{head}");
        streams.push(raw);
    }
    world.ann.post(world.general.id, &text("Grüße\u{2028}b\u{2029}c\u{85}d end")).await.expect("posts");
    let [events, page] = &mut streams[..] else { panic!("two streams") };
    let said = read_until(events, "d end").await;
    assert!(said.contains(r"Grüße\u2028b\u2029c\u0085d end") && !said.contains(SEPARATORS), "{said}");
    let said = read_until(page, "d end").await;
    assert!(said.contains("Grüße&#x2028;b&#x2029;c d end") && !said.contains(SEPARATORS), "{said}");
    // A replay says the same.
    let cursor = said.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("a cursor").to_owned();
    world.ann.post(world.general.id, &text("again\u{2028}end")).await.expect("posts");
    let mut raw = Raw::to(world.server.addr()).await;
    let head = format!(
        "GET /api/events?last_event_id={cursor} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    raw.send(head).await;
    let said = read_until(&mut raw, r"again\u2028end").await;
    assert!(!said.contains(SEPARATORS), "{said}");
}

#[tokio::test]
async fn a_resync_says_why_and_from_where_to_go_on() {
    let world = World::new().await;
    eventually("there is a cursor", async || !world.server.app().node.sessions.cursor().is_empty()).await;
    let mut live = world.bob.live(Some("nonsense")).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let resync = next(&mut live).await;
    assert_eq!((resync.name.as_str(), resync.data.as_str()), ("resync", r#"{"reason":"cursor"}"#));
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    assert_eq!(world::read_until(&mut live, "after").await, ["after"], "the stream goes on");
    let mut live = world.bob.live(Some(&resync.cursor)).await.expect("opens");
    assert_eq!(world::read_until(&mut live, "after").await, ["after"], "its id is a cursor");
}
