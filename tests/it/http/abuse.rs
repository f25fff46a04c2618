//! What somebody with bad intentions sends (`docs/reviews/2026-11.md`): it costs little, is refused, and hurts no other user.

use std::collections::BTreeSet;

use ajet_client::Retries;
use ajet_protocol::{Code, CreateChannel, PageQuery};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::requests::{bearer, http, post_hook, status};
use crate::support::{DEADLINE, Raw, World, code, db, eventually, everything_is_published, metrics, text};

/// H1: all methods that somebody invents are one name in the metrics, and a head is small.
#[tokio::test]
async fn invented_methods_make_no_series_and_large_heads_are_refused() {
    let world = World::new().await;
    let mut raw = Raw::to(world.server.addr()).await;
    for n in 0..3000 {
        raw.send(format!("M{n}{} /livez HTTP/1.1\r\nHost: x\r\n\r\n", "A".repeat(5000))).await;
        let answer = raw.answer().await;
        assert_eq!(answer.status, 501);
        assert!(answer.body.contains("not_implemented"), "{}", answer.body);
    }
    let metrics = metrics(&world).await;
    assert!(metrics.contains(r#"method="other""#) && !metrics.contains("AAAA"));
    // Whatever other tests of this process ask for meanwhile: the nine that there are, and that name.
    let methods = metrics.split(r#"method=""#).skip(1).filter_map(|rest| rest.split('"').next());
    let methods: BTreeSet<&str> = methods.collect();
    assert!(methods.len() <= 10, "{methods:?}");
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(40_000))).await;
    assert_eq!(raw.answer().await.status, 431);
    world.end().await;
}

/// H2: limits count what is stored, in every text field there is.
#[tokio::test]
async fn blanks_are_neither_counted_nor_kept() {
    let world = World::new().await;
    let blanks = " \t".repeat(100_000);
    let channel: Value = world
        .ann
        .send(
            Method::POST,
            &format!("/api/communities/{}/channels", world.community.id),
            Some(&json!({"name": format!("room{blanks}"), "topic": format!("{blanks}about")})),
            false,
        )
        .await
        .expect("a good channel");
    assert_eq!((channel["name"].as_str(), channel["topic"].as_str()), (Some("room"), Some("about")));
    let hook = world.ann.create_webhook(world.general.id, &format!("CI{blanks}")).await.expect("makes");
    assert_eq!(hook.name, "CI");
    let posted = post_hook(
        &hook.url.expect("an address"),
        &json!({"text": "alert", "username": format!("x{blanks}")}),
    )
    .await;
    assert_eq!(posted, 200);
    let message =
        world.ann.post(world.general.id, &text(&format!("{blanks}hi{blanks}"))).await.expect("posts");
    assert_eq!(message.body_md, "hi");
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    assert_eq!(page.items[0].author.display_name, "x");
    assert!(serde_json::to_string(&page.items).expect("JSON").len() < 4096, "no blank was kept");
    for name in
        ["\u{200b}", "a\u{2060}b", "\u{3164}", "\u{e0041}", "a\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}"]
    {
        let request = CreateChannel {
            name: name.into(),
            kind: None,
            visibility: None,
            topic: None,
            category_id: None,
            client_mutation_id: None,
        };
        let refused = world.ann.create_channel(world.community.id, &request).await;
        assert_eq!(code(refused), Code::Invalid, "{name:?}");
    }
    everything_is_published(&world).await;
    world.end().await;
}

/// H3: a client that takes nothing of an ordinary answer is let go, and its answer with it.
#[tokio::test]
async fn a_reader_that_takes_nothing_of_a_page_is_let_go() {
    let world = World::with(|config| config.http.write_timeout_s = 1).await;
    let body = format!("```\n{}\n```", "\"".repeat(3980));
    for _ in 0..40 {
        world.ann.post(world.general.id, &text(&body)).await.expect("posts");
    }
    let token = world.bob.token().expect("a token").to_owned();
    let line = format!("GET /api/channels/{}/messages?limit=200 HTTP/1.1", world.general.id);
    let mut readers = Vec::new();
    for _ in 0..4 {
        let mut raw = Raw::narrow(world.server.addr()).await;
        // Several answers' worth, so that they can't all hide in the kernel's buffers.
        for _ in 0..16 {
            raw.send(bearer(&token, &line)).await;
        }
        readers.push(raw);
    }
    eventually("slow readers are let go", async || {
        let metrics = metrics(&world).await;
        let count = metrics.lines().find_map(|line| line.strip_prefix("ajet_http_slow_readers_total "));
        count.and_then(|count| count.parse::<u64>().ok()).is_some_and(|count| count >= 4)
    })
    .await;
    for mut raw in readers {
        assert!(raw.is_closed_within(DEADLINE).await);
    }
    world.end().await;
}

/// H3: connections are counted; for requests see `edge`.
#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let world = World::with(|config| config.http.max_connections = 40).await;
    let mut held = Vec::new();
    let refused = loop {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let answer = raw.answer().await;
        if answer.status != 200 {
            break answer;
        }
        held.push(raw);
        assert!(held.len() <= 40);
    };
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    held.clear();
    eventually("places come free", async || world.ann.me().await.is_ok()).await;
    world.end().await;
}

