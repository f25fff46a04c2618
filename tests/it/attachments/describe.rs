//! `PATCH /api/attachments/{id}`.

use ajet_client::Client;
use ajet_protocol::{Attachment, Code, Event, MuteMember, Reason};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, next, next_event};

#[tokio::test]
async fn who_uploaded_a_file_says_what_it_shows() {
    let world = World::new().await;
    let file = uploaded(&world.ann, world.general.id, ("cat.png", &png(8, 4))).await;
    let described = world.ann.describe_attachment(file.id, " A cat ").await.expect("may");
    assert_eq!(described.alt.as_deref(), Some("A cat"));
    assert_eq!(code(world.bob.describe_attachment(file.id, "A dog").await), Code::NotFound, "is not posted");
    let message = world.ann.post(world.general.id, &with_files("look", &[&file])).await.expect("posts");
    assert_eq!(message.attachments, std::slice::from_ref(&described));
    assert_eq!(code(world.bob.describe_attachment(file.id, "A dog").await), Code::Forbidden);
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let silent = world.ann.describe_attachment(file.id, "").await.expect("may");
    assert_eq!(silent.alt, None);
    let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
        panic!("told")
    };
    assert_eq!((told.message.attachments, told.message.edited_at), (vec![silent], None));
    let path = format!("/api/attachments/{}", file.id);
    world.ann.describe_attachment(file.id, "A cat").await.expect("may");
    let patch = async |client: &Client, body: Value| {
        client.send::<Attachment>(Method::PATCH, &path, Some(&body), true).await
    };
    assert_eq!(patch(&world.ann, json!({})).await.expect("changes nothing"), described);
    assert_eq!(code(patch(&world.bob, json!({})).await), Code::Forbidden);
    assert_eq!(patch(&world.ann, json!({ "alt": null })).await.expect("takes it away").alt, None);
    assert_eq!(patch(&world.ann, json!({})).await.expect("changes nothing").alt, None);
    for body in [json!({ "alt": "x".repeat(1001) }), json!({ "alt": 5 }), json!({ "name": "x" })] {
        let answer = world.ann.send::<Value>(Method::PATCH, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid);
    }
    world.end().await;
}

/// What is stored of a text has placeholders for names; readers get the names.
#[tokio::test]
async fn a_message_is_told_with_the_names_of_its_text() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let one = uploaded(&world.ann, world.general.id, ("one.png", &png(8, 4))).await;
    let other = uploaded(&world.ann, world.general.id, ("other.png", &png(8, 4))).await;
    let request = with_files(&format!("@<user:{bob}> look"), &[&one, &other]);
    let posted = world.ann.post(world.general.id, &request).await.expect("posts");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.ann.describe_attachment(one.id, "A cat").await.expect("may");
    world.ann.delete_attachment(other.id).await.expect("may");
    for what in ["described", "removed"] {
        let Some(Event::MessageEdited(told)) = next_event(&mut bobs, "message.edited").await else {
            panic!("told")
        };
        assert_eq!(
            (told.message.body_html, told.message.edited_at),
            (posted.body_html.clone(), None),
            "{what}"
        );
    }
    world.end().await;
}

#[tokio::test]
async fn new_words_are_for_those_who_may_write() {
    let world = World::new().await;
    let file = uploaded(&world.bob, world.general.id, ("cat.png", &png(8, 4))).await;
    world.bob.post(world.general.id, &with_files("look", &[&file])).await.expect("posts");
    let (bob, community) = (world.bob.me().await.expect("me").user.id, world.community.id);
    world.ann.mute(community, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(code(world.bob.describe_attachment(file.id, "A cat").await), Code::Muted);
    world.bob.describe_attachment(file.id, "").await.expect("what is there can be taken away");
    world.ann.unmute(community, bob, &Reason::default()).await.expect("lets him speak");
    world.bob.describe_attachment(file.id, "A cat").await.expect("may");
    world.end().await;
}
