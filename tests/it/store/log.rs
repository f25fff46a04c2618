//! The event log refers to texts and does not repeat them: what was deleted or edited is gone from every reading of it (I19).

use std::sync::Arc;

use ajet_chatd::store::replay::{ReplayBudget, Replayed};
use ajet_protocol::{Address, Addressed, Audience, EventType, StreamId, Topic, UserId, Visibility};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{World, db, next, sql, text};

async fn rows_that_hold(world: &World, words: &str) -> i64 {
    sqlx::query_scalar("select count(*) from events where payload::text like '%' || $1 || '%'")
        .bind(words)
        .fetch_one(&mut db(world).await)
        .await
        .expect("counts")
}

/// Everything that a stream brings up to a message.
async fn heard(live: &mut ajet_client::Live, last: &str) -> String {
    let mut all = String::new();
    loop {
        let event = next(live).await;
        all.push_str(&event.data);
        if event.data.contains(last) {
            return all;
        }
    }
}

/// I19.
#[tokio::test]
async fn a_text_that_is_gone_is_in_no_replay_with_any_cursor() {
    let world = World::new().await;
    let mut live = world.ann.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    let deleted = world.ann.post(world.general.id, &text("canary-deleted")).await.expect("posts");
    let edited = world.ann.post(world.general.id, &text("canary-edited")).await.expect("posts");
    let kept = world.ann.post(world.general.id, &text("canary-kept")).await.expect("posts");
    assert!(heard(&mut live, "canary-kept").await.contains("canary-deleted"), "live it was there");
    world.ann.delete(deleted.id).await.expect("deletes");
    world.ann.edit(edited.id, "other words").await.expect("edits");
    world.ann.post(world.general.id, &text("the end")).await.expect("posts");
    let late = world.join("late").await;
    for reader in [&world.ann, &late] {
        let mut live = reader.live(Some(&cursor)).await.expect("opens");
        let all = heard(&mut live, "the end").await;
        assert!(!all.contains("canary-deleted") && !all.contains("canary-edited"), "{all}");
        assert!(all.contains("canary-kept") && all.contains("other words"));
        assert!(all.contains(&deleted.id.to_string()), "that there was something stays");
    }
    for words in ["canary", "other words"] {
        assert_eq!(rows_that_hold(&world, words).await, 0, "the log holds no text at all");
    }
    assert_eq!(world.ann.message(kept.id).await.expect("reads").body_md, "canary-kept");
    world.end().await;
}

