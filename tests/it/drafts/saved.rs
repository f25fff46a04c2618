//! Saved messages: `PUT` and `DELETE /api/messages/{id}/saved`, `GET /api/saved`.

use ajet_protocol::events::SavedPayload;
use ajet_protocol::{
    Code, Event, MessageId, PageQuery, Reason, SaveMessage, SavedMark, Timestamp, Visibility,
};
use uuid::Uuid;

use super::{LATER, SOON, in_time};
use crate::support::{World, code, eventually, next, next_event, sql, text};

fn noted(note: &str) -> SaveMessage {
    SaveMessage { note: Some(note.into()), remind_at: None }
}

async fn listed(world: &World, query: &PageQuery) -> (Vec<MessageId>, bool) {
    let page = world.bob.saved(query).await.expect("lists");
    (page.items.into_iter().map(|one| one.message.id).collect(), page.has_more)
}

#[tokio::test]
async fn messages_are_saved_with_a_note_and_shown_as_they_are_now() {
    let world = World::new().await;
    let general = world.general.id;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(world.ann.post(general, &text(&format!("said {n}"))).await.expect("posts").id);
    }
    for id in &ids {
        world.bob.save(*id, &noted("why")).await.expect("saves");
    }
    let saved = world.bob.save(ids[0], &noted("because")).await.expect("replaces");
    assert_eq!((saved.message.id, saved.note.as_deref(), saved.remind_at), (ids[0], Some("because"), None));
    world.ann.edit(ids[0], "said it otherwise").await.expect("edits");
    world.ann.delete(ids[1]).await.expect("deletes");
    let page = world.bob.saved(&PageQuery::default()).await.expect("lists");
    let shown: Vec<_> = page.items.iter().map(|one| (one.message.id, one.message.deleted)).collect();
    assert_eq!(shown, [(ids[0], false), (ids[1], true), (ids[2], false)], "of a deleted one its place");
    assert_eq!(page.items[0].message.body_md, "said it otherwise");
    assert_eq!(page.items[0].note.as_deref(), Some("because"));
    let first = PageQuery { limit: Some(2), ..PageQuery::default() };
    assert_eq!(listed(&world, &first).await, (ids[..2].to_vec(), true));
    let rest = PageQuery { after: Some(ids[1].0), ..first };
    assert_eq!(listed(&world, &rest).await, (ids[2..].to_vec(), false));
    let before = PageQuery { before: Some(ids[2].0), ..first };
    assert_eq!(listed(&world, &before).await, (ids[..2].to_vec(), false));
    for _ in 0..2 {
        world.bob.unsave(ids[2]).await.expect("drops, and again changes nothing");
    }
    assert_eq!(listed(&world, &PageQuery::default()).await.0, ids[..2]);
    assert!(world.ann.saved(&PageQuery::default()).await.expect("lists").items.is_empty(), "it is bob's");
    world.end().await;
}

/// I6: what one does not see any more is not shown, and may be dropped all the same.
#[tokio::test]
async fn only_messages_that_one_sees_are_saved_and_shown() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let psst = world.ann.post(secret.id, &text("psst")).await.expect("posts").id;
    let said = world.ann.post(world.general.id, &text("said")).await.expect("posts").id;
    for id in [psst, MessageId(Uuid::nil())] {
        assert_eq!(code(world.bob.save(id, &noted("n")).await), Code::NotFound);
        assert_eq!(code(world.bob.unsave(id).await), Code::NotFound);
    }
    world.bob.save(said, &noted("n")).await.expect("saves");
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("removes");
    assert_eq!(listed(&world, &PageQuery::default()).await, (vec![], false));
    assert_eq!(code(world.bob.save(said, &noted("n")).await), Code::NotFound);
    world.bob.unsave(said).await.expect("drops");
    assert_eq!(sql(&world, "select 1 from saved_messages").await, 0);
    assert_eq!(code(world.nobody.save(said, &noted("n")).await), Code::Unauthenticated);
    world.end().await;
}

/// What one does not see any more makes no page shorter, nor one page into many.
#[tokio::test]
async fn what_is_not_seen_any_more_is_passed_by() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.add_to_channel(secret.id, bob).await.expect("adds");
    let mut seen = Vec::new();
    for n in 0..6 {
        let channel = if n % 3 == 0 { world.general.id } else { secret.id };
        let said = world.ann.post(channel, &text(&format!("{n}"))).await.expect("posts").id;
        world.bob.save(said, &noted("n")).await.expect("saves");
        seen.extend((n % 3 == 0).then_some(said));
    }
    world.ann.remove_from_channel(secret.id, bob).await.expect("removes");
    let first = PageQuery { limit: Some(1), ..PageQuery::default() };
    assert_eq!(listed(&world, &first).await, (vec![seen[0]], true));
    let second = PageQuery { after: Some(seen[0].0), ..first };
    assert_eq!(listed(&world, &second).await, (vec![seen[1]], false), "nothing that they see follows");
    let back = PageQuery { before: Some(seen[1].0), ..first };
    assert_eq!(listed(&world, &back).await, (vec![seen[0]], false));
    assert_eq!(listed(&world, &PageQuery::default()).await, (seen, false));
    world.end().await;
}

#[tokio::test]
async fn one_is_reminded_once_and_not_of_what_was_set_otherwise() {
    let world = World::new().await;
    let said = world.ann.post(world.general.id, &text("said")).await.expect("posts").id;
    let other = world.ann.post(world.general.id, &text("other")).await.expect("posts").id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let at = |from_now| SaveMessage { note: Some("look".into()), remind_at: Some(in_time(from_now)) };
    let refused = SaveMessage { remind_at: Some(Timestamp::from_unix_millis(1)), note: None };
    assert_eq!(code(world.bob.save(said, &refused).await), Code::Invalid, "that is past");
    world.bob.save(other, &at(SOON)).await.expect("saves");
    world.bob.save(other, &at(LATER)).await.expect("puts it off");
    let soon = world.bob.save(said, &at(SOON)).await.expect("saves");
    let payload = |remind_at| {
        let saved = Some(SavedMark { note: Some("look".into()), remind_at });
        Some(Event::SavedUpdated(SavedPayload { message_id: said, channel_id: world.general.id, saved }))
    };
    for _ in 0..2 {
        next_event(&mut bobs, "saved.updated").await;
    }
    assert_eq!(next_event(&mut bobs, "saved.updated").await, payload(soon.remind_at));
    assert_eq!(next_event(&mut bobs, "saved.updated").await, payload(None), "the time has come");
    let due = "select 1 from graphile_worker.jobs where task_identifier = 'saved:remind' and run_at <= now()";
    eventually("nothing is due any more", async || sql(&world, due).await == 0).await;
    let waiting = "select 1 from saved_messages where remind_at is not null";
    assert_eq!(sql(&world, waiting).await, 1, "what was put off is not due");
    let jobs = "select 1 from graphile_worker.jobs where task_identifier = 'saved:remind'";
    eventually("one job waits for it", async || sql(&world, jobs).await == 1).await;
    world.bob.unsave(other).await.expect("drops it");
    eventually("and none after that", async || sql(&world, jobs).await == 0).await;
    world.end().await;
}
