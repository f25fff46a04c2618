//! `POST /api/channels/{id}/uploads`, `POST /api/uploads/{id}/complete`.

use ajet_chatd::blobs::upload_key;
use ajet_protocol::{AttachmentStatus, BeginUpload, Code, Event, PostMessage, UploadBegun};
use reqwest::Method;
use serde_json::json;

use crate::support::pictures::{PLACE, photo, png, uploaded, with_files};
use crate::support::{World, code, db, eventually, next, next_event, requests, sql};

fn begin(filename: &str, bytes: &[u8]) -> BeginUpload {
    BeginUpload {
        filename: filename.into(),
        content_type: "image/jpeg".into(),
        size_bytes: bytes.len() as i64,
        alt: Some("A trip".into()),
        client_mutation_id: None,
    }
}

/// A file that was put into the object store, once the bucket is there.
async fn put(world: &World, bytes: &[u8]) -> UploadBegun {
    uploaded(&world.ann, world.general.id, ("first.png", &png(2, 2))).await;
    let begun = world.ann.begin_upload(world.general.id, &begin("photo.jpg", bytes)).await.expect("begins");
    world.ann.put_upload(&begun, bytes.to_vec()).await.expect("puts");
    begun
}

#[tokio::test]
async fn a_photo_is_put_into_the_object_store_posted_and_looked_at() {
    let world = World::new().await;
    let photo = photo(800, 400);
    let begun = put(&world, &photo).await;
    let id = begun.attachment.id;
    assert_eq!(
        (begun.attachment.status, begun.attachment.alt.as_deref()),
        (AttachmentStatus::Pending, Some("A trip"))
    );
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let message =
        world.ann.post(world.general.id, &with_files("", &[&begun.attachment])).await.expect("posts");
    assert_eq!(message.attachments, std::slice::from_ref(&begun.attachment), "a pending one may be posted");
    assert_eq!(code(world.bob.download(id, false).await), Code::Pending);
    world.ann.complete_upload(id).await.expect("is looked at");
    let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
        panic!("those who read it hear of it");
    };
    let [file] = &told.message.attachments[..] else { panic!("one file") };
    assert_eq!((file.status, file.width, file.height), (AttachmentStatus::Clean, Some(400), Some(800)));
    assert_eq!(told.message.edited_at, None, "its text is as it was");
    let bytes = world.bob.download(id, false).await.expect("is there");
    assert!(!bytes.windows(PLACE.len()).any(|window| window == PLACE.as_bytes()));
    // What is put there later changes nothing.
    world.ann.put_upload(&begun, photo.clone()).await.expect("the address goes on working");
    world.ann.complete_upload(id).await.expect("again changes nothing");
    assert_eq!(world.bob.download(id, false).await.expect("is there"), bytes);
    world.end().await;
}

/// Neither its name nor the type that was said of it counts.
#[tokio::test]
async fn a_picture_that_is_called_another_one_is_told_as_what_it_is() {
    let world = World::new().await;
    let picture = png(8, 4);
    uploaded(&world.ann, world.general.id, ("first.png", &png(2, 2))).await;
    let begun = world.ann.begin_upload(world.general.id, &begin("cat.jpg", &picture)).await.expect("begins");
    world.ann.put_upload(&begun, picture).await.expect("puts");
    assert_eq!(begun.attachment.content_type, "image/jpeg", "as it was said, until it is looked at");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let message =
        world.ann.post(world.general.id, &with_files("", &[&begun.attachment])).await.expect("posts");
    world.ann.complete_upload(begun.attachment.id).await.expect("is looked at");
    let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
        panic!("those who read it hear of it");
    };
    let [file] = &told.message.attachments[..] else { panic!("one file") };
    assert_eq!((file.filename.as_str(), file.content_type.as_str()), ("cat.jpg", "image/png"));
    assert_eq!((file.width, file.height, file.status), (Some(8), Some(4), AttachmentStatus::Clean));
    let read = world.bob.message(message.id).await.expect("reads");
    assert_eq!(read.attachments, std::slice::from_ref(file), "as it is told");
    let kept = "select 1 from attachments where filename = 'cat.jpg' and content_type = 'image/png'";
    assert_eq!(sql(&world, kept).await, 1);
    let answer = requests::answer(requests::ann(&world, Method::GET, &file.url)).await;
    let location = answer.headers()["location"].to_str().expect("text");
    assert_eq!(requests::part_of(location, "response-content-type"), "image/png");
    world.end().await;
}

/// What was deleted while its job waited makes no dead job.
#[tokio::test]
async fn a_file_of_a_deleted_message_is_no_longer_looked_at() {
    let world = World::new().await;
    let begun = put(&world, &photo(80, 40)).await;
    let id = begun.attachment.id;
    world.ann.post(world.general.id, &with_files("", &[&begun.attachment])).await.expect("posts");
    // As a node of release 0.1.0 deletes a message: it knows of no files.
    assert_eq!(sql(&world, "update messages set deleted_at = now(), body_md = '', body_html = ''").await, 1);
    let asked = sqlx::query(
        "insert into job_requests (name, key, payload) values ('attachment:process', 'late', $1)",
    );
    asked.bind(json!({ "attachment_id": id })).execute(&mut db(&world).await).await.expect("asks");
    let left = "select 1 from job_requests union all
                select 1 from graphile_worker.jobs where task_identifier = 'attachment:process'";
    eventually("nothing is left to be done, or dead", async || sql(&world, left).await == 0).await;
    assert_eq!(
        sql(&world, "select 1 from attachments where status = 'clean' and message_id is not null").await,
        0
    );
    world.end().await;
}

