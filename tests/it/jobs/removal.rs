//! Channels and communities that are deleted: everything of them goes, and nothing else.

use ajet_chatd::store::removal::{OfCommunity, Removed};
use ajet_protocol::{ChannelId, CommunityId, CreateCommunity, MessageId, Visibility};
use reqwest::Method;
use serde_json::json;

use super::rows::{ask, is_dead, is_there, messages, orphans};
use crate::support::{World, db, eventually, text};

/// Rows of a channel in all tables that its deletion is to empty.
async fn left(world: &World, channel: ChannelId) -> i64 {
    sqlx::query_scalar(
        "select (select count(*) from channels where id = $1) + (select count(*) from messages where channel_id = $1)
              + (select count(*) from channel_members where channel_id = $1)
              + (select count(*) from read_markers where channel_id = $1)
              + (select count(*) from channel_preferences where channel_id = $1)
              + (select count(*) from notifications where channel_id = $1)
              + (select count(*) from due_notices where channel_id = $1)
               + (select count(*) from reactions r where not exists (select 1 from messages m where m.id = r.message_id))
               + (select count(*) from poll_votes v where not exists (select 1 from messages m where m.id = v.message_id))
               + (select count(*) from poll_tallies t where not exists (select 1 from messages m where m.id = t.message_id))
               + (select count(*) from message_mentions k where not exists (select 1 from messages m where m.id = k.message_id))",
    )
    .bind(channel.0)
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts")
}

/// The messages in `general`.
async fn ids(world: &World) -> Vec<MessageId> {
    world.history().await.iter().map(|message| message.id).collect()
}

