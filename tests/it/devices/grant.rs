//! `POST /auth/device` and `POST /auth/device/token`: from a code to a session.

use ajet_protocol::{DEVICE_GRANT, DeviceError, PageQuery};
use futures::future::join_all;
use reqwest::header::USER_AGENT;
use serde_json::Value;

use super::device::{PROGRAM, approves, polled, started};
use crate::support::requests::{answer, http};
use crate::support::{World, code, db, sessions_of, sql};

#[tokio::test]
async fn a_device_is_let_in_and_is_a_session_as_any_other() {
    let world = World::new().await;
    let device = started(&world).await;
    let page = format!("{}/auth/device", world.base());
    assert_eq!(device.verification_uri, page);
    assert_eq!(device.verification_uri_complete, format!("{page}?user_code={}", device.user_code));
    assert_eq!((device.expires_in, device.interval), (600, 5));
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    // In small letters, and without the dash.
    let typed = device.user_code.to_lowercase().replace('-', "");
    assert_eq!(approves(&world, &world.bob, &typed).await, 200);
    let token = polled(&world, &device).await.expect("is let in, however soon it asks");
    assert_eq!(token.token_type, "Bearer");
    let bob = world.nobody.with_token(&token.access_token);
    assert_eq!(bob.me().await.expect("is signed in").user.username, "bob");
    let listed = bob.sessions(&PageQuery::default()).await.expect("lists").items;
    let own = listed.iter().find(|one| one.current).expect("is listed");
    assert_eq!((listed.len(), own.device.as_deref()), (2, Some(PROGRAM)));
    world.bob.end_session(own.id).await.expect("ends it");
    assert_eq!(code(bob.me().await), ajet_protocol::Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn the_sdk_waits_for_the_decision() {
    let world = World::new().await;
    let mut device = started(&world).await;
    device.interval = 1;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    let bob = world.nobody.finish_device_sign_in(PROGRAM, &device).await.expect("is let in");
    assert_eq!(bob.me().await.expect("is signed in").user.username, "bob");
    world.end().await;
}

#[tokio::test]
async fn answers_are_forms_of_oauth_and_are_stored_nowhere() {
    let world = World::new().await;
    let base = world.base();
    // RFC 6749: fields that are not known are ignored.
    let form = [("client_id", "curl"), ("scope", "all")];
    let agent = "curl/8.15.0 (Linux)";
    let begun = http().post(format!("{base}/auth/device")).header(USER_AGENT, agent).form(&form);
    let begun = answer(begun).await;
    assert_eq!(begun.status().as_u16(), 200);
    assert_eq!(begun.headers()["cache-control"], "no-store");
    let begun: Value = begun.json().await.expect("JSON");
    let device_code = begun["device_code"].as_str().expect("a code");
    let poll = [("grant_type", DEVICE_GRANT), ("device_code", device_code), ("client_id", "curl")];
    let polling = || http().post(format!("{base}/auth/device/token")).form(&poll);
    let pending = answer(polling()).await;
    assert_eq!(pending.status().as_u16(), 400);
    assert_eq!(pending.headers()["cache-control"], "no-store");
    assert_eq!(pending.headers()["content-type"], "application/json");
    assert_eq!(pending.text().await.expect("text"), r#"{"error":"authorization_pending"}"#);
    let user_code = begun["user_code"].as_str().expect("a code");
    assert_eq!(approves(&world, &world.bob, user_code).await, 200);
    let given = answer(polling()).await;
    assert_eq!(given.status().as_u16(), 200);
    assert_eq!(given.headers()["cache-control"], "no-store");
    assert_eq!(sql(&world, "select 1 from sessions where device = 'curl on Linux'").await, 1);
    world.end().await;
}

/// Only the SHA-256 of the device's code is kept.
#[tokio::test]
async fn the_database_knows_no_code_of_a_device() {
    let world = World::new().await;
    let device = started(&world).await;
    let mut db = db(&world).await;
    let kept = "select count(*) from device_sign_ins where device_hash = sha256(convert_to($1, 'UTF8'))";
    let kept: i64 =
        sqlx::query_scalar(kept).bind(&device.device_code).fetch_one(&mut db).await.expect("reads");
    let plain = "select count(*) from device_sign_ins d where strpos(d::text, $1) > 0";
    let plain: i64 =
        sqlx::query_scalar(plain).bind(&device.device_code).fetch_one(&mut db).await.expect("reads");
    assert_eq!((kept, plain), (1, 0));
    assert_eq!(device.device_code.len(), 43, "256 bits as base64");
    world.end().await;
}

#[tokio::test]
async fn of_fifty_polls_at_once_one_is_given_the_token() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    let before = sessions_of(&world, "bob").await;
    let answers = join_all((0..50).map(|_| polled(&world, &device))).await;
    let given = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(given, 1);
    let refused = answers.iter().filter(|answer| **answer == Err(DeviceError::InvalidGrant)).count();
    assert_eq!(refused, 49, "{answers:?}");
    assert_eq!(sessions_of(&world, "bob").await, before + 1);
    assert_eq!(polled(&world, &device).await, Err(DeviceError::InvalidGrant), "nor later");
    world.end().await;
}

#[tokio::test]
async fn of_decisions_at_once_the_first_one_counts() {
    let world = World::new().await;
    let device = started(&world).await;
    let deciding =
        (0..8).map(|n| approves(&world, if n % 2 == 0 { &world.ann } else { &world.bob }, &device.user_code));
    let decided = join_all(deciding).await;
    assert_eq!(decided.iter().filter(|status| **status == 200).count(), 4, "{decided:?}");
    assert_eq!(decided.iter().filter(|status| **status == 404).count(), 4, "{decided:?}");
    assert_eq!(sql(&world, "select 1 from system_audit where action = 'device.approve'").await, 1);
    polled(&world, &device).await.expect("is let in once");
    world.end().await;
}