#[tokio::test]
async fn a_message_that_is_gone_for_good_is_replayed_as_deleted() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    world.ann.post(world.general.id, &text("purged")).await.expect("posts");
    sql(&world, "delete from messages").await;
    world.ann.post(world.general.id, &text("the end")).await.expect("posts");
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    let all = heard(&mut live, "the end").await;
    assert!(all.contains(r#""deleted":true"#) && !all.contains("purged"), "{all}");
    world.end().await;
}

/// A stream as the view `events_shown` has it: number, ACL version and payload of each event.
async fn shown(world: &World, stream: StreamId) -> Vec<(u64, Option<u64>, Value)> {
    let rows: Vec<(i64, Option<i64>, String)> = sqlx::query_as(
        "select seq, acl_version, payload::text from events_shown where stream = $1 order by seq",
    )
    .bind(stream.0)
    .fetch_all(&mut db(world).await)
    .await
    .expect("reads");
    let count = i64::unsigned_abs;
    let parsed = rows.into_iter().map(|(seq, version, payload)| {
        (count(seq), version.map(count), serde_json::from_str(&payload).expect("JSON"))
    });
    parsed.collect()
}

/// The same as the server reads it, without the HTML, which the view does not have.
async fn told(world: &World, stream: StreamId) -> Vec<(u64, Option<u64>, Value)> {
    let store = &world.server.app().store;
    let events = store.events_between(stream, 1, 1000).await.expect("reads");
    let without_html = events.into_iter().map(|Addressed { event, .. }| {
        let mut payload: Value = serde_json::from_str(event.payload.get()).expect("JSON");
        if let Some(message) = payload.get_mut("message").and_then(Value::as_object_mut) {
            message.remove("body_html").expect("is there");
        }
        (event.seq.expect("a number"), event.acl_version, payload)
    });
    without_html.collect()
}

/// I19. Programs that read the database get what the server reads.
#[tokio::test]
async fn the_view_of_the_log_shows_messages_as_they_are_now() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let deleted = world.ann.post(world.general.id, &text("canary-deleted")).await.expect("posts");
    let edited = world.ann.post(world.general.id, &text("canary-edited")).await.expect("posts");
    let purged = world.ann.post(world.general.id, &text("canary-purged")).await.expect("posts");
    let naming = format!("canary-kept @<user:{bob}>");
    world.ann.post(world.general.id, &text(&naming)).await.expect("posts");
    world.ann.delete(deleted.id).await.expect("deletes");
    world.ann.edit(edited.id, "other words").await.expect("edits");
    sqlx::query("delete from messages where id = $1")
        .bind(purged.id.0)
        .execute(&mut db(&world).await)
        .await
        .expect("purges");
    world.bob.leave(world.general.id).await.expect("leaves");
    for stream in [StreamId::from(world.general.id), StreamId::from(world.community.id)] {
        assert_eq!(shown(&world, stream).await, told(&world, stream).await);
    }
    let all = format!("{:?}", shown(&world, world.general.id.into()).await);
    for gone in ["canary-deleted", "canary-edited", "canary-purged"] {
        assert!(!all.contains(gone), "{gone} in {all}");
    }
    assert!(all.contains("canary-kept") && all.contains("other words") && all.contains(&bob.to_string()));
    world.end().await;
}

/// The one notification in the log as its row has it.
async fn notification_kept(world: &World) -> Value {
    let payload: String =
        sqlx::query_scalar("select payload::text from events where type = 'notification.new'")
            .fetch_one(&mut db(world).await)
            .await
            .expect("there is one");
    serde_json::from_str(&payload).expect("JSON")
}

/// The actor of somebody's one notification, as the server and the view show it alike.
async fn actor_shown(world: &World, person: UserId) -> Value {
    let stream = StreamId::from(person);
    let all = told(world, stream).await;
    assert_eq!(shown(world, stream).await, all);
    let actor = all.iter().find_map(|(_, _, payload)| payload.pointer("/notification/actor"));
    actor.expect("is there").clone()
}

/// The same as a reader gets it who comes back with a cursor and is not served from memory.
async fn actor_replayed(world: &World, snapshot: &str, person: UserId) -> Value {
    let budget = ReplayBudget { events: 100, bytes: 1 << 20, room: Arc::new(Semaphore::new(1024)) };
    let store = &world.server.app().store;
    let replayed = store.events_after(snapshot, &[StreamId::from(person)], &budget).await.expect("reads");
    let missed = match replayed {
        Replayed::Missed(missed) => missed,
        other => panic!("all of it is there: {other:?}"),
    };
    let payloads = missed.events.iter().map(|(one, _)| one.event.payload.get());
    let mut payloads = payloads.map(|payload| serde_json::from_str::<Value>(payload).expect("JSON"));
    let actor = payloads.find_map(|payload| payload.pointer("/notification/actor").cloned());
    actor.expect("is there")
}

/// The actor of the next notification on a stream.
async fn actor_heard(live: &mut ajet_client::Live) -> Value {
    loop {
        let event = next(live).await;
        if event.data.contains("notification.new") {
            let envelope: Value = serde_json::from_str(&event.data).expect("JSON");
            return envelope["payload"]["notification"]["actor"].clone();
        }
    }
}

