//! H6: sign-in by name and the operator's token of a development server work from the same machine only.

use crate::support::{Raw, World};

const SIGN_IN: &str = r#"{"username":"mallory"}"#;

async fn sign_in(world: &World, headers: &str) -> u16 {
    let mut raw = Raw::to(world.server.addr()).await;
    let head = format!("POST /auth/dev HTTP/1.1\r\n{headers}Content-Type: application/json\r\n");
    raw.send(format!("{head}Content-Length: {}\r\n\r\n{SIGN_IN}", SIGN_IN.len())).await;
    raw.answer().await.status
}

async fn operate(world: &World, headers: &str) -> u16 {
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(format!("GET /ops/cluster HTTP/1.1\r\n{headers}Authorization: Bearer dev-ops-token\r\n\r\n"))
        .await;
    raw.answer().await.status
}

#[tokio::test]
async fn the_sign_in_by_name_and_the_development_token_work_on_this_machine_only() {
    let world = World::new().await;
    for here in ["Host: 127.0.0.1\r\n", "Host: localhost:8080\r\n", "Host: [::1]:8080\r\n"] {
        assert_eq!((sign_in(&world, here).await, operate(&world, here).await), (200, 200), "{here}");
    }
    for elsewhere in [
        "Host: chat.example.org\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n",
        "Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n",
        "Host: localhost\r\nForwarded: for=203.0.113.7\r\n",
        "Host: localhost\r\nX-Real-IP: 203.0.113.7\r\n",
        "Host: localhost\r\nVia: 1.1 proxy\r\n",
    ] {
        assert_eq!(
            (sign_in(&world, elsewhere).await, operate(&world, elsewhere).await),
            (404, 404),
            "{elsewhere}"
        );
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send(format!("POST /auth/dev HTTP/1.1\r\n{elsewhere}Content-Length: 1\r\n\r\n{{")).await;
        assert_eq!(raw.answer().await.status, 404, "{elsewhere}: whatever is sent");
    }
    world.end().await;
}

#[tokio::test]
async fn an_operators_own_token_works_from_anywhere() {
    let world = World::with(|config| config.ops.token = "dev-ops-token".into()).await;
    assert_eq!(operate(&world, "Host: chat.example.org\r\nX-Forwarded-For: 203.0.113.7\r\n").await, 200);
    world.end().await;
}

/// The operators' page keeps a proof of the token, not the token.
#[tokio::test]
async fn the_operators_cookie_does_not_hold_their_token() {
    let world = World::with(|config| config.ops.token = "a-token-of-operators-0123456789ab".into()).await;
    let base = world.base();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let form = [("token", "a-token-of-operators-0123456789ab")];
    let signing_in = http.post(format!("{base}/ops")).header("origin", &base).form(&form);
    let answer = signing_in.send().await.expect("answers");
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    assert!(!cookie.contains("a-token-of"), "{cookie}");
    let with = async |cookie: &str| {
        let asking = http.get(format!("{base}/ops/live")).header("cookie", cookie);
        asking.send().await.expect("answers").status().as_u16()
    };
    assert_eq!(with(&cookie).await, 200);
    let (until, proof) = cookie.split_once('.').expect("a time and a proof");
    assert_ne!(with(&format!("{until}0.{proof}")).await, 200, "not for longer than it says");
    assert_ne!(with("ajet_ops=a-token-of-operators-0123456789ab").await, 200);
    world.end().await;
}
