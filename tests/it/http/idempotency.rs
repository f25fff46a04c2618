//! Idempotency keys of all routes.

use reqwest::Method;
use serde_json::json;

use crate::support::World;
use crate::support::requests::{ann, status};

#[tokio::test]
async fn a_key_is_spent_for_its_route_alone() {
    let world = World::new().await;
    let (community, channel) = (world.community.id, world.general.id);
    let routes = [
        ("/api/communities".to_owned(), json!({"name": "Second", "slug": "second"})),
        (format!("/api/communities/{community}/invites"), json!({})),
        (format!("/api/communities/{community}/channels"), json!({"name": "keyed"})),
        (format!("/api/channels/{channel}/webhooks"), json!({"name": "CI"})),
        (format!("/api/channels/{channel}/messages"), json!({"body_md": "keyed"})),
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
