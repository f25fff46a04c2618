//! `POST /api/channels/{id}/attachments`.

use ajet_chatd::blobs::{storage_key, thumbnail_key};
use ajet_client::Error;
use ajet_client::forms::form;
use ajet_protocol::{Attachment, AttachmentStatus, BeginUpload, Code, UpdateSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::pictures::{PLACE, photo, png, uploaded};
use crate::support::{World, code, requests, sql};

#[tokio::test]
async fn a_photo_is_stored_upright_and_without_its_place() {
    let world = World::new().await;
    let photo = photo(800, 400);
    let file = uploaded(&world.ann, world.general.id, (r"C:\trip\photo.jpg", &photo)).await;
    assert_eq!((file.filename.as_str(), file.content_type.as_str()), ("photo.jpg", "image/jpeg"));
    assert_eq!((file.width, file.height, file.status), (Some(400), Some(800), AttachmentStatus::Clean));
    assert_eq!(file.url, format!("/api/attachments/{}", file.id));
    assert_eq!(file.thumbnail_url, Some(format!("/api/attachments/{}?thumbnail=true", file.id)));
    let blobs = &world.server.app().blobs;
    let kept = blobs.get(&storage_key(file.id, "photo.jpg")).await.expect("asks").expect("is stored");
    assert!(!kept.windows(PLACE.len()).any(|window| window == PLACE.as_bytes()));
    assert_eq!(kept.len() as i64, file.size_bytes);
    let small = blobs.get(&thumbnail_key(file.id)).await.expect("asks").expect("is stored");
    assert!(small.len() < kept.len());
    assert_eq!(
        sql(&world, "select 1 from attachments where status = 'clean' and message_id is null").await,
        1
    );
    world.end().await;
}

#[tokio::test]
async fn who_may_upload_and_what() {
    let world = World::new().await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let picture = png(8, 4);
    let good = uploaded(&world.bob, world.general.id, ("cat.png", &picture)).await;
    assert_eq!((good.thumbnail_url, good.alt), (None, None), "is small");
    for (person, refusal) in [(&stranger, Code::NotFound), (&world.nobody, Code::Unauthenticated)] {
        let refused = person.upload(world.general.id, ("cat.png", &picture), None).await;
        assert_eq!(code(refused), refusal);
    }
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    for (name, bytes) in
        [("cat.png", svg), ("cat.png", b"%PDF-1.7"), ("cat.png", b""), ("cat.jpg", &picture[..40])]
    {
        let refused = world.ann.upload(world.general.id, (name, bytes), None).await;
        assert_eq!(code(refused), Code::Invalid, "{} bytes", bytes.len());
    }
    for (words, rule) in [("x".repeat(1001), "too_long"), ("a\0cat".to_owned(), "control_character")] {
        let refused = world.ann.upload(world.general.id, ("cat.png", &picture), Some(&words)).await;
        let Err(Error::Problem(problem)) = refused else { panic!("{refused:?}") };
        let [broken] = problem.errors.as_slice() else { panic!("{problem:?}") };
        assert_eq!((broken.field.as_str(), broken.code.as_str()), ("alt", rule));
    }
    let long = format!("{}.png", "猫".repeat(200));
    world.ann.upload(world.general.id, (&long, &picture), None).await.expect("a name of 204 characters");
    let large = vec![0; (10 << 20) + 1];
    assert_eq!(code(world.ann.upload(world.general.id, ("cat.png", &large), None).await), Code::TooLarge);
    let path = format!("/api/channels/{}/attachments", world.general.id);
    let file = ("cat.png", picture.as_slice());
    let form = form(file, &[("colour", "red")]);
    let unknown = world.ann.send_form::<Value>(Method::POST, &path, &form, 1).await;
    assert_eq!(code(unknown), Code::Invalid);
    let no_form = world.ann.send::<Value>(Method::POST, &path, Some(&json!({})), false).await;
    assert_eq!(code(no_form), Code::UnsupportedMediaType);
    assert_eq!(sql(&world, "select 1 from attachments").await, 2);
    world.end().await;
}

/// Neither its name nor what its client says of it counts.
#[tokio::test]
async fn a_picture_that_is_called_another_one_is_kept_as_what_it_is() {
    let world = World::new().await;
    let picture = png(8, 4);
    uploaded(&world.ann, world.general.id, ("first.png", &picture)).await;
    let head = b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\n".as_slice();
    let declared = b"content-type: image/jpeg\r\n\r\n".as_slice();
    let path = format!("/api/channels/{}/attachments", world.general.id);
    let request = requests::ann(&world, Method::POST, &path)
        .header("content-type", "multipart/form-data; boundary=b")
        .header("idempotency-key", "k")
        .body([head, declared, picture.as_slice(), b"\r\n--b--\r\n".as_slice()].concat());
    let answer = requests::answer(request).await;
    assert_eq!(answer.status().as_u16(), 201);
    let file: Attachment = answer.json().await.expect("JSON");
    assert_eq!((file.filename.as_str(), file.content_type.as_str()), ("cat.jpg", "image/png"));
    assert_eq!((file.width, file.height, file.status), (Some(8), Some(4), AttachmentStatus::Clean));
    let kept = "select 1 from attachments where filename = 'cat.jpg' and content_type = 'image/png'";
    assert_eq!(sql(&world, kept).await, 1);
    let answer = requests::answer(requests::ann(&world, Method::GET, &file.url)).await;
    let location = answer.headers()["location"].to_str().expect("text");
    assert_eq!(requests::part_of(location, "response-content-type"), "image/png");
    world.end().await;
}

#[tokio::test]
async fn one_key_makes_one_file() {
    let world = World::new().await;
    let (one, other) = (png(8, 4), png(4, 8));
    uploaded(&world.ann, world.general.id, ("first.png", &one)).await;
    let path = format!("/api/channels/{}/attachments", world.general.id);
    let send = async |bytes: &[u8]| {
        let head =
            b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n".as_slice();
        let request = requests::ann(&world, Method::POST, &path)
            .header("content-type", "multipart/form-data; boundary=b")
            .header("idempotency-key", "k")
            .body([head, bytes, b"\r\n--b--\r\n".as_slice()].concat());
        let answer = request.send().await.expect("answers");
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.expect("JSON")["id"].clone())
    };
    let (status, id) = send(&one).await;
    assert_eq!(status, 201);
    assert_eq!(send(&one).await, (200, id));
    assert_eq!(send(&other).await.0, 409);
    let restricted = UpdateSettings { upload_max_bytes: Some(20), ..UpdateSettings::default() };
    let _: Value =
        world.ann.send(Method::PATCH, "/api/system/settings", Some(&restricted), true).await.expect("sets");
    assert_eq!(send(&one).await.0, 200, "what was made is answered whatever the settings are by now");
    let unlimited = UpdateSettings { upload_max_bytes: Some(10 << 20), ..UpdateSettings::default() };
    let _: Value =
        world.ann.send(Method::PATCH, "/api/system/settings", Some(&unlimited), true).await.expect("sets");
    // The keys of uploads to the object store are others, and a key may be a field.
    let upload = BeginUpload {
        filename: "a.png".into(),
        content_type: "image/png".into(),
        size_bytes: 7,
        alt: None,
        client_mutation_id: Some("k".into()),
    };
    world.ann.begin_upload(world.general.id, &upload).await.expect("begins");
    let by_field = form(("a.png", &one), &[("client_mutation_id", "f")]);
    let first: Value = world.ann.send_form(Method::POST, &path, &by_field, 1).await.expect("takes it");
    let again: Value = world.ann.send_form(Method::POST, &path, &by_field, 1).await.expect("again");
    assert_eq!(again["id"], first["id"]);
    // A message's keys are others.
    world.ann.post(world.general.id, &crate::support::keyed("hi", "k")).await.expect("posts");
    assert_eq!(sql(&world, "select 1 from attachments").await, 4);
    world.end().await;
}