/// I11. The log keeps the id of who wrote the message; every reader gets the account as it is now.
#[tokio::test]
async fn a_notification_is_kept_without_names_and_shown_with_those_of_now() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user;
    let bob = world.bob.me().await.expect("me").user.id;
    let snapshot = world.server.app().store.snapshot().await.expect("reads");
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    let whole = serde_json::to_value(&ann).expect("JSON");
    assert_eq!(actor_heard(&mut live).await, whole, "live the names are there");
    let kept = notification_kept(&world).await;
    assert_eq!(kept["notification"]["actor"], json!({ "id": ann.id }), "{kept}");
    assert_eq!(kept["notification"]["channel_id"], json!(world.general.id), "the rest is as it was");
    assert_eq!(actor_shown(&world, bob).await, whole);

    sqlx::query("update users set display_name = 'Ann Another' where id = $1")
        .bind(ann.id.0)
        .execute(&mut db(&world).await)
        .await
        .expect("renames");
    assert_eq!(actor_shown(&world, bob).await["display_name"], "Ann Another");
    assert_eq!(actor_replayed(&world, &snapshot, bob).await["display_name"], "Ann Another");

    // An id without an account is what an account leaves that is gone.
    let gone = "0197f000-0000-7000-8000-000000000001";
    let leave = "update events set payload = jsonb_set(payload::jsonb, '{notification,actor,id}', to_jsonb($1::text))::json
                 where type = 'notification.new'";
    sqlx::query(leave).bind(gone).execute(&mut db(&world).await).await.expect("writes");
    let nameless = json!({
        "id": gone, "username": "", "display_name": "", "avatar_url": null, "status_text": null, "bot": false,
        "created_at": kept["notification"]["created_at"],
    });
    assert_eq!(actor_shown(&world, bob).await, nameless);
    assert_eq!(actor_replayed(&world, &snapshot, bob).await, nameless);
    world.end().await;
}

/// I6. What the log shows of a message may have been written after somebody left: it is shown to those alone who are in now.
#[tokio::test]
async fn an_old_event_with_a_newer_text_asks_for_present_rights() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("before")).await.expect("posts");
    world.bob.leave(world.general.id).await.expect("leaves");
    world.ann.edit(posted.id, "after").await.expect("edits");
    let present: i64 = sqlx::query_scalar("select version from acl where scope = $1")
        .bind(world.community.id.0)
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    let store = &world.server.app().store;
    let said = store.events_between(world.general.id.into(), 1, 1000).await.expect("reads");
    let is_created = |one: &&Addressed| one.event.kind == EventType::MessageCreated.as_str();
    let created = &said.iter().find(is_created).expect("is there").event;
    assert!(created.payload.get().contains("after"), "the log refers to texts");
    assert_eq!(created.acl_version, Some(present.unsigned_abs()));
    world.end().await;
}

/// A node of the release before writes neither topic nor audience: both follow from what it writes.
#[tokio::test]
async fn an_event_says_whom_it_is_for_whichever_release_wrote_it() {
    let world = World::new().await;
    world.channel("other", Visibility::Public).await;
    world.ann.post(world.general.id, &text("here")).await.expect("posts");
    let store = &world.server.app().store;
    let addresses = async |stream: StreamId| -> Vec<(String, Address)> {
        let said = store.events_between(stream, 1, 1000).await.expect("reads");
        said.into_iter().map(|one| (one.event.kind.into_owned(), one.to)).collect()
    };
    let topic = Topic::Community(world.community.id);
    let (in_channel, in_community) = (StreamId::from(world.general.id), StreamId::from(world.community.id));
    let written = [addresses(in_channel).await, addresses(in_community).await];
    let expected = Address { topic, audience: Audience::Joined(world.general.id) };
    assert_eq!(written[0].last(), Some(&("message.created".into(), expected)));
    let of_type = |kind: &str| written[1].iter().find(|(named, _)| named == kind).map(|(_, to)| to.audience);
    assert_eq!(of_type("member.joined"), Some(Audience::Members));
    assert!(matches!(of_type("channel.created"), Some(Audience::Seers(_))), "{written:?}");
    assert_eq!(sql(&world, "select 1 from events where topic is null or audience is null").await, 0);
    sql(&world, "update events set topic = null, audience = null").await;
    assert_eq!([addresses(in_channel).await, addresses(in_community).await], written);
    // As a later release may write it: it reaches no reader of this one.
    sql(&world, "update events set audience = 99 where type = 'message.created'").await;
    assert!(addresses(in_channel).await.is_empty());
    world.end().await;
}
