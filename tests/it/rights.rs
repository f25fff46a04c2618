//! No right outlives the membership of the person who gave it.

use ajet_chatd::bus::{EncodedEvent, Use};
use ajet_protocol::subjects::Subject;
use ajet_protocol::{Code, EventType, StreamId, Visibility};
use serde_json::json;

use crate::world::{
    World, eventually, everything_is_published, joins_unannounced, next, read_until, serve, sql, text,
};

async fn post_hook(url: &str) -> u16 {
    let posting = reqwest::Client::new().post(url).json(&json!({"text": "alert"}));
    posting.send().await.expect("answers").status().as_u16()
}

/// M7: a webhook posts for as long as its maker may manage webhooks.
#[tokio::test]
async fn i6_a_webhook_ends_with_its_makers_right() {
    let world = World::new().await;
    sql(&world, "update community_members set role = 'admin'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let hook = world.bob.create_webhook(world.general.id, "CI").await.expect("an admin makes one");
    let url = hook.url.expect("an address");
    assert_eq!(post_hook(&url).await, 200);
    let demote = "update community_members set role = 'member' where user_id = (select id from users where username = 'bob')";
    sql(&world, demote).await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(post_hook(&url).await, 404, "who was demoted posts no more");
    sql(&world, "update community_members set role = 'admin'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(post_hook(&url).await, 200);
    sql(
        &world,
        "delete from community_members where user_id = (select id from users where username = 'bob')",
    )
    .await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(post_hook(&url).await, 404, "nor who was kicked");
}

/// M7: an invite is worth what its maker may do.
#[tokio::test]
async fn i6_an_invite_ends_with_its_makers_right() {
    let world = World::new().await;
    let invite =
        world.bob.create_invite(world.community.id, &Default::default()).await.expect("a member invites");
    let path = format!("/api/invites/{}", invite.code);
    world.nobody.get::<serde_json::Value>(&path).await.expect("it is good");
    sql(
        &world,
        "delete from community_members where user_id = (select id from users where username = 'bob')",
    )
    .await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let preview = world.nobody.get::<serde_json::Value>(&path).await.expect_err("over");
    assert_eq!(preview.code(), Some(Code::Gone));
    let back = world.bob.accept_invite(&invite.code).await.expect_err("no way back for its maker");
    assert_eq!(back.code(), Some(Code::Gone));
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(carol.accept_invite(&invite.code).await.expect_err("over").code(), Some(Code::Gone));
}

/// M2: a session learns of a community although its notice was lost, and its clients refetch.
#[tokio::test]
async fn a_notice_that_got_lost_is_made_up_for() {
    let mut stack = crate::world::start_stack("lost-notice").await;
    let world = World::on(&stack, |_| {}).await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    // Whenever NATS is back everybody is looked up, since notices may have got lost with the connection.
    stack.nats.pause().await;
    stack.nats.resume().await.expect("starts again");
    assert_eq!(next(&mut live).await.name, "resync");
    let mut live = carol.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    read_until(&mut live, "welcome").await;
    stack.stop().await;
}

/// M3: after joining, a stream that can't be given everything starts over instead of leaving something out.
#[tokio::test]
async fn joining_while_much_was_said_is_a_resync_not_a_hole() {
    let world = World::new().await;
    let (carol, of_carol) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    for n in 0..520 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    everything_is_published(&world).await;
    // The notice of the joining comes only now, from another node.
    let other = serve(&world.config).await;
    let app = other.app();
    let community = StreamId::from(world.community.id);
    let said = app.store.events_from(community, 1, world.community.id, 500).await.expect("reads");
    let joined =
        said.iter().find(|event| event.kind == EventType::MemberJoined.as_str()).expect("somebody did");
    let notice = EncodedEvent::of(joined);
    let to_carol = Subject::Notifications(of_carol.id).to_string();
    app.bus.send(Use::Event, &to_carol, notice.json.clone()).await.expect("is sent");
    assert_eq!(next(&mut live).await.name, "resync");
    other.stop().await;
}

/// M5: the right to read a message is checked in the statement that reads it, on the primary.
#[tokio::test]
async fn i6_a_message_of_a_channel_one_has_left_is_not_there() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    sql(&world, "insert into channel_members (channel_id, user_id, joined_at)
                 select c.id, u.id, now() from channels c, users u where c.name = 'secret' and u.username = 'bob'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let posted = world.ann.post(secret.id, &text("hush")).await.expect("posts");
    assert_eq!(world.bob.message(posted.id).await.expect("reads").body_md, "hush");
    world.bob.leave(secret.id).await.expect("leaves");
    assert_eq!(world.bob.message(posted.id).await.expect_err("gone").code(), Some(Code::NotFound));
    eventually("and stays so", async || world.bob.message(posted.id).await.is_err()).await;
}
