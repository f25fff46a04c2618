//! Operations that take a sign-in are closed to every token that is worth nothing, and those of operators to people.

use ajet_protocol::TokenScope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::docs::operations;
use crate::support::bots::{made, token_of};
use crate::support::requests::http;
use crate::support::{NONE, World, id_of};

/// Whether an operation takes a sign-in. One that can do without says so by a way that needs nothing.
fn takes_sign_in(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|ways| !ways.is_empty() && !ways.contains(&json!({})))
}

fn is_for_operators(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|ways| ways.iter().any(|way| way.get("ops").is_some()))
}

/// The status of an operation about nothing.
async fn asked(world: &World, (path, method): (&str, &str), token: Option<&str>) -> u16 {
    let named = |part: &str| if part.starts_with('{') { NONE.to_owned() } else { part.to_owned() };
    let path: Vec<String> = path.split('/').map(named).collect();
    let method: Method = method.to_uppercase().parse().expect("a method");
    let request = http().request(method, format!("{}{}", world.base(), path.join("/")));
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.expect("answers").status().as_u16()
}

/// Tokens that are worth nothing, each with the reason. All but the invented one were good a moment ago, and known to the node.
async fn dead(world: &World) -> Vec<(&'static str, Option<String>)> {
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    let (erin, _) = world.nobody.sign_in("erin").await.expect("signs in");
    let (at_home, _) = world.nobody.sign_in("erin").await.expect("signs in again");
    let bot = made(world, "robo").await;
    let (token, robo) = token_of(world, &bot, TokenScope::ALL).await;
    let deleted = made(world, "gone").await;
    let (_, gone) = token_of(world, &deleted, TokenScope::ALL).await;
    for client in [&robo, &gone] {
        client.channels(world.community.id).await.expect("is good");
    }
    let dave_id = id_of(&dave).await;
    for client in [&carol, &erin] {
        client.me().await.expect("is good");
    }
    carol.sign_out().await.expect("signs out");
    at_home.end_other_sessions().await.expect("ends them");
    world.ann.deactivate(dave_id).await.expect("deactivates");
    world.ann.revoke_token(token.id).await.expect("revokes");
    world.ann.delete_bot(deleted.id).await.expect("deletes");
    let of = |client: &ajet_client::Client| client.token().map(str::to_owned);
    vec![
        ("none", None),
        ("an invented one", Some("u".repeat(43))),
        ("one that signed out", of(&carol)),
        ("one that another session ended", of(&erin)),
        ("one of an account out of use", of(&dave)),
        ("a bot's that was revoked", of(&robo)),
        ("one of a bot that was deleted", of(&gone)),
    ]
}

#[tokio::test]
async fn every_operation_is_closed_to_a_token_that_is_worth_nothing() {
    let world = World::with(|config| config.limits.failures_per_minute = 1_000_000).await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let dead = dead(&world).await;
    let (mut asked_of, mut wrong) = (0, Vec::new());
    for (path, method, _) in operations(&document).into_iter().filter(|(.., one)| takes_sign_in(one)) {
        asked_of += 1;
        for (token, shown) in &dead {
            let status = asked(&world, (path, method), shown.as_deref()).await;
            if status != 401 {
                wrong.push(format!("{method} {path} answers {status} to {token}"));
            }
        }
    }
    assert!(asked_of > 100, "{asked_of} operations take a sign-in");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// The owner of the system owns its people and settings; the operators' token is another one.
#[tokio::test]
async fn no_session_and_no_bot_operates_the_cluster() {
    let world = World::with(|config| {
        config.chaos.enabled = true;
        config.limits.failures_per_minute = 1_000_000;
    })
    .await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let (_, robo) = token_of(&world, &made(&world, "robo").await, TokenScope::ALL).await;
    let (mut asked_of, mut wrong) = (0, Vec::new());
    for (path, method, _) in operations(&document).into_iter().filter(|(.., one)| is_for_operators(one)) {
        asked_of += 1;
        for client in [&world.ann, &robo] {
            let status = asked(&world, (path, method), client.token()).await;
            if status != 401 {
                wrong.push(format!("{method} {path} answers {status}"));
            }
        }
    }
    assert!(asked_of > 5, "{asked_of} operations are for operators");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}
