//! The event log refers to texts and does not repeat them: what was deleted or edited is gone from every reading of it (I19).

use ajet_protocol::{CreateCommunity, EventType, Visibility};
use futures::StreamExt;

use crate::world::{World, db, eventually, keyed, next, sql, text};

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

#[tokio::test]
async fn i19_a_text_that_is_gone_is_in_no_replay_with_any_cursor() {
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
}

/// M1: an answer shows the message as it is now, and an event says nothing of what other events change.
#[tokio::test]
async fn an_edit_and_a_retry_show_how_many_replies_there_are() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let request = keyed("first", "k");
    let posted = world.ann.post(world.general.id, &request).await.expect("posts");
    for n in 0..3 {
        let mut reply = text(&format!("reply {n}"));
        reply.parent_id = Some(posted.id);
        world.bob.post(world.general.id, &reply).await.expect("replies");
    }
    let edited = world.ann.edit(posted.id, "second").await.expect("edits");
    assert_eq!((edited.reply_count, edited.body_md.as_str()), (3, "second"));
    let again = world.ann.post(world.general.id, &request).await.expect("the same");
    assert_eq!((again.id, again.reply_count, again.body_md.as_str()), (posted.id, 3, "second"));
    loop {
        let event = next(&mut live).await;
        let payload = event.envelope().map(|envelope| envelope.payload.get().to_owned()).unwrap_or_default();
        assert!(
            !payload.contains("reply_count") && !payload.contains("reactions") && !payload.contains("pinned")
        );
        if event.name == "message.edited" {
            break;
        }
    }
    world.ann.delete(posted.id).await.expect("deletes");
    let again = world.ann.post(world.general.id, &request).await.expect("the same");
    assert!(again.deleted && again.body_md.is_empty(), "as GET shows it");
}

/// Names show in their own community and nowhere else.
#[tokio::test]
async fn i6_a_mention_shows_no_name_of_another_community() {
    let world = World::new().await;
    let request = CreateCommunity { name: "Other".into(), slug: "other".into(), client_mutation_id: None };
    let other = world.ann.create_community(&request).await.expect("founds");
    let foreign = world.ann.channels(other.id).await.expect("lists").items.remove(0);
    let (carol, profile) = world.nobody.sign_in("carol").await.expect("signs in");
    let invite = world.ann.create_invite(other.id, &Default::default()).await.expect("invites");
    carol.accept_invite(&invite.code).await.expect("joins the other one");
    let own = world.channel("own", Visibility::Public).await;
    let body = format!("#<channel:{}> #<channel:{}> @<user:{}>", foreign.id, own.id, profile.id);
    let posted = world.bob.post(world.general.id, &text(&body)).await.expect("posts");
    let read = world.bob.message(posted.id).await.expect("reads");
    for html in [posted.body_html, read.body_html] {
        assert!(
            html.contains("#own") && html.contains("#private-channel") && html.contains("@unknown-user"),
            "{html}"
        );
        assert!(!html.contains("general") && !html.contains("carol"), "{html}");
    }
}

/// What the log shows of a message may have been written after somebody left: it is shown to those alone who are in now.
#[tokio::test]
async fn i6_an_old_event_with_a_newer_text_asks_for_present_rights() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("before")).await.expect("posts");
    world.bob.leave(world.general.id).await.expect("leaves");
    world.ann.edit(posted.id, "after").await.expect("edits");
    let present: i64 = sqlx::query_scalar("select acl_version from communities where id = $1")
        .bind(world.community.id.0)
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    let store = &world.server.app().store;
    let said = store.events_between(world.general.id.into(), 1, 1000).await.expect("reads");
    let created =
        said.iter().find(|event| event.kind == EventType::MessageCreated.as_str()).expect("is there");
    assert!(created.payload.get().contains("after"), "the log refers to texts");
    assert_eq!(created.acl_version, Some(present.unsigned_abs()));
}

/// A cursor of a stream that was narrowed says nothing of other communities.
#[tokio::test]
async fn a_narrowed_cursor_is_good_for_what_it_covers_only() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let path = format!("{}/api/events?community_id={}", world.base(), world.community.id);
    let opening = http.get(path).bearer_auth(world.bob.token().expect("a token"));
    let mut bytes = opening.send().await.expect("opens").bytes_stream();
    let mut said = String::new();
    while !said.contains("\nid: ") && !said.starts_with("id: ") {
        said.push_str(&String::from_utf8_lossy(&bytes.next().await.expect("open").expect("reads")));
    }
    let cursor = said.lines().find_map(|line| line.strip_prefix("id: ")).expect("a cursor").to_owned();
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(
        (next(&mut live).await.name.as_str(), next(&mut live).await.name.as_str()),
        ("ready", "resync")
    );
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    eventually("the narrowed stream goes on from it", async || {
        let path = format!("{}/api/events?community_id={}", world.base(), world.community.id);
        let opening =
            http.get(path).bearer_auth(world.bob.token().expect("a token")).header("last-event-id", &cursor);
        let mut bytes = opening.send().await.expect("opens").bytes_stream();
        let first = String::from_utf8_lossy(&bytes.next().await.expect("open").expect("reads")).into_owned();
        let second = bytes.next().await.expect("open").expect("reads");
        (first + &String::from_utf8_lossy(&second)).contains("missed")
    })
    .await;
}
