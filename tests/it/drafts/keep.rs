//! Drafts: `GET`, `PUT` and `DELETE /api/channels/{id}/draft`.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{Code, Event, KeepDraft, MessageId, Visibility};
use uuid::Uuid;

use crate::support::{World, code, everything_before_now, frames_past, next, next_event, sql, text};

fn draft(body: &str, parent_id: Option<MessageId>) -> KeepDraft {
    KeepDraft { body_md: body.into(), parent_id }
}

#[tokio::test]
async fn a_draft_is_kept_for_each_channel_and_thread() {
    let world = World::new().await;
    let general = world.general.id;
    let said = world.ann.post(general, &text("said")).await.expect("posts").id;
    assert_eq!(code(world.bob.draft(general, None).await), Code::NotFound);
    let kept = world.bob.keep_draft(general, &draft("hel", None)).await.expect("keeps");
    let again = world.bob.keep_draft(general, &draft("hel", None)).await.expect("keeps");
    assert_eq!(kept, again, "the same text is no change");
    world.bob.keep_draft(general, &draft("hello", None)).await.expect("replaces");
    world.bob.keep_draft(general, &draft("a reply", Some(said))).await.expect("keeps");
    assert_eq!(world.bob.draft(general, None).await.expect("reads").body_md, "hello");
    let reply = world.bob.draft(general, Some(said)).await.expect("reads");
    assert_eq!((reply.body_md.as_str(), reply.parent_id, reply.channel_id), ("a reply", Some(said), general));
    let start = world.bob.sync().await.expect("starts");
    let texts: Vec<_> = start.drafts.iter().map(|one| one.body_md.as_str()).collect();
    assert_eq!(texts, ["hello", "a reply"]);
    assert_eq!(world.ann.sync().await.expect("starts").drafts, [], "no one else has it");
    for _ in 0..2 {
        world.bob.drop_draft(general, None).await.expect("drops, and again changes nothing");
    }
    assert_eq!(code(world.bob.draft(general, None).await), Code::NotFound);
    assert!(world.bob.draft(general, Some(said)).await.is_ok(), "that of the thread stays");
    world.end().await;
}

#[tokio::test]
async fn a_draft_needs_a_channel_that_one_sees_and_a_message_to_reply_to() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let said = world.ann.post(world.general.id, &text("said")).await.expect("posts").id;
    let elsewhere = world.ann.post(secret.id, &text("psst")).await.expect("posts").id;
    let mut reply = text("reply");
    reply.parent_id = Some(said);
    let reply = world.ann.post(world.general.id, &reply).await.expect("replies").id;
    assert_eq!(code(world.bob.keep_draft(secret.id, &draft("d", None)).await), Code::NotFound);
    assert_eq!(code(world.bob.draft(secret.id, None).await), Code::NotFound);
    assert_eq!(code(world.bob.drop_draft(secret.id, None).await), Code::NotFound);
    for parent in [reply, elsewhere, MessageId(Uuid::nil())] {
        let refused = world.bob.keep_draft(world.general.id, &draft("d", Some(parent))).await;
        assert_eq!(code(refused), Code::Invalid);
    }
    assert_eq!(code(world.bob.keep_draft(world.general.id, &draft(" ", None)).await), Code::Invalid);
    assert_eq!(code(world.nobody.draft(world.general.id, None).await), Code::Unauthenticated);
    assert_eq!(sql(&world, "select 1 from drafts").await, 0);
    world.end().await;
}

/// I19: the text is told to the person's own sessions, and the log keeps none of it: a replay shows what is there now.
#[tokio::test]
async fn ones_own_sessions_hear_of_a_draft_and_the_log_keeps_no_text() {
    let world = World::new().await;
    let general = world.general.id;
    let cursor = world.bob.sync().await.expect("starts").cursor;
    let mut bobs = world.bob.live(None).await.expect("opens");
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in [&mut bobs, &mut anns] {
        assert_eq!(next(live).await.name, "ready");
    }
    let kept = world.bob.keep_draft(general, &draft("a secret", None)).await.expect("keeps");
    let told = Event::DraftUpdated(DraftPayload::Kept { draft: kept });
    assert_eq!(next_event(&mut bobs, "draft.updated").await, Some(told));
    assert_eq!(sql(&world, "select 1 from events where payload::text like '%secret%'").await, 0);
    world.bob.drop_draft(general, None).await.expect("drops");
    let gone = DraftPayload::Gone { channel_id: general, parent_id: None, deleted: true };
    let gone = Event::DraftUpdated(gone);
    assert_eq!(next_event(&mut bobs, "draft.updated").await, Some(gone.clone()));
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "draft.updated"), "{heard:?}");
    let mut late = world.bob.live(Some(&cursor)).await.expect("opens");
    for _ in 0..2 {
        let told = next_event(&mut late, "draft.updated").await;
        assert_eq!(told, Some(gone.clone()), "also what the node still has of just now");
    }
    drop(late);
    let world = world.restarted(|_| {}).await;
    let mut late = world.bob.live(Some(&cursor)).await.expect("opens");
    for _ in 0..2 {
        assert_eq!(next_event(&mut late, "draft.updated").await, Some(gone.clone()), "as it is now");
    }
    world.end().await;
}
