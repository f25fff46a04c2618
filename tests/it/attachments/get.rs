//! `GET /api/attachments/{id}`.

use ajet_protocol::{Code, Visibility};
use reqwest::Method;
use uuid::Uuid;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, requests};

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
