//! The edge of a node: how many requests it takes, which address a failure counts for, and what answers tell browsers.

use ajet_protocol::{Code, SignedIn};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::requests::http;
use crate::support::{Raw, World, in_production, metrics, serve, text};

/// S-H3: of requests under way one too many is refused at once, and probes are answered all the same.
#[tokio::test]
async fn one_request_too_many_under_way_is_told_so() {
    const MOST: usize = 3;
    const BODY: &str = r#"{"username":"carol"}"#;
    let world = World::with(|config| config.http.max_requests = MOST).await;
    let mut held = Vec::new();
    for _ in 0..MOST {
        let mut raw = Raw::to(world.server.addr()).await;
        let head = "POST /auth/dev HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
        raw.send(format!("{head}Expect: 100-continue\r\nContent-Length: {}\r\n\r\n", BODY.len())).await;
        // The handler waits for the body, and has its place until it got it.
        assert_eq!(raw.answer().await.status, 100);
        held.push(raw);
    }
    let me = async || {
        let mut raw = Raw::to(world.server.addr()).await;
        let token = world.ann.token().expect("a token");
        raw.send(format!("GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")).await;
        raw.answer().await
    };
    let refused = me().await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert!(refused.body.contains("overloaded"), "{}", refused.body);
    let probe = reqwest::get(format!("{}/livez", world.base())).await.expect("answers");
    assert_eq!(probe.status().as_u16(), 200, "a busy node is alive");
    held[0].send(BODY).await;
    assert_eq!(held[0].answer().await.status, 200, "what was let in is answered");
    assert_eq!(me().await.status, 200, "its place is free");
    world.end().await;
}

/// Tries a token that is none, through proxies that say this of where it comes from.
async fn guess(world: &World, forwarded: &str) -> u16 {
    let mut raw = Raw::to(world.server.addr()).await;
    let head = "GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer none\r\n";
    raw.send(format!("{head}X-Forwarded-For: {forwarded}\r\n\r\n")).await;
    raw.answer().await.status
}

/// S-M3: a failure counts for the nearest address that is not a trusted proxy; addresses before it may be invented.
#[tokio::test]
async fn a_trusted_proxy_says_whose_failures_are_counted() {
    let world = World::with(|config| {
        config.limits.failures_per_minute = 2;
        config.http.trusted_proxies = vec!["127.0.0.1".into(), "10.0.0.0/8".into()];
    })
    .await;
    for (forwarded, status) in [
        ("203.0.113.1", 401),
        ("198.51.100.1, 203.0.113.1", 401),
        ("198.51.100.2, 203.0.113.1", 429),
        ("198.51.100.3, 203.0.113.1, 10.1.2.3", 429),
        ("203.0.113.1, 203.0.113.2", 401),
        ("198.51.100.1", 401),
    ] {
        assert_eq!(guess(&world, forwarded).await, status, "{forwarded}");
    }
    world.end().await;
}

/// S-M3: a client that is no trusted proxy does not choose the address that its failures count for.
#[tokio::test]
async fn a_header_of_any_other_client_is_not_believed() {
    let world = World::with(|config| config.limits.failures_per_minute = 2).await;
    for (forwarded, status) in [("203.0.113.1", 401), ("203.0.113.2", 401), ("203.0.113.3", 429)] {
        assert_eq!(guess(&world, forwarded).await, status, "{forwarded}");
    }
    world.end().await;
}

