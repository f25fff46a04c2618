//! The refusals of RFC 8628 and RFC 6749.

use ajet_protocol::{DEVICE_GRANT, DeviceError, limits};
use serde_json::{Value, json};

use super::device::{PROGRAM, approves, denies, polled, started};
use crate::support::requests::{answer, http};
use crate::support::{World, sessions_of, sql};

async fn refusal(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answered = answer(request).await;
    (answered.status().as_u16(), answered.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_form_that_is_none_is_an_invalid_request() {
    let world = World::new().await;
    let begin = || http().post(format!("{}/auth/device", world.base()));
    let long = "x".repeat(limits::CLIENT_ID_CHARS + 1);
    for request in [
        begin(),
        begin().json(&json!({ "client_id": "x" })),
        begin().form(&[("client", "x")]),
        begin().form(&[("client_id", "")]),
        begin().form(&[("client_id", "a\nb")]),
        begin().form(&[("client_id", "\0")]),
        begin().form(&[("client_id", long.as_str())]),
        begin().form(&[("client_id", "x"), ("client_id", "x")]),
    ] {
        assert_eq!(refusal(request).await, (400, json!({ "error": "invalid_request" })));
    }
    let token = || http().post(format!("{}/auth/device/token", world.base()));
    let code = &"a".repeat(43);
    for (form, error) in [
        (vec![], "invalid_request"),
        (vec![("device_code", "x"), ("client_id", "x")], "invalid_request"),
        (vec![("grant_type", DEVICE_GRANT), ("client_id", "x")], "invalid_request"),
        (vec![("grant_type", DEVICE_GRANT), ("device_code", "x")], "invalid_request"),
        (vec![("grant_type", DEVICE_GRANT), ("device_code", ""), ("client_id", "x")], "invalid_request"),
        (vec![("grant_type", DEVICE_GRANT), ("grant_type", DEVICE_GRANT)], "invalid_request"),
        (vec![("grant_type", "password"), ("username", "bob")], "unsupported_grant_type"),
        (vec![("grant_type", DEVICE_GRANT), ("device_code", "x"), ("client_id", "x")], "invalid_grant"),
        (vec![("grant_type", DEVICE_GRANT), ("device_code", code), ("client_id", "\0")], "invalid_request"),
        (vec![("grant_type", DEVICE_GRANT), ("device_code", code), ("client_id", "a\nb")], "invalid_request"),
    ] {
        assert_eq!(refusal(token().form(&form)).await, (400, json!({ "error": error })), "{form:?}");
    }
    assert_eq!(refusal(token().json(&json!({}))).await, (400, json!({ "error": "invalid_request" })));
    world.end().await;
}

#[tokio::test]
async fn a_code_is_good_for_the_program_alone_that_it_was_given_to() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    let other = world.nobody.poll_device_sign_in("another", &device.device_code).await;
    assert!(matches!(other, Err(ajet_client::Error::Device(DeviceError::InvalidGrant))), "{other:?}");
    let guessed = world.nobody.poll_device_sign_in(PROGRAM, &"a".repeat(43)).await;
    assert!(matches!(guessed, Err(ajet_client::Error::Device(DeviceError::InvalidGrant))), "{guessed:?}");
    polled(&world, &device).await.expect("is let in");
    world.end().await;
}

#[tokio::test]
async fn a_device_that_polls_too_soon_is_slowed_down() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    assert_eq!(polled(&world, &device).await, Err(DeviceError::SlowDown));
    assert_eq!(sql(&world, "select 1 from device_sign_ins where interval_s = 10").await, 1);
    let waited =
        |seconds| format!("update device_sign_ins set polled_at = now() - interval '{seconds} seconds'");
    for (seconds, expected) in [(7, DeviceError::SlowDown), (16, DeviceError::AuthorizationPending)] {
        let mut db = crate::support::db(&world).await;
        sqlx::query(sqlx::AssertSqlSafe(waited(seconds))).execute(&mut db).await.expect("ages");
        assert_eq!(polled(&world, &device).await, Err(expected), "after {seconds} s");
    }
    for _ in 0..20 {
        assert_eq!(polled(&world, &device).await, Err(DeviceError::SlowDown));
    }
    assert_eq!(sql(&world, "select 1 from device_sign_ins where interval_s = 60").await, 1, "at most");
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    polled(&world, &device).await.expect("what is approved need not wait");
    world.end().await;
}

