//! Slash commands in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the community, bob is in it, dave is not.
pub async fn commands(walk: &mut Walk, people: [&str; 3], [community, general]: [&str; 2]) {
    let [ann, ..] = people;
    let scopes = json!(["commands:write", "messages:write"]);
    let request = json!({ "name": "deployer", "scopes": scopes });
    let bot = walk.go("bots.create 201", &[community], ann, request).await;
    let bot_id = bot["id"].as_str().expect("an id").to_owned();
    let token = walk.go("tokens.create 201", &[&bot_id], ann, json!({ "scopes": scopes })).await;
    let token = token["token"].as_str().expect("a token").to_owned();
    let command = made(walk, people, community, &bot_id).await;
    typed(walk, people, [community, general]).await;
    answered(walk, people, general, &token).await;
    let [ann, bob, _] = people;
    walk.go("commands.delete 403", &[&command], bob, Value::Null).await;
    walk.go("commands.delete 401", &[&command], "", Value::Null).await;
    walk.go("commands.delete 204", &[&command], ann, Value::Null).await;
    walk.go("commands.delete 404", &[NONE], ann, Value::Null).await;
    walk.go("bots.delete 204", &[&bot_id], ann, Value::Null).await;
}

/// The id of a command that was made.
async fn made(walk: &mut Walk, [ann, bob, dave]: [&str; 3], community: &str, bot: &str) -> String {
    let request = json!({
        "name": "deploy", "description": "Deploys.", "bot_id": bot, "client_mutation_id": "cmd1"
    });
    let made = walk.go("commands.create 201", &[community], ann, request.clone()).await;
    let again = walk.go("commands.create 200", &[community], ann, request.clone()).await;
    assert_eq!(made["id"], again["id"]);
    let taken = json!({ "name": "deploy", "description": "", "bot_id": bot });
    walk.go("commands.create 409", &[community], ann, taken.clone()).await;
    walk.go("commands.create 403", &[community], bob, taken.clone()).await;
    walk.go("commands.create 404", &[community], dave, taken.clone()).await;
    walk.go("commands.create 401", &[community], "", taken).await;
    let unknown = json!({ "name": "roll", "description": "", "bot_id": NONE });
    walk.go("commands.create 422", &[community], ann, unknown).await;
    let page = walk.go("commands.list_of_community 200", &[community], bob, Value::Null).await;
    assert_eq!(page["items"][0]["id"], made["id"]);
    walk.go("commands.list_of_community 404", &[community], dave, Value::Null).await;
    walk.go("commands.list_of_community 422", &[community, "?limit=0"], bob, Value::Null).await;
    walk.go("commands.list_of_community 401", &[community], "", Value::Null).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn typed(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [community, general]: [&str; 2]) {
    let here = format!("?community_id={community}");
    walk.go("commands.list 200", &[&here], ann, Value::Null).await;
    walk.go("commands.list 200", &[], dave, Value::Null).await;
    walk.go("commands.list 404", &[&here], dave, Value::Null).await;
    walk.go("commands.list 422", &["?community_id=x"], ann, Value::Null).await;
    walk.go("commands.list 401", &[], "", Value::Null).await;
    let typed = |text: &str| json!({ "channel_id": general, "text": text });
    for text in ["/me waves", "/help", "/remind 1d tea", "/topic all sorts", "/webhook list"] {
        walk.go("commands.run 200", &[], ann, typed(text)).await;
    }
    walk.go("commands.run 403", &[], bob, typed("/webhook list")).await;
    walk.go("commands.run 404", &[], dave, typed("/help")).await;
    walk.go("commands.run 422", &[], ann, typed("/frobnicate")).await;
    walk.go("commands.run 422", &[], ann, typed("/join")).await;
    walk.go("commands.run 401", &[], "", typed("/help")).await;
    let keyed = |text: &str| json!({ "channel_id": general, "text": text, "client_mutation_id": "run1" });
    walk.go("commands.run 200", &[], ann, keyed("/shrug")).await;
    walk.go("commands.run 409", &[], ann, keyed("/shrug so what")).await;
}

async fn answered(walk: &mut Walk, [ann, bob, _]: [&str; 3], general: &str, bot: &str) {
    let typed = json!({ "channel_id": general, "text": "/deploy prod" });
    let used = walk.go("commands.run 200", &[], bob, typed).await;
    let id = used["effect"]["id"].as_str().expect("an id").to_owned();
    let answer = json!({ "body_md": "on its way", "private": true });
    walk.go("commands.respond 404", &[&id], ann, answer.clone()).await;
    walk.go("commands.respond 204", &[&id], bot, answer.clone()).await;
    walk.go("commands.respond 410", &[&id], bot, json!({ "body_md": "another", "private": true })).await;
    walk.go("commands.respond 404", &[NONE], bot, answer.clone()).await;
    walk.go("commands.respond 422", &[&id], bot, json!({ "body_md": "" })).await;
    walk.go("commands.respond 401", &[&id], "", answer).await;
}