/// M3: what has not the form of a token costs no query; and an address that tries too many is refused, unless a token is valid.
#[tokio::test]
async fn tokens_that_are_none_cost_little_and_are_limited() {
    let world = World::with(|config| config.limits.failures_per_minute = 50).await;
    let (malformed, unknown) =
        (world.nobody.with_token(&"x".repeat(500)), world.nobody.with_token(&"u".repeat(43)));
    assert_eq!(code(unknown.me().await), Code::Unauthenticated, "looked up, and remembered");
    // A look-up would wait for the lock until it fails, and then the answer is another one.
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut lock).await.expect("locks");
    for token in std::iter::repeat_n(&malformed, 40).chain([&unknown]) {
        assert_eq!(code(token.me().await), Code::Unauthenticated);
    }
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    let guesses = (0..40).map(|n| {
        let guess = world.nobody.with_token(&format!("{n:043}"));
        async move { code(guess.me().await) }
    });
    let codes = join_all(guesses).await;
    assert!(codes.contains(&Code::Unauthenticated) && codes.contains(&Code::RateLimited), "{codes:?}");
    let refused = world.nobody.with_token(&"z".repeat(43)).me().await.expect_err("refused");
    assert_eq!(refused.code(), Some(Code::RateLimited));
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(bearer(&"w".repeat(43), "GET /api/me HTTP/1.1")).await;
    let answer = raw.answer().await;
    let told = ["ratelimit-limit", "ratelimit-remaining"].map(|name| answer.header(name));
    assert_eq!((answer.status, told), (429, [Some("50"), Some("0")]));
    let wait = answer.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok());
    assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{wait:?}");
    // A browser whose session is over is sent to sign in again, whatever others did from the same address.
    let cookie = format!("Cookie: ajet_session={}\r\n", "c".repeat(43));
    raw.send(format!("GET /channels/{} HTTP/1.1\r\nHost: x\r\n{cookie}\r\n", world.general.id)).await;
    assert_eq!(raw.answer().await.status, 303);
    raw.send(format!("GET /api/me HTTP/1.1\r\nHost: x\r\n{cookie}\r\n")).await;
    let answer = raw.answer().await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
    world.ann.me().await.expect("who has a token is not concerned");
    let (carol, _) = world.nobody.sign_in("carol").await.expect("nor who signs in");
    carol.me().await.expect("nor a token that is new");
    let hook = format!("{}/hook/{}/{}", world.base(), uuid::Uuid::new_v4(), "y".repeat(43));
    assert_eq!(post_hook(&hook, &json!({"text": "x"})).await, 429);
    world.end().await;
}

/// Where something may be guessed, who calls is looked up to count it for them: no more often than an address may fail.
#[tokio::test]
async fn tokens_that_are_none_are_not_looked_up_without_end_where_codes_are_guessed() {
    let world = World::with(|config| {
        config.limits.failures_per_minute = 10;
        config.limits.guesses_per_minute = 10;
    })
    .await;
    let guess = async |n: usize| {
        let guess = world.nobody.with_token(&format!("{n:043}")).with_retries(Retries::none());
        code(guess.invite("nosuchcode").await)
    };
    let mut codes = Vec::new();
    for n in 0..30 {
        codes.push(guess(n).await);
    }
    assert!(codes.contains(&Code::NotFound) && codes.ends_with(&[Code::RateLimited]), "{codes:?}");
    // A look-up would wait for the lock until it fails, and then the answer is another one.
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut lock).await.expect("locks");
    let codes = join_all((30..60).map(&guess)).await;
    // By now the address may guess once or twice again.
    let looked_up = codes.iter().filter(|code| **code != Code::RateLimited).count();
    assert!(looked_up < 4, "{codes:?}");
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    world.ann.me().await.expect("who has a token is not concerned");
    world.end().await;
}

/// There it is looked up by what counts requests, and again by what needs a caller, if anything does.
#[tokio::test]
async fn a_wrong_token_counts_once_where_codes_are_guessed() {
    for (path, answered) in [("/api/invites/nosuchcode/accept", 401), ("/auth/device", 200)] {
        let world = World::with(|config| config.limits.failures_per_minute = 3).await;
        let send = async |path: &str, n: usize| {
            let sent = http().post(format!("{}{path}", world.base())).bearer_auth(format!("{n:043}"));
            status(sent.form(&[("client_id", "x")])).await
        };
        for n in 0..2 {
            assert_eq!(send(path, n).await, answered, "{path} {n}");
        }
        let last = "/api/invites/nosuchcode/accept";
        assert_eq!([send(last, 2).await, send(last, 3).await], [401, 429], "{path}");
        world.end().await;
    }
}

