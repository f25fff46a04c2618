//! Files that no one gets any more lose their bytes.

use ajet_chatd::blobs::{storage_key, thumbnail_key, upload_key};
use ajet_protocol::{Attachment, AttachmentStatus, BeginUpload, Code, Event, Visibility};
use reqwest::Method;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, eventually, next, next_event, sql, tidied};

async fn is_stored(world: &World, file: &Attachment) -> bool {
    let blobs = &world.server.app().blobs;
    let mut found = false;
    for key in [storage_key(file.id, &file.filename), thumbnail_key(file.id)] {
        found |= blobs.get(&key).await.expect("asks").is_some();
    }
    found
}

#[tokio::test]
async fn unused_files_and_those_of_deleted_messages_go() {
    let world = World::new().await;
    let picture = png(900, 300);
    let [unused, deleted, kept] = ["unused.png", "deleted.png", "kept.png"];
    let unused = uploaded(&world.ann, world.general.id, (unused, &picture)).await;
    let deleted = uploaded(&world.ann, world.general.id, (deleted, &picture)).await;
    let kept = uploaded(&world.ann, world.general.id, (kept, &picture)).await;
    let message = world.ann.post(world.general.id, &with_files("look", &[&deleted])).await.expect("posts");
    world.ann.post(world.general.id, &with_files("look", &[&kept])).await.expect("posts");
    world.ann.delete(message.id).await.expect("deletes");
    assert!(is_stored(&world, &deleted).await, "until the sweep");
    // Time passes.
    sql(&world, "update attachments set created_at = created_at - interval '26 hours'").await;
    tidied(&world).await;
    eventually("the unused one is marked", async || {
        sql(&world, "select 1 from attachments where deleted_at is not null").await == 2
    })
    .await;
    sql(
        &world,
        "update attachments set deleted_at = deleted_at - interval '1 hour' where deleted_at is not null",
    )
    .await;
    tidied(&world).await;
    eventually("their rows are gone", async || sql(&world, "select 1 from attachments").await == 1).await;
    assert!(!is_stored(&world, &unused).await && !is_stored(&world, &deleted).await);
    assert!(is_stored(&world, &kept).await && world.bob.download(kept.id, false).await.is_ok());
    world.end().await;
}

#[tokio::test]
async fn files_of_a_deleted_channel_go() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    let file = uploaded(&world.ann, room.id, ("cat.png", &png(900, 300))).await;
    world.ann.post(room.id, &with_files("look", &[&file])).await.expect("posts");
    world.ann.send_empty(Method::DELETE, &format!("/api/channels/{}", room.id)).await.expect("deletes");
    eventually("it is marked", async || {
        sql(&world, "select 1 from attachments where deleted_at is not null").await == 1
    })
    .await;
    sql(&world, "update attachments set deleted_at = deleted_at - interval '1 hour'").await;
    tidied(&world).await;
    eventually("its row is gone", async || sql(&world, "select 1 from attachments").await == 0).await;
    assert!(!is_stored(&world, &file).await);
    world.end().await;
}

#[tokio::test]
async fn files_of_purged_messages_go() {
    let world = World::new().await;
    let general = world.general.id;
    let [kept, purged] = ["kept.png", "purged.png"];
    let kept = uploaded(&world.ann, general, (kept, &png(900, 300))).await;
    let purged = uploaded(&world.ann, general, (purged, &png(900, 300))).await;
    for file in [&kept, &purged] {
        world.ann.post(general, &with_files("look", &[file])).await.expect("posts");
    }
    world.ann.purge(general, 1).await.expect("purges");
    assert_eq!(code(world.bob.download(purged.id, false).await), Code::NotFound, "at once");
    assert!(world.bob.download(kept.id, false).await.is_ok());
    sql(&world, "update attachments set deleted_at = deleted_at - interval '1 hour'").await;
    tidied(&world).await;
    eventually("its row is gone", async || sql(&world, "select 1 from attachments").await == 1).await;
    assert!(!is_stored(&world, &purged).await && is_stored(&world, &kept).await);
    world.end().await;
}

fn begin(bytes: &[u8]) -> BeginUpload {
    BeginUpload {
        filename: "cat.png".into(),
        content_type: "image/png".into(),
        size_bytes: bytes.len() as i64,
        alt: None,
        client_mutation_id: None,
    }
}

#[tokio::test]
async fn a_file_that_was_never_put_there_does_not_stay_pending() {
    let world = World::new().await;
    let picture = png(8, 4);
    uploaded(&world.ann, world.general.id, ("first.png", &picture)).await;
    let begun = world.ann.begin_upload(world.general.id, &begin(&picture)).await.expect("begins");
    let with_it = with_files("look", &[&begun.attachment]);
    world.ann.post(world.general.id, &with_it).await.expect("posts");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    sql(&world, "update attachments set created_at = created_at - interval '31 minutes'").await;
    tidied(&world).await;
    let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
        panic!("those who read it hear of it")
    };
    assert_eq!(told.message.attachments[0].status, AttachmentStatus::Infected);
    world.end().await;
}

#[tokio::test]
async fn what_is_put_there_after_a_file_was_looked_at_goes() {
    let world = World::new().await;
    let picture = png(8, 4);
    uploaded(&world.ann, world.general.id, ("first.png", &picture)).await;
    let begun = world.ann.begin_upload(world.general.id, &begin(&picture)).await.expect("begins");
    world.ann.put_upload(&begun, picture.clone()).await.expect("puts");
    let id = begun.attachment.id;
    world.ann.complete_upload(id).await.expect("is looked at");
    eventually("it is clean", async || {
        sql(&world, "select 1 from attachments where status = 'clean'").await == 2
    })
    .await;
    let blobs = &world.server.app().blobs;
    eventually("what was looked at is removed", async || {
        blobs.size(&upload_key(id)).await.expect("asks").is_none()
    })
    .await;
    world.ann.put_upload(&begun, picture.clone()).await.expect("the address goes on working");
    sql(&world, "update attachments set created_at = created_at - interval '31 minutes'").await;
    tidied(&world).await;
    eventually("it is swept", async || {
        sql(&world, "select 1 from attachments where upload_swept").await == 2
    })
    .await;
    assert_eq!(blobs.size(&upload_key(id)).await.expect("asks"), None);
    assert_eq!(world.ann.download(id, false).await.expect("is there"), picture);
    world.end().await;
}
