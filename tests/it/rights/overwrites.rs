//! Custom roles and overwrites of channels, as people meet them: by HTTP, on every node.

use ajet_client::{Client, Error};
use ajet_protocol::{Channel, ChannelId, Code, PageQuery, UserId, Visibility};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cluster::Cluster;
use crate::support::requests::post_hook;
use crate::support::{
    World, code, db, eventually, everything_before_now, id_of, read_past, read_until, text,
};

/// Ann sets what a channel allows and denies to a target.
async fn overwrite(world: &World, channel: ChannelId, target: Uuid, change: Value) {
    let path = format!("/api/channels/{channel}/overwrites/{target}");
    world.ann.tell(Method::PUT, &path, &change).await.expect("sets");
}

/// Ann makes a custom role.
async fn role(world: &World, name: &str, permissions: &[&str]) -> Uuid {
    let path = format!("/api/communities/{}/roles", world.community.id);
    let role = json!({ "name": name, "permissions": permissions, "position": 1 });
    let made: Value = world.ann.send(Method::POST, &path, Some(&role), false).await.expect("makes");
    made["id"].as_str().and_then(|id| id.parse().ok()).expect("its id")
}

/// Ann changes a member.
async fn member(world: &World, person: UserId, change: Value) -> Result<(), Error> {
    let path = format!("/api/communities/{}/members/{person}", world.community.id);
    world.ann.tell(Method::PATCH, &path, &change).await
}

/// Whether a person finds a channel in the list; what they read there must say the same.
async fn finds(person: &Client, world: &World, channel: &Channel) -> bool {
    let listed = person.channels(world.community.id).await.expect("lists").items;
    let found = listed.iter().any(|one| one.id == channel.id);
    let read = person.messages(channel.id, &PageQuery::default()).await;
    if !found {
        assert_eq!(code(read), Code::NotFound);
        assert_eq!(
            code(person.get::<Channel>(&format!("/api/channels/{}", channel.id)).await),
            Code::NotFound
        );
        assert_eq!(code(person.join(channel.id).await), Code::NotFound);
        assert_eq!(code(person.post(channel.id, &text("let me in")).await), Code::NotFound);
    } else {
        read.expect("reads what is listed");
    }
    found
}

/// I6: from the answer on the channel is not there for a member, on any node, and nothing of it comes on an open stream.
#[tokio::test]
async fn a_denied_view_hides_a_public_channel_at_once_and_from_no_owner() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let room = world.channel("room", Visibility::Public).await;
    let bobs = cluster.everywhere(&world.bob);
    bobs[1].join(room.id).await.expect("joins");
    let mut live = bobs[1].live(None).await.expect("opens");
    world.ann.post(room.id, &text("seen")).await.expect("posts");
    read_until(&mut live, "seen").await;
    overwrite(world, room.id, world.community.id.0, json!({ "allow": [], "deny": ["view_channel"] })).await;
    world.ann.post(room.id, &text("hidden")).await.expect("no overwrite touches an owner");
    for bob in &bobs {
        assert!(!finds(bob, world, &room).await);
    }
    for ann in cluster.everywhere(&world.ann) {
        assert!(finds(&ann, world, &room).await);
    }
    let barrier = everything_before_now(world).await;
    let heard = read_past(&mut live, world, &barrier).await;
    assert!(!heard.contains(&"hidden".to_owned()), "{heard:?}");
    cluster.end().await;
}

/// A channel for those who hold a role: everybody is denied the view, and the role is allowed it.
#[tokio::test]
async fn a_role_opens_what_everybody_is_denied() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    let room = world.channel("room", Visibility::Public).await;
    let crew = role(&world, "crew", &[]).await;
    overwrite(&world, room.id, world.community.id.0, json!({ "allow": [], "deny": ["view_channel"] })).await;
    overwrite(&world, room.id, crew, json!({ "allow": ["view_channel"], "deny": [] })).await;
    assert!(!finds(&world.bob, &world, &room).await);
    member(&world, bob, json!({ "roles": [crew] })).await.expect("gives");
    assert!(finds(&world.bob, &world, &room).await);
    world.bob.join(room.id).await.expect("joins");
    world.bob.post(room.id, &text("let in")).await.expect("posts");
    member(&world, bob, json!({ "roles": [] })).await.expect("takes");
    assert!(!finds(&world.bob, &world, &room).await, "though he has joined it");
    member(&world, bob, json!({ "role": "admin" })).await.expect("promotes");
    assert!(finds(&world.bob, &world, &room).await, "no overwrite touches an admin");
    world.end().await;
}

#[tokio::test]
async fn a_channel_can_be_read_only_but_for_one_person() {
    let world = World::new().await;
    let (bob, general) = (id_of(&world.bob).await, world.general.id);
    world.bob.post(general, &text("before")).await.expect("posts");
    overwrite(&world, general, world.community.id.0, json!({ "allow": [], "deny": ["send_messages"] })).await;
    assert_eq!(code(world.bob.post(general, &text("denied")).await), Code::Forbidden);
    assert!(finds(&world.bob, &world, &world.general).await, "it is read on");
    world.ann.post(general, &text("an owner's")).await.expect("posts");
    overwrite(&world, general, bob.0, json!({ "allow": ["send_messages"], "deny": [] })).await;
    world.bob.post(general, &text("allowed")).await.expect("posts");
    world.end().await;
}

/// A webhook is worth what its maker may do in its channel.
#[tokio::test]
async fn a_webhook_is_off_once_its_maker_is_denied_it() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    let makers = role(&world, "makers", &["manage_webhooks"]).await;
    assert_eq!(code(world.bob.create_webhook(world.general.id, "ci").await), Code::Forbidden);
    member(&world, bob, json!({ "roles": [makers] })).await.expect("gives");
    let hook = world.bob.create_webhook(world.general.id, "ci").await.expect("makes");
    let url = hook.url.expect("its address");
    assert_eq!(post_hook(&url, &json!({ "text": "built" })).await, 200);
    overwrite(&world, world.general.id, makers, json!({ "allow": [], "deny": ["manage_webhooks"] })).await;
    assert_eq!(post_hook(&url, &json!({ "text": "built again" })).await, 404);
    world.end().await;
}

/// I6: a mention in a channel that the person may not view is neither told nor counted.
#[tokio::test]
async fn who_may_not_view_a_channel_is_told_of_nothing_there() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    let room = world.channel("room", Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    overwrite(&world, room.id, bob.0, json!({ "allow": [], "deny": ["view_channel"] })).await;
    world.ann.post(room.id, &text(&format!("@<user:{bob}> come"))).await.expect("posts");
    let is_done = "select not exists (select 1 from due_notices)";
    eventually("all are told", async || {
        sqlx::query_scalar::<_, bool>(is_done).fetch_one(&mut db(&world).await).await.expect("asks")
    })
    .await;
    let told = world.bob.notifications(false, &PageQuery::default()).await.expect("lists");
    assert!(told.items.is_empty(), "{told:?}");
    let stored: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(bob.0)
        .fetch_one(&mut db(&world).await)
        .await
        .expect("counts");
    assert_eq!(stored, 0);
    world.end().await;
}
