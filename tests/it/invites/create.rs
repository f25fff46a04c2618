//! Making invites.

use ajet_protocol::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::requests::{ann, fields, problem, status};

#[tokio::test]
async fn an_invite_that_is_over_or_used_up_is_refused() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/invites", world.community.id);
    for (body, field) in [
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"max_uses": 0}), "max_uses"),
        (json!({"max_uses": -1}), "max_uses"),
    ] {
        let (status, problem) = problem(ann(&world, Method::POST, &path).json(&body)).await;
        assert_eq!((status, fields(&problem)), (422, vec![(field, "out_of_range")]), "{body}");
    }
    let good = json!({"expires_at": "2999-01-01T00:00:00Z", "max_uses": 1});
    assert_eq!(status(ann(&world, Method::POST, &path).json(&good)).await, 201);
    world.end().await;
}

/// Nothing would come of it: they are there.
#[tokio::test]
async fn a_direct_invite_is_for_who_is_not_there_yet() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/invites", world.community.id);
    let invited = async |user: UserId| {
        let request = ann(&world, Method::POST, &path).json(&json!({ "user_id": user }));
        let (status, problem) = problem(request).await;
        (status, problem["code"].clone(), problem["errors"][0]["code"].clone())
    };
    let own = world.ann.me().await.expect("signed in").user.id;
    let bob = world.bob.me().await.expect("signed in").user.id;
    assert_eq!(invited(own).await, (422, json!("invalid"), json!("yourself")));
    assert_eq!(invited(bob).await, (409, json!("conflict"), Value::Null));
    world.end().await;
}
