//! Polls in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann asks in `general`, where bob votes; dave does not belong to the community. Ann has the last word in a channel that bob has not joined.
pub async fn polls(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [community, general]: [&str; 2]) {
    let poll =
        json!({ "question": "Which?", "options": ["red", "green"], "multiple": false, "closes_at": null });
    let request = json!({ "body_md": "", "poll": poll });
    let asked = walk.go("messages.post 201", &[general], ann, request.clone()).await;
    let options = json!([
        { "text": "red", "votes": 0, "voted_by_me": false },
        { "text": "green", "votes": 0, "voted_by_me": false }
    ]);
    assert_eq!(asked["poll"]["options"], options);
    let id = asked["id"].as_str().expect("an id");
    let voted = walk.go("polls.vote 200", &[id], bob, json!({ "options": [1] })).await;
    assert_eq!(voted["poll"]["options"][1], json!({ "text": "green", "votes": 1, "voted_by_me": true }));
    walk.go("polls.vote 200", &[id], bob, json!({ "options": [] })).await;
    walk.go("polls.vote 401", &[id], "", json!({ "options": [0] })).await;
    walk.go("polls.vote 404", &[id], dave, json!({ "options": [0] })).await;
    walk.go("polls.vote 404", &[NONE], bob, json!({ "options": [0] })).await;
    walk.go("polls.vote 422", &[id], bob, json!({ "options": [2] })).await;
    walk.go("polls.vote 422", &[id], bob, json!({ "options": [0, 1] })).await;
    walk.go("polls.vote 422", &[id], bob, json!({})).await;
    let quiet = walk.go("channels.create 201", &[community], ann, json!({ "name": "ballots" })).await;
    let quiet = quiet["id"].as_str().expect("an id");
    let unheard = walk.go("messages.post 201", &[quiet], ann, request).await;
    let unheard = unheard["id"].as_str().expect("an id");
    walk.go("polls.vote 403", &[unheard], bob, json!({ "options": [0] })).await;
    walk.go("channels.archive 204", &[quiet], ann, json!({ "archived": true })).await;
    walk.go("polls.vote 409", &[unheard], ann, json!({ "options": [0] })).await;
    walk.go("messages.post 422", &[general], ann, json!({ "poll": { "question": "q", "options": ["a"] } }))
        .await;
    walk.go("messages.post 422", &[general], ann, past(poll)).await;
}

/// A request for a poll that would be closed from the beginning.
fn past(mut poll: Value) -> Value {
    poll["closes_at"] = json!("2020-01-01T00:00:00Z");
    json!({ "poll": poll })
}
