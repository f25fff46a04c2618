//! How long a webhook's address is good: no right outlives the membership of the person who gave it.

use ajet_protocol::Code;
use reqwest::Method;
use serde_json::json;

use crate::support::hook::{Hook, push};
use crate::support::requests::post_hook;
use crate::support::{World, sql};

/// What is sent to an address that is off is answered with 404.
async fn assert_is_off(hook: &Hook) {
    let mut payload = push();
    payload["text"] = json!("x");
    for path in ["", "/slack", "/github"] {
        let made = hook.made(hook.json(path, &payload).header("x-github-event", "push")).await;
        let (status, code, _) = made.refusal();
        assert_eq!((status, code), (404, Code::NotFound), "{path}");
    }
}

#[tokio::test]
async fn a_webhook_that_was_deleted_or_whose_maker_left_is_not_there() {
    let mut hook = Hook::new().await;
    hook.said(&json!({"text": "x"})).await;
    let path = format!("/api/webhooks/{}", hook.id);
    hook.world.ann.send_empty(Method::DELETE, &path).await.expect("deletes");
    assert_is_off(&hook).await;
    sql(&hook.world, "update community_members set role = 'admin'").await;
    sql(&hook.world, "update communities set acl_version = acl_version + 1").await;
    let of_bob = hook.world.bob.create_webhook(hook.world.general.id, "Bob's").await.expect("an admin may");
    hook.url = of_bob.url.expect("shown once");
    hook.said(&json!({"text": "x"})).await;
    let leave = "delete from community_members where user_id = (select id from users where username = 'bob')";
    sql(&hook.world, leave).await;
    sql(&hook.world, "update communities set acl_version = acl_version + 1").await;
    assert_is_off(&hook).await;
    hook.end().await;
}

/// I6, M7: a webhook posts for as long as its maker may manage webhooks.
#[tokio::test]
async fn a_webhook_ends_with_its_makers_right() {
    let world = World::new().await;
    sql(&world, "update community_members set role = 'admin'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let hook = world.bob.create_webhook(world.general.id, "CI").await.expect("an admin makes one");
    let url = hook.url.expect("an address");
    assert_eq!(alert(&url).await, 200);
    let demote = "update community_members set role = 'member' where user_id = (select id from users where username = 'bob')";
    sql(&world, demote).await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(alert(&url).await, 404, "who was demoted posts no more");
    sql(&world, "update community_members set role = 'admin'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(alert(&url).await, 200);
    sql(
        &world,
        "delete from community_members where user_id = (select id from users where username = 'bob')",
    )
    .await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(alert(&url).await, 404, "nor who was kicked");
    world.end().await;
}

async fn alert(url: &str) -> u16 {
    post_hook(url, &json!({"text": "alert"})).await
}