#[tokio::test]
async fn a_device_that_is_denied_gets_nothing() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(denies(&world, &world.bob, &device.user_code).await, 200);
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AccessDenied));
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200, "the page shows what stands");
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AccessDenied));
    assert_eq!(sessions_of(&world, "bob").await, 1);
    world.end().await;
}

#[tokio::test]
async fn after_ten_minutes_both_codes_are_over() {
    let world = World::new().await;
    let (waiting, approved) = (started(&world).await, started(&world).await);
    assert_eq!(approves(&world, &world.bob, &approved.user_code).await, 200);
    let until = "select 1 from device_sign_ins where expires_at between now() + interval '9 minutes' and now() + interval '10 minutes'";
    assert_eq!(sql(&world, until).await, 2);
    sql(&world, "update device_sign_ins set expires_at = now() - interval '1 second'").await;
    assert_eq!(approves(&world, &world.bob, &waiting.user_code).await, 404);
    for device in [&waiting, &approved] {
        assert_eq!(polled(&world, device).await, Err(DeviceError::ExpiredToken));
    }
    assert_eq!(sessions_of(&world, "bob").await, 1);
    world.end().await;
}

#[tokio::test]
async fn an_address_starts_so_many_sign_ins_and_the_system_holds_so_many() {
    let world = World::with(|config| config.limits.device_starts_per_minute = 5).await;
    sql(
        &world,
        "insert into device_sign_ins (device_hash, user_code, client_id, device, expires_at, interval_s)
                 select sha256(convert_to(n::text, 'UTF8')), n::text, 'x', 'x', now() + interval '1 minute', 5
                 from generate_series(1, 10000) n",
    )
    .await;
    let begin = || http().post(format!("{}/auth/device", world.base())).form(&[("client_id", PROGRAM)]);
    assert_eq!(refusal(begin()).await, (503, json!({ "error": "temporarily_unavailable" })));
    sql(&world, "update device_sign_ins set expires_at = now() where user_code = '1'").await;
    for _ in 1..5 {
        sql(&world, "delete from device_sign_ins where length(user_code) = 8").await;
        assert_eq!(answer(begin()).await.status().as_u16(), 200);
    }
    let limited = answer(begin()).await;
    let number =
        |name: &str| limited.headers()[name].to_str().expect("text").parse::<u64>().expect("a number");
    assert_eq!((limited.status().as_u16(), number("ratelimit-limit")), (429, 5));
    assert!((1..=60).contains(&number("retry-after")));
    assert_eq!(limited.json::<Value>().await.expect("JSON"), json!({ "error": "slow_down" }));
    world.end().await;
}

#[tokio::test]
async fn how_many_an_address_starts_in_ten_minutes_is_configured() {
    let world = World::with(|config| config.limits.device_starts_per_ten_minutes = 2).await;
    let begin = || http().post(format!("{}/auth/device", world.base())).form(&[("client_id", PROGRAM)]);
    for _ in 0..2 {
        assert_eq!(answer(begin()).await.status().as_u16(), 200);
    }
    let limited = answer(begin()).await;
    assert_eq!(limited.status().as_u16(), 429);
    assert_eq!(limited.headers()["ratelimit-limit"], "2");
    world.end().await;
}

/// Also what is refused before the route is reached: devices read no problem documents.
#[tokio::test]
async fn whatever_fails_is_said_in_oauths_words() {
    let world = World::with(|config| config.limits.guesses_per_minute = 2).await;
    let large = "x".repeat(limits::REQUEST_BYTES + 1);
    for path in ["/auth/device", "/auth/device/token"] {
        let at = |query: &str| http().post(format!("{}{path}{query}", world.base()));
        let refused = refusal(at("").form(&[("client_id", large.as_str())])).await;
        assert_eq!(refused, (413, json!({ "error": "invalid_request" })), "{path}");
        let refused = refusal(at("?a=%00").form(&[("client_id", "x")])).await;
        assert_eq!(refused, (400, json!({ "error": "invalid_request" })), "{path}");
    }
    let path = "/auth/device";
    let limited = answer(http().post(format!("{}{path}", world.base())).form(&[("client_id", "x")])).await;
    let told = |name: &str| limited.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    assert_eq!(limited.status().as_u16(), 429);
    assert!(told("retry-after").is_some() && told("ratelimit-limit").is_some());
    assert_eq!(told("content-type").as_deref(), Some("application/json"));
    assert_eq!(limited.text().await.expect("text"), r#"{"error":"slow_down"}"#);
    world.end().await;
}