/// A channel with messages of which one mentions bob, who has reacted, read and muted.
async fn lively(world: &World) -> ChannelId {
    let room = world.channel("room", Visibility::Public).await.id;
    world.bob.join(room).await.expect("joins");
    let bob = world.bob.me().await.expect("me").user.id;
    let message = world.ann.post(room, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    eventually("bob is notified", async || {
        let told = sqlx::query_scalar::<_, i64>("select count(*) from notifications where channel_id = $1");
        told.bind(room.0).fetch_one(&mut db(world).await).await.expect("counts") == 1
    })
    .await;
    for statement in [
        "insert into reactions (message_id, emoji, user_id, created_at) values ($1, '👍', $3, now())",
        "insert into poll_votes (message_id, user_id, options, voted_at) values ($1, $3, '{0}', now())",
        "insert into poll_tallies (message_id, votes) values ($1, '{1,0}')",
        "insert into read_markers (user_id, channel_id, message_id) values ($3, $2, $1) on conflict do nothing",
        "insert into channel_preferences (user_id, channel_id, muted) values ($3, $2, true)",
        // More than one statement removes.
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select gen_random_uuid(), $2, $3, 'old', 'old', 0, $1::uuid::text || ' ' || n, 0, now() from generate_series(1, 2500) n",
    ] {
        // Every statement has all three, used or not.
        let statement = format!("with given as (select $1::uuid, $2::uuid, $3::uuid) {statement}");
        let query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(message.id.0).bind(room.0).bind(bob.0);
        query.execute(&mut db(world).await).await.expect("writes");
    }
    room
}

#[tokio::test]
async fn what_a_deleted_channel_had_goes() {
    let world = World::new().await;
    let kept = world.ann.post(world.general.id, &text("stays")).await.expect("posts");
    let room = lively(&world).await;
    assert!(left(&world, room).await > 2500, "there is something to remove");
    world.ann.send_empty(Method::DELETE, &format!("/api/channels/{room}")).await.expect("deletes");
    eventually("all of it is gone", async || left(&world, room).await == 0).await;
    assert_eq!(ids(&world).await, [kept.id], "and nothing else");
    world.end().await;
}

#[tokio::test]
async fn what_a_deleted_community_had_goes() {
    let world = World::new().await;
    let kept = world.ann.post(world.general.id, &text("stays")).await.expect("posts");
    let request = CreateCommunity { name: "Second".into(), slug: "second".into(), client_mutation_id: None };
    let second = world.ann.create_community(&request).await.expect("founds").id;
    let general = world.ann.channels(second).await.expect("lists").items.remove(0).id;
    world.ann.post(general, &text("goes")).await.expect("posts");
    with_roles_and_categories(&world, second).await;
    world.ann.send_empty(Method::DELETE, &format!("/api/communities/{second}")).await.expect("deletes");
    let all = "select (select count(*) from communities where id = $1) + (select count(*) from community_members where community_id = $1)
                    + (select count(*) from channels where community_id = $1) + (select count(*) from audit_log where community_id = $1)
                    + (select count(*) from roles where community_id = $1) + (select count(*) from member_roles where community_id = $1)
                    + (select count(*) from channel_categories where community_id = $1)";
    eventually("all of it is gone", async || {
        let of_it: i64 =
            sqlx::query_scalar(all).bind(second.0).fetch_one(&mut db(&world).await).await.expect("counts");
        of_it == 0 && left(&world, general).await == 0
    })
    .await;
    assert_eq!(ids(&world).await, [kept.id], "and nothing else");
    world.end().await;
}

/// Gives a community a role that 1,500 people hold, and 1,500 categories.
async fn with_roles_and_categories(world: &World, community: CommunityId) {
    for statement in [
        "insert into roles (id, community_id, name, name_key, permissions, position, created_at)
         values (gen_random_uuid(), $1, 'r', 'r', 0, 1, now())",
        "insert into member_roles (community_id, user_id, role_id)
         select o.community_id, gen_random_uuid(), o.id from roles o, generate_series(1, 1500) where o.community_id = $1",
        "insert into channel_categories (id, community_id, name)
         select gen_random_uuid(), c.id, 'c' from communities c, generate_series(1, 1500) where c.id = $1",
    ] {
        sqlx::query(statement).bind(community.0).execute(&mut db(world).await).await.expect("writes");
    }
}

/// However much there is of it, one statement removes a part, and its own row takes nothing with it.
#[tokio::test]
async fn what_a_deleted_community_had_goes_in_parts() {
    let world = World::new().await;
    let (store, community) = (&world.server.app().store, world.community.id);
    with_roles_and_categories(&world, community).await;
    for what in [OfCommunity::MemberRoles, OfCommunity::Categories] {
        for expected in [Removed::Some, Removed::All] {
            let removed = store.remove_of_community(what, community).await.expect("removes");
            assert_eq!(removed, expected, "{what:?}");
        }
    }
    let removed = store.remove_of_community(OfCommunity::Roles, community).await.expect("removes");
    assert_eq!(removed, Removed::All);
    for table in ["roles", "member_roles", "channel_categories"] {
        let left = format!("select count(*) from {table} where community_id = $1");
        let left = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(left)).bind(community.0);
        assert_eq!(left.fetch_one(&mut db(&world).await).await.expect("counts"), 0, "{table}");
    }
    world.end().await;
}

/// A job that was asked for wrongly, or comes again late, must not empty what lives.
#[tokio::test]
async fn what_is_not_deleted_keeps_everything() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    let kept = world.ann.post(world.general.id, &text("stays")).await.expect("posts");
    let channel = ask(&world, "channel:delete", json!({ "channel_id": world.general.id })).await;
    let community = ask(&world, "community:delete", json!({ "community_id": world.community.id })).await;
    eventually("both are dead", async || {
        is_dead(&world, &channel).await && is_dead(&world, &community).await
    })
    .await;
    assert_eq!(ids(&world).await, [kept.id]);
    world.end().await;
}

/// Whatever an attempt had done before it was cut off, the next one does the rest.
#[tokio::test]
async fn a_removal_is_done_again_without_harm() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 1500).await;
    for _ in 0..2 {
        let job = ask(&world, "channel:delete", json!({ "channel_id": place })).await;
        eventually("it is done", async || !is_there(&world, &job).await).await;
        assert_eq!(messages(&world, place).await, 0);
    }
    world.end().await;
}