/// S-M2: requests are counted by their routes, so invented addresses make no series.
#[tokio::test]
async fn invented_addresses_make_no_series() {
    let world = World::new().await;
    let invented: Vec<_> = (0..20).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    for id in &invented {
        for path in [format!("/{id}"), format!("/api/channels/{id}"), format!("/assets/{id}/{id}")] {
            let answer = reqwest::get(format!("{}{path}", world.base())).await.expect("answers");
            assert!(answer.status().is_client_error(), "{path}");
        }
    }
    let metrics = metrics(&world).await;
    assert!(metrics.contains(r#"route="unmatched""#) && metrics.contains(r#"route="/api/channels/{id}""#));
    assert!(!invented.iter().any(|id| metrics.contains(id)));
    world.end().await;
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().expect("text"))
}

/// S-M6d, S-L5: behind https the cookie is bound to the host and to TLS, and pages are isolated and stay on TLS.
#[tokio::test]
async fn production_behind_https_says_so_to_browsers() {
    let world = World::new().await;
    let prod = serve(&in_production(&world.config)).await;
    let base = format!("http://{}", prod.addr());
    let (http, token) = (reqwest::Client::new(), world.bob.token().expect("a token"));
    for (cookie, status) in [("ajet_session", 401), ("__Host-ajet_session", 200)] {
        let asking = http.get(format!("{base}/api/me")).header("cookie", format!("{cookie}={token}"));
        assert_eq!(asking.send().await.expect("answers").status().as_u16(), status, "{cookie}");
    }
    let page = http.get(format!("{base}/sign-in")).send().await.expect("answers");
    let policy = header(&page, "content-security-policy").expect("a policy");
    assert!(policy.split("; ").any(|part| part == "img-src 'self' data: blob:"), "{policy}");
    assert_eq!(header(&page, "cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(header(&page, "cross-origin-resource-policy"), Some("same-origin"));
    let permissions = header(&page, "permissions-policy").expect("a policy");
    assert!(permissions.split(", ").any(|part| part == "camera=()"), "{permissions}");
    let a_year = Some("max-age=31536000; includeSubDomains");
    assert_eq!(header(&page, "strict-transport-security"), a_year, "TLS only");
    let signing_out = http.post(format!("{base}/auth/logout")).bearer_auth(token);
    let answer = signing_out.send().await.expect("answers");
    let cookie = header(&answer, "set-cookie").expect("a cookie");
    let parts: Vec<_> = cookie.split("; ").collect();
    assert_eq!(parts[0], "__Host-ajet_session=");
    // What browsers ask of the prefix, and what we ask of browsers.
    for part in ["Secure", "Path=/", "HttpOnly", "SameSite=Strict"] {
        assert!(parts.contains(&part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Domain="), "{cookie}");
    world.end().await;
    prod.stop().await;
}

/// The others as well: browsers take them over TLS alone, and that of the look from no neighbour.
#[tokio::test]
async fn production_behind_https_protects_all_its_cookies() {
    let world = World::new().await;
    let mut config = in_production(&world.config);
    config.ops.token = "a-token-of-operators-0123456789ab".into();
    let prod = serve(&config).await;
    let (base, http) = (format!("http://{}", prod.addr()), http());
    let token = world.bob.token().expect("a token");
    let look = [("theme", "dark"), ("density", "compact"), ("contrast", "more"), ("language", "de")];
    let choosing = http.post(format!("{base}/settings/appearance")).bearer_auth(token).form(&look);
    let signing_in = http.post(format!("{base}/ops")).header("sec-fetch-site", "same-origin");
    let signing_in = signing_in.form(&[("token", "a-token-of-operators-0123456789ab")]);
    for (request, name, parts) in [
        (choosing, "__Host-ajet_look=dark", ["Secure", "Path=/", "HttpOnly", "SameSite=Lax"]),
        (signing_in, "__Secure-ajet_ops=", ["Secure", "Path=/ops", "HttpOnly", "SameSite=Strict"]),
    ] {
        let answer = request.send().await.expect("answers");
        let cookie = header(&answer, "set-cookie").expect("a cookie").to_owned();
        assert!(cookie.starts_with(name) && !cookie.contains("Domain="), "{cookie}");
        for part in parts {
            assert!(cookie.split("; ").any(|one| one == part), "{part} in {cookie}");
        }
        let pair = cookie.split(';').next().expect("a pair");
        let path = if name.contains("ops") { "/ops/live" } else { "/sign-in" };
        let shown = http.get(format!("{base}{path}")).header("cookie", pair).send().await.expect("answers");
        assert_eq!(shown.status().as_u16(), 200, "{path}");
        let shown = shown.text().await.expect("text");
        assert_eq!(shown.contains(r#"data-theme="dark""#), path == "/sign-in", "{shown}");
        let plain = pair.trim_start_matches("__Secure-");
        let by_plain = http.get(format!("{base}/ops/live")).header("cookie", plain);
        assert_ne!(by_plain.send().await.expect("answers").status().as_u16(), 200, "not by another name");
    }
    world.end().await;
    prod.stop().await;
}

/// S-M6d: without https the cookie has the plain name and no `Secure`, so that a browser takes it.
#[tokio::test]
async fn without_https_the_cookie_asks_for_none() {
    let world = World::new().await;
    let signing_in = reqwest::Client::new().post(format!("{}/auth/dev", world.base()));
    let answer = signing_in.json(&json!({"username": "carol"})).send().await.expect("answers");
    assert_eq!(header(&answer, "strict-transport-security"), None);
    let cookie = header(&answer, "set-cookie").expect("a cookie");
    assert!(cookie.starts_with("ajet_session=") && !cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
    world.end().await;
}

/// Asks for something from a page of another origin: first whether it may, then in earnest.
async fn from_origin(world: &World, origin: &str) -> [Response; 2] {
    let (http, url) = (reqwest::Client::new(), format!("{}/api/me", world.base()));
    let may = http.request(Method::OPTIONS, &url).header("access-control-request-method", "GET");
    let may = may.header("access-control-request-headers", "authorization").header("origin", origin);
    let asks = http.get(&url).bearer_auth(world.bob.token().expect("a token")).header("origin", origin);
    [may.send().await.expect("answers"), asks.send().await.expect("answers")]
}

/// Pages of other origins read answers where the configuration names them, and never with our cookie.
#[tokio::test]
async fn only_configured_origins_read_answers() {
    const OURS: &str = "https://app.example.org";
    let world = World::with(|config| config.http.cors_origins = vec![OURS.into()]).await;
    for answer in from_origin(&world, OURS).await {
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(header(&answer, "access-control-allow-origin"), Some(OURS));
        assert_eq!(header(&answer, "access-control-allow-credentials"), None);
    }
    for foreign in ["https://evil.example", "http://app.example.org", "https://app.example.org.evil.example"]
    {
        for answer in from_origin(&world, foreign).await {
            assert_eq!(header(&answer, "access-control-allow-origin"), None, "{foreign}");
        }
    }
    let closed = World::new().await;
    for answer in from_origin(&closed, OURS).await {
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "without any configured");
    }
    world.end().await;
    closed.end().await;
}

/// S-L10: what is printed while debugging holds no secret.
#[tokio::test]
async fn debugging_prints_no_secret() {
    let world = World::new().await;
    let request: Value = json!({"username": "carol"});
    let signed_in: SignedIn =
        world.nobody.send(Method::POST, "/auth/dev", Some(&request), false).await.expect("signs in");
    assert!(!format!("{signed_in:?}").contains(&signed_in.token));
    let token = world.ann.token().expect("a token");
    assert!(!format!("{:?}", world.ann).contains(token));
    let hook = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let secret = hook.url.as_deref().and_then(|url| url.rsplit('/').next()).expect("an address");
    assert!(secret.len() >= 32 && !format!("{hook:?}").contains(secret));
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    assert!(!format!("{invite:?}").contains(&invite.code));
    let refused = world.nobody.with_token(token).post(world.community.id.0.into(), &text("x")).await;
    let refused = refused.expect_err("no such channel");
    assert_eq!(refused.code(), Some(Code::NotFound));
    assert!(!format!("{refused:?} {refused}").contains(token));
    world.end().await;
}
