//! Saved messages: `PUT` and `DELETE /api/messages/{id}/saved`, `GET /api/saved`.

use ajet_protocol::events::SavedPayload;
use ajet_protocol::{
    Code, Event, MessageId, Notification, NotificationReason, NotificationType, PageQuery, Reason,
    SaveMessage, SavedMark, Timestamp, Visibility,
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
    let one = async |id| world.bob.saved_one(id).await.expect("reads").map(|one| (one.message.id, one.note));
    assert_eq!(one(ids[1]).await, Some((ids[1], Some("why".into()))));
    for _ in 0..2 {
        world.bob.unsave(ids[2]).await.expect("drops, and again changes nothing");
    }
    assert_eq!((one(ids[2]).await, one(MessageId(Uuid::nil())).await), (None, None));
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

/// What bob is told of messages that he saved, the newest last.
async fn reminded(world: &World) -> Vec<Notification> {
    let page = world.bob.notifications(false, &PageQuery::default()).await.expect("lists");
    page.items.into_iter().filter(|one| one.reason == NotificationReason::SavedReminder).collect()
}

fn soon(note: Option<&str>) -> SaveMessage {
    SaveMessage { note: note.map(Into::into), remind_at: Some(in_time(SOON)) }
}

#[tokio::test]
async fn a_reminder_is_a_notification_that_leads_to_its_message() {
    let world = World::new().await;
    let open = world.channel("open", Visibility::Public).await;
    let mut ids = Vec::new();
    for (channel, body) in
        [(world.general.id, "said"), (world.general.id, "*look* at this"), (open.id, "here")]
    {
        ids.push(world.ann.post(channel, &text(body)).await.expect("posts").id);
    }
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    for (id, note) in ids.iter().zip([Some("why"), None, None]) {
        world.bob.save(*id, &soon(note)).await.expect("saves, also where he has not joined the channel");
        let Some(Event::NotificationNew(told)) = next_event(&mut bobs, "notification.new").await else {
            panic!("bob is reminded")
        };
        let told = told.notification;
        assert_eq!((told.source_id, told.channel_id, told.preview, told.read), (id.0, None, None, false));
    }
    let told = reminded(&world).await;
    assert!(told.iter().all(|one| one.kind == NotificationType::System && !one.read), "{told:?}");
    let shown: Vec<_> = told.iter().map(|one| (one.source_id, one.preview.as_deref())).collect();
    let expected = [(ids[0].0, Some("why")), (ids[1].0, Some("look at this")), (ids[2].0, Some("here"))];
    assert_eq!(shown, expected);
    world.bob.mark_read(world.general.id, ids[1]).await.expect("reads");
    assert!(reminded(&world).await.iter().all(|one| !one.read), "reading its channel reads no reminder");
    world.ann.delete(ids[1]).await.expect("deletes");
    assert_eq!(reminded(&world).await[1].preview.as_deref(), Some("A message that you saved"));
    world.end().await;
}

/// I6: of what one does not see any more nothing is told but one's own note.
#[tokio::test]
async fn a_reminder_shows_no_text_that_one_does_not_see() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.add_to_channel(secret.id, bob).await.expect("adds");
    for note in [Some("mine"), None] {
        let said = world.ann.post(secret.id, &text("psst")).await.expect("posts").id;
        world.bob.save(said, &soon(note)).await.expect("saves");
    }
    world.ann.remove_from_channel(secret.id, bob).await.expect("removes");
    eventually("bob is reminded", async || reminded(&world).await.len() == 2).await;
    let told = reminded(&world).await;
    let mut shown: Vec<_> = told.iter().filter_map(|one| one.preview.as_deref()).collect();
    shown.sort_unstable();
    assert_eq!(shown, ["A message that you saved", "mine"]);
    world.end().await;
}

#[tokio::test]
async fn a_reminder_of_a_saved_message_outlives_its_node() {
    let world = World::new().await;
    let said = world.ann.post(world.general.id, &text("said")).await.expect("posts").id;
    let later = SaveMessage { remind_at: Some(in_time(2 * SOON)), ..noted("look") };
    world.bob.save(said, &later).await.expect("saves");
    let world = world.crashed(|_| {}).await;
    eventually("bob is reminded", async || !reminded(&world).await.is_empty()).await;
    let left = "select 1 from due_notices union all select 1 from job_requests union all
                select 1 from graphile_worker.jobs where task_identifier = 'saved:remind'";
    eventually("nothing is left to be done", async || sql(&world, left).await == 0).await;
    let told = reminded(&world).await;
    assert_eq!((told.len(), told[0].preview.as_deref()), (1, Some("look")));
    world.end().await;
}
