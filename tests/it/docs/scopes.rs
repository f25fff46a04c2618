//! Whether the document says of each operation and each event what a token needs for it, and whether that is so.

use ajet_protocol::{EventType, TokenScope};
use reqwest::Method;
use serde_json::Value;

use super::walk::{Walk, operations};
use crate::support::bots::{made, token_of};
use crate::support::requests::http;
use crate::support::{NONE, World};

/// Whether somebody may sign in for it as people do.
fn takes_tokens(operation: &Value) -> bool {
    let mut ways = operation["security"].as_array().into_iter().flatten();
    ways.any(|way| way.get("bearer").is_some())
}

/// Outgoing webhooks send on what their maker may read.
const SENDS_ON: [&str; 2] = ["outgoing_webhooks.create", "outgoing_webhooks.update"];

#[tokio::test]
async fn every_operation_takes_the_scope_that_it_names_and_no_other() {
    let world = World::new().await;
    let Walk { document, .. } = Walk::through(&world.base()).await;
    let bot = made(&world, "robo").await;
    let mut tokens = Vec::new();
    for scope in TokenScope::ALL {
        let others: Vec<TokenScope> = TokenScope::ALL.iter().copied().filter(|one| one != scope).collect();
        // A bot has twenty tokens at most.
        let other = made(&world, scope.as_str()).await;
        tokens.push((
            scope.as_str(),
            token_of(&world, &bot, &[*scope]).await.1,
            token_of(&world, &other, &others).await.1,
        ));
    }
    let (_, all) = token_of(&world, &made(&world, "all").await, TokenScope::ALL).await;
    let mut wrong = Vec::new();
    for (path, method, operation) in operations(&document).into_iter().filter(|(.., one)| takes_tokens(one)) {
        let id = operation["operationId"].as_str().expect("an id");
        let Some(scope) = operation["x-scope"].as_str() else {
            wrong.push(format!("{id} says no scope: add it to src/http/api/describe/scopes.rs"));
            continue;
        };
        let lacks = async |client: &ajet_client::Client| lacking(&world, (path, method), client).await;
        if scope == "session" {
            let told = lacks(&all).await;
            if !told.as_deref().is_some_and(|told| told.contains("session")) {
                wrong.push(format!("{id} takes a session, but a token with all scopes is answered {told:?}"));
            }
            continue;
        }
        let (_, with, without) = tokens.iter().find(|(name, ..)| *name == scope).expect("is a scope");
        // To send on what one may read takes the scopes of reading besides.
        let with = if SENDS_ON.contains(&id) { &all } else { with };
        if let Some(told) = lacks(with).await {
            wrong.push(format!("{id} takes {scope}, which is not enough: {told}"));
        }
        let told = lacks(without).await;
        if !told.as_deref().is_some_and(|told| told.contains(scope)) {
            wrong.push(format!("{id} takes {scope}, but without it is answered {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// What a token is told that it lacks for an operation; `None` where it lacks nothing. What is named is nowhere, so nothing is done.
async fn lacking(
    world: &World,
    (path, method): (&str, &str),
    client: &ajet_client::Client,
) -> Option<String> {
    let named = |part: &str| if part.starts_with('{') { NONE.to_owned() } else { part.to_owned() };
    let path: Vec<String> = path.split('/').map(named).collect();
    let method: Method = method.to_uppercase().parse().expect("a method");
    let request = http().request(method, format!("{}{}", world.base(), path.join("/")));
    let answer = request.bearer_auth(client.token().expect("a token")).send().await.expect("answers");
    if answer.status().as_u16() != 403 {
        return None;
    }
    let problem: Value = answer.json().await.expect("a problem document");
    let detail = problem["detail"].as_str().unwrap_or_default().to_owned();
    (detail.contains("lacks the scope") || detail.contains("no token may")).then_some(detail)
}

#[tokio::test]
async fn every_event_says_its_scope() {
    let world = World::new().await;
    let Walk { document, .. } = Walk::through(&world.base()).await;
    let named = document["x-event-scopes"].as_object().expect("scopes of events");
    assert_eq!(named.len(), EventType::ALL.len());
    for kind in EventType::ALL {
        let scope = kind.scope().map_or("session", TokenScope::as_str);
        assert_eq!(named[kind.as_str()], scope, "{}", kind.as_str());
    }
    world.end().await;
}
