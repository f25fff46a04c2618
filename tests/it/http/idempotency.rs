//! Idempotency keys of all routes, and bodies that are not there.

use reqwest::Method;
use serde_json::json;

use crate::support::requests::{ann, status};
use crate::support::{World, text};

#[tokio::test]
async fn a_key_is_spent_for_its_route_alone() {
    let world = World::new().await;
    let (community, channel) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let routes = [
        ("/api/communities".to_owned(), json!({"name": "Second", "slug": "second"})),
        (format!("/api/communities/{community}/invites"), json!({})),
        (format!("/api/communities/{community}/channels"), json!({"name": "keyed"})),
        (format!("/api/channels/{channel}/webhooks"), json!({"name": "CI"})),
        (format!("/api/channels/{channel}/messages"), json!({"body_md": "keyed"})),
        ("/api/dms".to_owned(), json!({"user_ids": [bob]})),
    ];
    for expected in [201, 200] {
        for (path, body) in &routes {
            let sent = ann(&world, Method::POST, path).header("idempotency-key", "one").json(body);
            assert_eq!(status(sent).await, expected, "{path}");
        }
    }
    let other = json!({"name": "another"});
    let sent = ann(&world, Method::POST, &routes[2].0).header("idempotency-key", "one").json(&other);
    assert_eq!(status(sent).await, 409, "of the same route it is spent");
    world.end().await;
}

/// A header that can be no key is refused also where a good one is ignored.
#[tokio::test]
async fn a_header_that_can_be_no_key_is_never_ignored() {
    let world = World::new().await;
    let channel = world.general.id;
    let message = world.ann.post(channel, &text("here")).await.expect("posts").id;
    let long = "x".repeat(65);
    for (method, path, body, good) in [
        (Method::POST, "/api/notifications/read".to_owned(), json!({"all": true}), 200),
        (Method::POST, format!("/api/channels/{channel}/join"), json!({}), 200),
        (Method::PUT, format!("/api/channels/{channel}/read"), json!({"message_id": message}), 204),
    ] {
        for (key, expected) in [("ké", 422), (long.as_str(), 422), ("", 422), ("good", good)] {
            let sent =
                ann(&world, method.clone(), &path).header("idempotency-key", key.as_bytes()).json(&body);
            assert_eq!(status(sent).await, expected, "{path} {key}");
        }
    }
    world.end().await;
}

/// Clients that name a type with every request may delete without a body.
#[tokio::test]
async fn a_deletion_needs_no_body_whatever_type_it_names() {
    let world = World::new().await;
    let bans =
        format!("/api/communities/{}/bans/{}", world.community.id, world.bob.me().await.expect("me").user.id);
    for kind in ["application/json", "text/plain"] {
        let sent = ann(&world, Method::PUT, &bans).json(&json!({}));
        assert_eq!(status(sent).await, 204);
        let sent = ann(&world, Method::DELETE, &bans).header("content-type", kind);
        assert_eq!(status(sent).await, 204, "{kind}");
    }
    let invites = format!("/api/communities/{}/invites", world.community.id);
    let sent = ann(&world, Method::POST, &invites).header("content-type", "application/json");
    assert_eq!(status(sent).await, 400, "elsewhere nothing is no JSON");
    world.end().await;
}
