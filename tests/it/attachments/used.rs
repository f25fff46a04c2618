//! Files in `POST /api/channels/{id}/messages`, and in what shows a message.

use ajet_protocol::{AttachmentId, Code, Event, Message, PostMessage, Visibility};
use uuid::Uuid;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, next, next_event, text};

#[tokio::test]
async fn a_message_shows_its_files_wherever_it_is_shown() {
    let world = World::new().await;
    let one = uploaded(&world.ann, world.general.id, ("one.png", &png(8, 4))).await;
    let other = uploaded(&world.ann, world.general.id, ("other.png", &png(4, 8))).await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut bobs).await.cursor;
    let request = with_files("", &[&other, &one]);
    let message = world.ann.post(world.general.id, &request).await.expect("may be without a text");
    let files = [other, one];
    assert_eq!(message.attachments, files);
    let Some(Event::MessageCreated(told)) = next_event(&mut bobs, "message.created").await else {
        panic!("told")
    };
    assert_eq!(told.message.attachments, files);
    let got: Message = world.bob.get(&format!("/api/messages/{}", message.id)).await.expect("is there");
    assert_eq!(got.attachments, files);
    let listed = world.history().await.pop().expect("is there");
    assert_eq!(listed.attachments, files);
    let mut again = world.bob.live(Some(&cursor)).await.expect("opens");
    let Some(Event::MessageCreated(told)) = next_event(&mut again, "message.created").await else {
        panic!("told")
    };
    assert_eq!(told.message.attachments, files, "in a replay too");
    let edited = world.ann.edit(message.id, "with a text").await.expect("edits");
    assert_eq!(edited.attachments, files);
    let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
        panic!("told")
    };
    assert_eq!(told.message.attachments, files);
    world.ann.delete(message.id).await.expect("deletes");
    let got: Message = world.bob.get(&format!("/api/messages/{}", message.id)).await.expect("its place");
    assert!(got.deleted && got.attachments.is_empty());
    assert_eq!(code(world.ann.download(files[0].id, false).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn a_message_takes_ones_own_unused_files_of_the_channel() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    let mine = uploaded(&world.ann, world.general.id, ("mine.png", &png(8, 4))).await;
    let theirs = uploaded(&world.bob, world.general.id, ("theirs.png", &png(8, 4))).await;
    let elsewhere = uploaded(&world.ann, room.id, ("elsewhere.png", &png(8, 4))).await;
    let refused = async |ids: Vec<AttachmentId>| {
        let request = PostMessage { attachment_ids: ids, ..text("hi") };
        code(world.ann.post(world.general.id, &request).await)
    };
    for ids in [
        vec![theirs.id],
        vec![elsewhere.id],
        vec![AttachmentId(Uuid::nil())],
        vec![mine.id, mine.id],
        vec![mine.id; 11],
    ] {
        assert_eq!(refused(ids).await, Code::Invalid);
    }
    let request = PostMessage { client_mutation_id: Some("k".into()), ..with_files("hi", &[&mine]) };
    let first = world.ann.post(world.general.id, &request).await.expect("posts");
    assert_eq!(refused(vec![mine.id]).await, Code::Invalid, "it is used");
    let again = world.ann.post(world.general.id, &request).await.expect("the same again");
    assert_eq!((again.id, again.attachments), (first.id, first.attachments));
    world.end().await;
}

/// I2: a repetition is answered though the first attempt has used the files, by an activation that knows nothing of it.
#[tokio::test]
async fn a_repetition_is_answered_after_a_restart() {
    let world = World::new().await;
    let file = uploaded(&world.ann, world.general.id, ("one.png", &png(8, 4))).await;
    let request = PostMessage { client_mutation_id: Some("k".into()), ..with_files("hi", &[&file]) };
    let first = world.ann.post(world.general.id, &request).await.expect("posts");
    let world = world.restarted(|_| {}).await;
    let again = world.ann.post(world.general.id, &request).await.expect("the same again");
    assert_eq!((again.id, again.attachments.len()), (first.id, 1));
    assert_eq!(world.history().await.len(), 1);
    world.end().await;
}