#[tokio::test]
async fn what_is_no_picture_is_kept_from_everybody() {
    let world = World::new().await;
    let script = b"<script>alert(1)</script>";
    let id = put(&world, script).await.attachment.id;
    world.ann.complete_upload(id).await.expect("is looked at");
    eventually("it is found unfit", async || {
        sql(&world, "select 1 from attachments where status = 'infected'").await == 1
    })
    .await;
    assert_eq!(code(world.ann.download(id, false).await), Code::Gone);
    let with_it = PostMessage { body_md: "look".into(), attachment_ids: vec![id], ..PostMessage::default() };
    assert_eq!(code(world.ann.post(world.general.id, &with_it).await), Code::Invalid);
    world.end().await;
}

#[tokio::test]
async fn who_may_begin_and_complete_and_with_what() {
    let world = World::new().await;
    let picture = png(8, 4);
    let good = BeginUpload { content_type: "Image/PNG; q=1".into(), ..begin("cat.png", &picture) };
    let begun = world.ann.begin_upload(world.general.id, &good).await.expect("begins");
    assert_eq!(begun.headers["content-type"], "image/png");
    assert_eq!(
        code(world.ann.complete_upload(begun.attachment.id).await),
        Code::Conflict,
        "is not there yet"
    );
    assert_eq!(code(world.bob.complete_upload(begun.attachment.id).await), Code::NotFound);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.begin_upload(world.general.id, &good).await), Code::NotFound);
    for bad in [
        BeginUpload { content_type: "text/html".into(), ..good.clone() },
        BeginUpload { content_type: "image/svg+xml".into(), ..good.clone() },
        BeginUpload { size_bytes: 0, ..good.clone() },
        BeginUpload { filename: " ".into(), ..good.clone() },
    ] {
        assert_eq!(code(world.ann.begin_upload(world.general.id, &bad).await), Code::Invalid, "{bad:?}");
    }
    let large = BeginUpload { size_bytes: 11 << 20, ..good.clone() };
    assert_eq!(code(world.ann.begin_upload(world.general.id, &large).await), Code::TooLarge);
    let keyed = BeginUpload { client_mutation_id: Some("k".into()), ..good.clone() };
    let first = world.ann.begin_upload(world.general.id, &keyed).await.expect("begins").attachment;
    assert_eq!(world.ann.begin_upload(world.general.id, &keyed).await.expect("again").attachment, first);
    world.end().await;
}

#[tokio::test]
async fn a_file_of_another_size_than_was_said_is_not_taken() {
    let world = World::new().await;
    let picture = photo(64, 64);
    uploaded(&world.ann, world.general.id, ("first.png", &png(2, 2))).await;
    let small = BeginUpload { size_bytes: 10, ..begin("photo.jpg", &picture) };
    let begun = world.ann.begin_upload(world.general.id, &small).await.expect("begins");
    let id = begun.attachment.id;
    for bytes in [picture.clone(), picture[..9].to_vec()] {
        assert!(world.ann.put_upload(&begun, bytes).await.is_err(), "the store refuses it");
    }
    assert_eq!(code(world.ann.complete_upload(id).await), Code::Conflict, "nothing is there");
    // Even if the store took it.
    let blobs = &world.server.app().blobs;
    blobs.put(&upload_key(id), "image/jpeg", picture.into()).await.expect("puts");
    assert_eq!(code(world.ann.complete_upload(id).await), Code::TooLarge);
    assert_eq!(code(world.ann.complete_upload(id).await), Code::Conflict, "and it is gone");
    world.end().await;
}

#[tokio::test]
async fn an_upload_that_is_over_is_answered_again_and_takes_nothing_more() {
    let world = World::new().await;
    let picture = photo(64, 64);
    uploaded(&world.ann, world.general.id, ("first.png", &png(2, 2))).await;
    let keyed =
        |key: &str| BeginUpload { client_mutation_id: Some(key.into()), ..begin("photo.jpg", &picture) };
    let begun = world.ann.begin_upload(world.general.id, &keyed("one")).await.expect("begins");
    world.ann.put_upload(&begun, picture.clone()).await.expect("puts");
    let again = world.ann.begin_upload(world.general.id, &keyed("one")).await.expect("is still pending");
    assert_eq!(again.expires_at, begun.expires_at, "its time does not begin anew");
    world.ann.complete_upload(begun.attachment.id).await.expect("is looked at");
    eventually("it is clean", async || {
        sql(&world, "select 1 from attachments where status = 'clean' and filename = 'photo.jpg'").await == 1
    })
    .await;
    let over = world.ann.begin_upload(world.general.id, &keyed("one")).await.expect("is answered as it is");
    assert_eq!((over.attachment.id, over.attachment.status), (begun.attachment.id, AttachmentStatus::Clean));
    assert!(over.expires_at < begun.expires_at && over.upload_url.contains("X-Amz-Date=1970"), "{over:?}");
    assert!(world.ann.put_upload(&over, picture.clone()).await.is_err(), "its time is over");
    let late_one = world.ann.begin_upload(world.general.id, &keyed("two")).await.expect("begins");
    let late =
        "update attachments set created_at = created_at - interval '15 minutes' where status = 'pending'";
    sql(&world, late).await;
    let over = world.ann.begin_upload(world.general.id, &keyed("two")).await.expect("is answered as it is");
    assert_eq!(over.attachment, late_one.attachment);
    assert!(over.expires_at < late_one.expires_at && over.upload_url.contains("X-Amz-Date=1970"), "{over:?}");
    world.ann.delete_attachment(over.attachment.id).await.expect("may");
    assert_eq!(code(world.ann.begin_upload(world.general.id, &keyed("two")).await), Code::NotFound);
    world.end().await;
}
