//! Editing: by the author, for an hour.

use ajet_protocol::{Code, PostMessage};

use crate::support::{World, code, db, keyed, next, text};

/// AC-T8, AC-T9.
#[tokio::test]
async fn an_author_edits_within_the_window_only() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("first")).await.expect("posts");
    let edited = world.ann.edit(posted.id, "second").await.expect("edits");
    assert_eq!(
        (edited.body_md.as_str(), edited.seq, edited.edited_at.is_some()),
        ("second", posted.seq, true)
    );
    assert_eq!(code(world.bob.edit(posted.id, "mine").await), Code::Forbidden);
    let mut db = db(&world).await;
    sqlx::query("update messages set created_at = created_at - interval '61 minutes'")
        .execute(&mut db)
        .await
        .expect("ages");
    world.server.app().node.channels.kill(world.general.id, false);
    assert_eq!(code(world.ann.edit(posted.id, "third").await), Code::EditWindowClosed);
    world.end().await;
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
    world.end().await;
}

/// What a message has that a node of release 0.1.0 would not tell of when it edits it.
#[tokio::test]
async fn what_older_nodes_do_not_know_of_a_message_is_found() {
    let world = World::new().await;
    let plain = world.ann.post(world.general.id, &text("plain")).await.expect("posts").id;
    let reply = PostMessage { parent_id: Some(plain), ..text("reply") };
    let quiet = world.ann.post(world.general.id, &reply).await.expect("posts").id;
    let loud = PostMessage { also_to_channel: true, ..reply };
    let loud = world.ann.post(world.general.id, &loud).await.expect("posts").id;
    let store = &world.server.app().store;
    for (message, has) in [(plain, false), (quiet, false), (loud, true)] {
        assert_eq!(store.has_newer_parts(message).await.expect("reads"), has, "{message}");
    }
    world.ann.pin(plain).await.expect("pins");
    assert!(store.has_newer_parts(plain).await.expect("reads"));
    world.end().await;
}
