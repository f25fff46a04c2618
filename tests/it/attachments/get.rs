//! `GET /api/attachments/{id}`.

use std::collections::HashMap;

use ajet_protocol::{Code, Visibility};
use reqwest::Method;
use uuid::Uuid;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, put_out_unannounced, requests};

#[tokio::test]
async fn a_file_is_had_by_an_address_that_works_for_a_minute() {
    let world = World::new().await;
    let picture = png(900, 300);
    let file = uploaded(&world.ann, world.general.id, ("cat.png", &picture)).await;
    let path = format!("/api/attachments/{}", file.id);
    let answer = requests::ann(&world, Method::GET, &path).send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 302);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.contains("X-Amz-Expires=60"), "{location}");
    let bytes = reqwest::get(&location).await.expect("answers").bytes().await.expect("bytes");
    assert_eq!(bytes, picture, "a picture without metadata is as it was");
    let small = world.ann.download(file.id, true).await.expect("is there");
    assert!(small != picture && !small.is_empty());
    world.end().await;
}

/// The store answers without `nosniff`: a browser is told what the bytes are, and what is no picture it only keeps.
#[tokio::test]
async fn no_address_leaves_it_to_a_browser_what_a_file_is() {
    let world = World::with(|config| config.uploads.any_type = true).await;
    let general = world.general.id;
    let page = b"<!doctype html><script>alert(1)</script>";
    let text = uploaded(&world.ann, general, ("page.html", page)).await;
    let picture = uploaded(&world.ann, general, ("cat.png", &png(900, 300))).await;
    let paths = [
        (format!("/api/attachments/{}", text.id), Some("application/octet-stream"), "attachment;"),
        (format!("/api/attachments/{}", picture.id), Some("image/png"), "inline;"),
        // It was stored as the picture that it is.
        (picture.thumbnail_url.expect("has one"), None, "inline;"),
    ];
    for (path, content_type, way) in paths {
        let answer = requests::ann(&world, Method::GET, &path).send().await.expect("answers");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        let address = reqwest::Url::parse(&location).expect("an address");
        let said: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(said.get("response-content-type").map(String::as_str), content_type, "{path}");
        assert!(said["response-content-disposition"].starts_with(way), "{path}: {said:?}");
        assert_eq!(reqwest::get(address).await.expect("answers").status().as_u16(), 200, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_file_is_seen_by_those_who_read_its_message() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Private).await;
    let file = uploaded(&world.ann, room.id, ("cat.png", &png(8, 4))).await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(world.bob.download(file.id, false).await), Code::NotFound, "it is not posted");
    world.ann.post(room.id, &with_files("look", &[&file])).await.expect("posts");
    for (person, refusal) in
        [(&world.bob, Code::NotFound), (&stranger, Code::NotFound), (&world.nobody, Code::Unauthenticated)]
    {
        assert_eq!(code(person.download(file.id, false).await), refusal);
    }
    let bob = world.bob.me().await.expect("me").user.id;
    let member = format!("/api/channels/{}/members/{bob}", room.id);
    world.ann.send_empty(Method::PUT, &member).await.expect("lets him in");
    assert!(world.bob.download(file.id, false).await.is_ok());
    world.ann.send_empty(Method::DELETE, &member).await.expect("puts him out");
    assert_eq!(code(world.bob.download(file.id, false).await), Code::NotFound, "from the answer on");
    let unknown = ajet_protocol::AttachmentId(Uuid::nil());
    assert_eq!(code(world.ann.download(unknown, false).await), Code::NotFound);
    world.end().await;
}

/// I6: another node has put somebody out, and this one has not heard of it yet.
#[tokio::test]
async fn who_was_put_out_has_no_file_by_remembered_rights() {
    let world = World::new().await;
    let file = uploaded(&world.ann, world.general.id, ("cat.png", &png(900, 300))).await;
    world.ann.post(world.general.id, &with_files("look", &[&file])).await.expect("posts");
    assert!(world.bob.download(file.id, false).await.is_ok(), "the node knows what he may");
    put_out_unannounced(&world, "bob").await;
    assert_eq!(code(world.bob.download(file.id, false).await), Code::NotFound);
    assert_eq!(code(world.bob.download(file.id, true).await), Code::NotFound, "nor a small picture of it");
    assert!(world.ann.download(file.id, false).await.is_ok());
    world.end().await;
}