/// A look-up that fails does not make the others of its request free, nor does a good token where codes are guessed.
#[tokio::test]
async fn a_wrong_token_counts_whatever_the_others_are() {
    let world = World::with(|config| config.limits.failures_per_minute = 4).await;
    let sent =
        async |token: String| status(http().get(format!("{}/api/me", world.base())).bearer_auth(token)).await;
    let (known, other) = ("k".repeat(43), "o".repeat(43));
    assert_eq!(sent(known.clone()).await, 401, "looked up, and remembered");
    // A look-up waits for the lock until it fails.
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut lock).await.expect("locks");
    let cookies = format!("ajet_session={known}; ajet_session={known}; ajet_session={other}");
    let both = http().get(format!("{}/api/me", world.base())).header("cookie", cookies);
    assert_eq!(status(both).await, 503);
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    assert_eq!([sent(known.clone()).await, sent(known).await], [401, 429]);
    world.end().await;

    let world = World::with(|config| config.limits.failures_per_minute = 3).await;
    let wrong = [0, 1, 2].map(|n| format!("ajet_session={n:043}")).join("; ");
    let cookies = format!("{wrong}; ajet_session={}", world.ann.token().expect("a token"));
    let guess = http().post(format!("{}/auth/device", world.base())).header("cookie", cookies);
    assert_eq!(status(guess.form(&[("client_id", "x")])).await, 200);
    let next = http().get(format!("{}/api/me", world.base())).bearer_auth("n".repeat(43));
    assert_eq!(status(next).await, 429);
    world.end().await;
}

/// Many wrong cookies in one request are as many failures.
#[tokio::test]
async fn every_token_of_a_request_counts() {
    let world = World::with(|config| config.limits.failures_per_minute = 10).await;
    let cookies: Vec<_> = (0..16).map(|n| format!("ajet_session={n:043}")).collect();
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(format!("GET /api/me HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", cookies.join("; "))).await;
    assert_eq!(raw.answer().await.status, 401);
    let refused = world.nobody.with_token(&"z".repeat(43)).me().await.expect_err("one too many");
    assert_eq!(refused.code(), Some(Code::RateLimited));
    world.end().await;
}

/// An answer that comes before the body was read leaves the connection usable, or says that it does not.
#[tokio::test]
async fn an_answer_before_the_body_was_read_says_what_becomes_of_the_connection() {
    let world = World::new().await;
    let mut raw = Raw::to(world.server.addr()).await;
    let body = vec![b'x'; 2 << 20];
    for (line, kind, status) in [
        ("POST /api/communities", "application/json", 401),
        ("POST /api/nowhere", "application/json", 404),
        ("POST /livez", "application/json", 405),
        ("BREW /livez", "application/json", 501),
    ] {
        raw.send(format!(
            "{line} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ))
        .await;
        raw.send(&body).await;
        let answer = raw.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (status, None), "{line}");
    }
    let token = world.ann.token().expect("a token");
    let head = format!("POST /api/communities HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
    for (kind, status) in [("application/json", 413), ("text/plain", 415)] {
        raw.send(format!("{head}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len())).await;
        raw.send(&body).await;
        let answer = raw.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (status, None), "{kind}");
    }
    raw.send(format!("POST /api/communities HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", 1_u64 << 30))
        .await;
    let answer = raw.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    assert!(raw.is_closed_within(DEADLINE).await);
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(
        "POST /api/communities HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
    )
    .await;
    let answer = raw.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(format!("{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-13\r\n"))
        .await;
    let answer = raw.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")), "no chunk at all");
    world.end().await;
}

/// Refusals of paths, queries and forms are problem documents as well, and headers isolate our pages.
#[tokio::test]
async fn every_refusal_is_a_problem_document() {
    let world = World::new().await;
    let mut raw = Raw::to(world.server.addr()).await;
    let token = world.ann.token().expect("a token");
    for (line, status) in [
        ("GET /api/events?community_id=%FF", 422),
        ("GET /api/events?a=%ZZ&community_id=1", 422),
        ("POST /hook/%FF/x", 404),
        ("GET /api/channels/%FF", 404),
        ("GET /ops/entities/channel/%FF", 401),
    ] {
        raw.send(bearer(token, &format!("{line} HTTP/1.1"))).await;
        let answer = raw.answer().await;
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        assert_eq!(
            (answer.status, kind.as_str()),
            (status, "application/problem+json"),
            "{line}: {}",
            answer.body
        );
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
    }
    world.end().await;
}