#[tokio::test]
async fn the_owner_of_the_system_sets_how_large_files_may_be() {
    let world = World::new().await;
    let picture = png(64, 64);
    uploaded(&world.ann, world.general.id, ("cat.png", &picture)).await;
    let update = UpdateSettings { upload_max_bytes: Some(20), ..UpdateSettings::default() };
    let _: Value =
        world.ann.send(Method::PATCH, "/api/system/settings", Some(&update), true).await.expect("sets");
    let refused = world.ann.upload(world.general.id, ("cat.png", &picture), None).await;
    assert_eq!(code(refused), Code::TooLarge);
    world.end().await;
}

#[tokio::test]
async fn other_files_are_taken_where_that_is_configured_and_are_downloads() {
    let world = World::with(|config| config.uploads.any_type = true).await;
    let page = b"<script>alert(1)</script>";
    let file = uploaded(&world.ann, world.general.id, ("page.html", page)).await;
    assert_eq!((file.content_type.as_str(), file.width), ("application/octet-stream", None));
    let path = format!("/api/attachments/{}", file.id);
    let answer = requests::ann(&world, Method::GET, &path).send().await.expect("answers");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.contains("attachment%3B"), "{location}");
    assert_eq!(world.ann.download(file.id, false).await.expect("is there"), page);
    world.end().await;
}
