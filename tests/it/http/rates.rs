//! How many requests a caller may make in a minute, and what one too many is told.

use ajet_client::Client;
use ajet_protocol::{Code, CreateInvite, TokenScope, Visibility};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::bots::signed_in;
use crate::support::forms::{PNG, form};
use crate::support::requests::{answer, http, status};
use crate::support::{World, code, metrics};

/// More requests than any limit here allows.
const MANY: usize = 300;

fn request(world: &World, method: Method, path: &str, client: &Client) -> RequestBuilder {
    let request = http().request(method, format!("{}{path}", world.base()));
    match client.token() {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

/// How many requests are answered in a row, and what the next one is told.
async fn spent(request: impl Fn() -> RequestBuilder) -> (usize, Response) {
    for count in 0..MANY {
        let answered = answer(request()).await;
        if answered.status().as_u16() == 429 {
            return (count, answered);
        }
    }
    panic!("there is no limit");
}

fn number(answered: &Response, header: &str) -> u64 {
    let value = answered.headers().get(header).unwrap_or_else(|| panic!("no {header}"));
    value.to_str().expect("text").parse().expect("a number")
}

#[tokio::test]
async fn answers_say_what_is_left_and_one_too_many_when_to_come_again() {
    const MOST: u64 = 30;
    let world = World::with(|config| config.limits.reads_per_minute = 30).await;
    let me = || request(&world, Method::GET, "/api/me", &world.bob);
    let first = answer(me()).await;
    let left = number(&first, "ratelimit-remaining");
    assert_eq!((first.status().as_u16(), number(&first, "ratelimit-limit")), (200, MOST));
    assert!(left < MOST && number(&first, "ratelimit-reset") <= 60);
    let (count, refused) = spent(me).await;
    assert!(count as u64 >= left && count < 50, "{count}");
    assert_eq!((number(&refused, "ratelimit-limit"), number(&refused, "ratelimit-remaining")), (MOST, 0));
    assert!((1..=60).contains(&number(&refused, "retry-after")));
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let trace = refused.headers()["x-trace-id"].to_str().expect("text").to_owned();
    let problem: Value = refused.json().await.expect("a problem document");
    assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some("rate_limited"), Some(429)));
    assert_eq!(problem["trace_id"].as_str(), Some(trace.as_str()));
    for probe in ["/livez", "/readyz", "/metrics"] {
        let probed = answer(request(&world, Method::GET, probe, &world.bob)).await;
        assert_eq!(probed.status().as_u16(), 200, "{probe}");
        assert!(!probed.headers().contains_key("ratelimit-limit"), "{probe}");
    }
    let text = metrics(&world).await;
    let mut counts = text.lines().filter(|line| line.starts_with("ajet_http_rate_limited_total{"));
    let of_sessions = |line: &str| line.contains(r#"class="read""#) && line.contains(r#"who="session""#);
    assert!(counts.any(of_sessions), "{text}");
    world.end().await;
}

#[tokio::test]
async fn one_session_that_runs_wild_shuts_out_neither_others_nor_other_kinds_of_requests() {
    let world = World::with(|config| config.limits.reads_per_minute = 20).await;
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    spent(|| request(&world, Method::GET, "/api/me", &world.bob)).await;
    again.me().await.expect("another session of the same person");
    world.ann.me().await.expect("another person");
    assert_eq!(status(request(&world, Method::POST, "/api/heartbeat", &world.bob)).await, 200, "a change");
    spent(|| request(&world, Method::GET, "/api/me", &again)).await;
    let (third, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let (count, _) = spent(|| request(&world, Method::GET, "/api/me", &third)).await;
    assert!(count < 15, "a person has twice as much in all sessions: {count}");
    world.end().await;
}

/// A request that shows no good credential, by way of a trusted proxy.
fn from(world: &World, address: &str, token: Option<&str>) -> RequestBuilder {
    let asking = http().get(format!("{}/api/docs", world.base())).header("x-forwarded-for", address);
    match token {
        Some(token) => asking.bearer_auth(token),
        None => asking,
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_counted_by_address_whatever_they_show() {
    let world = World::with(|config| {
        config.limits.reads_per_minute = 20;
        config.http.trusted_proxies = vec!["127.0.0.1".into()];
    })
    .await;
    spent(|| from(&world, "203.0.113.1", None)).await;
    assert_eq!(status(from(&world, "198.51.100.7, 203.0.113.1", None)).await, 429, "the nearest one counts");
    assert_eq!(status(from(&world, "203.0.113.2", None)).await, 200, "another address");
    spent(|| from(&world, "203.0.113.3", Some("a token that is none"))).await;
    assert_eq!(status(from(&world, "203.0.113.3", None)).await, 429);
    spent(|| from(&world, "2001:db8::1", None)).await;
    assert_eq!(status(from(&world, "2001:db8::2", None)).await, 429, "one network");
    let bob = request(&world, Method::GET, "/api/me", &world.bob).header("x-forwarded-for", "203.0.113.1");
    assert_eq!(status(bob).await, 200, "who is signed in does not count for the address");
    world.end().await;
}

#[tokio::test]
async fn guesses_at_invites_are_limited_most_strictly() {
    let world = World::with(|config| config.limits.guesses_per_minute = 10).await;
    let guess = || request(&world, Method::GET, "/api/invites/nosuchcode", &world.nobody);
    assert_eq!(status(guess()).await, 404);
    let (count, _) = spent(guess).await;
    assert!(count < 15, "{count}");
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    let right = request(&world, Method::GET, &format!("/api/invites/{}", invite.code), &world.nobody);
    assert_eq!(status(right).await, 429, "a right one too, or the answers would still tell");
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    carol.accept_invite(&invite.code).await.expect("who is signed in has a count of their own");
    let guess = || request(&world, Method::POST, "/api/invites/nosuchcode/accept", &carol);
    let (count, _) = spent(guess).await;
    assert!(count < 15, "{count}");
    world.end().await;
}

/// States of providers, codes of devices and links of operators count together: an address has one number of guesses.
#[tokio::test]
async fn guesses_at_sign_ins_are_limited_most_strictly() {
    let world = World::with(|config| config.limits.guesses_per_minute = 10).await;
    let secret = "x".repeat(43);
    let callback = format!("/auth/nowhere/callback?state={secret}&code=guess");
    let (count, _) = spent(|| request(&world, Method::GET, &callback, &world.nobody)).await;
    assert!((5..15).contains(&count), "{count}");
    let link = format!("/sign-in/link/{secret}");
    for other in [link.as_str(), "/auth/device?user_code=BBBB-BBBB", "/auth/nowhere/start"] {
        assert_eq!(status(request(&world, Method::GET, other, &world.nobody)).await, 429, "{other}");
    }
    assert_eq!(status(request(&world, Method::GET, "/sign-in", &world.nobody)).await, 200, "a page to read");
    world.bob.me().await.expect("who is signed in goes on");
    world.end().await;
}

#[tokio::test]
async fn uploads_are_limited_by_themselves() {
    let world = World::with(|config| config.limits.uploads_per_minute = 10).await;
    let files = format!("/api/channels/{}/attachments", world.general.id);
    let (count, refused) =
        spent(|| form(request(&world, Method::POST, &files, &world.bob), &[], Some(PNG))).await;
    assert!((10..20).contains(&count), "{count}");
    assert_eq!(number(&refused, "ratelimit-limit"), 10);
    let picture = request(&world, Method::PUT, "/api/me/avatar", &world.bob);
    assert_eq!(status(form(picture, &[], Some(PNG))).await, 429, "a file as well");
    assert_eq!(status(request(&world, Method::POST, "/api/heartbeat", &world.bob)).await, 200, "no file");
    assert_eq!(status(form(request(&world, Method::POST, &files, &world.ann), &[], Some(PNG))).await, 201);
    world.end().await;
}

/// I6: who does not see something learns nothing of it by a limit.
#[tokio::test]
async fn a_community_has_a_limit_for_all_its_members_which_a_stranger_does_not_see() {
    let world = World::with(|config| config.limits.community_writes_per_minute = 40).await;
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    let path = format!("/api/channels/{}/messages", world.general.id);
    let post =
        |client: &Client| request(&world, Method::POST, &path, client).json(&json!({ "body_md": "hi" }));
    let of_dave = async || status(post(&dave)).await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let unseen = format!("/api/channels/{secret}/messages");
    let into_unseen = || request(&world, Method::POST, &unseen, &world.bob).json(&json!({ "body_md": "hi" }));
    for _ in 0..60 {
        assert_eq!(of_dave().await, 404, "and takes nothing from its members");
    }
    assert_eq!(status(post(&world.ann)).await, 201);
    let (count, refused) = spent(|| post(&world.bob)).await;
    assert!(count < 60, "{count}");
    let problem: Value = refused.json().await.expect("a problem document");
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("community")), "{problem}");
    spent(|| post(&world.ann)).await;
    assert_eq!(of_dave().await, 404);
    assert_eq!(status(into_unseen()).await, 404, "nor does a member learn of a channel that they do not see");
    world.ann.messages(world.general.id, &Default::default()).await.expect("reading goes on");
    world.end().await;
}

#[tokio::test]
async fn a_token_may_have_more_than_others() {
    let world = World::new().await;
    let (bot, favoured) = signed_in(&world, "fast", TokenScope::ALL).await;
    let (_, usual) = signed_in(&world, "usual", TokenScope::ALL).await;
    let token = world.ann.tokens(bot.id, &Default::default()).await.expect("lists").items[0].id;
    let world = world
        .restarted(|config| {
            config.limits.reads_per_minute = 10;
            config.limits.tokens.insert(token.to_string(), 5);
        })
        .await;
    let path = format!("/api/channels/{}/messages", world.general.id);
    let (count, _) = spent(|| request(&world, Method::GET, &path, &usual)).await;
    assert!((10..20).contains(&count), "{count}");
    let (count, _) = spent(|| request(&world, Method::GET, &path, &favoured)).await;
    assert!((50..80).contains(&count), "{count}");
    world.end().await;
}

/// Many people of one office sign in at terminals at once.
#[tokio::test]
async fn devices_that_ask_whether_they_are_let_in_guess_nothing() {
    let world = World::with(|config| config.limits.guesses_per_minute = 10).await;
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "ajet-chat")];
    for n in 0..40 {
        let code = format!("{n:043}");
        let poll = request(&world, Method::POST, "/auth/device/token", &world.nobody).form(&[
            form[0],
            form[1],
            ("device_code", code.as_str()),
        ]);
        assert_eq!(status(poll).await, 400, "{n}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_webhook_has_a_limit() {
    let world = World::with(|config| config.limits.writes_per_minute = 25).await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let (count, _) = spent(|| http().post(&hook).json(&json!({ "text": "built" }))).await;
    assert!((20..40).contains(&count), "{count}");
    assert_eq!(code(world.nobody.me().await), Code::Unauthenticated, "other kinds go on");
    world.end().await;
}
