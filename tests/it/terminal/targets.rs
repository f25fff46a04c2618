//! What words name: names, ids, beginnings, and the addresses of pages.

use ajet_protocol::Visibility;

use super::ran::ran;
use crate::support::{World, text};

#[tokio::test]
async fn a_channel_is_named_in_each_way() {
    let world = World::new().await;
    let id = world.general.id.to_string();
    let page = format!("{}/c/ferris/channels/{id}", world.base());
    for name in ["general", "#general", "GENERAL", "gen", "ferris/general", "fer/gen", &id, &id[..13], &page]
    {
        let shown = ran(&world, &world.bob, &["channels", "show", name, "--template", "{{.id}}"]).await;
        assert_eq!(shown.done().trim(), id, "{name}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_beginning_that_fits_several_is_refused_with_their_names() {
    let world = World::new().await;
    world.channel("genealogy", Visibility::Public).await;
    let shown = ran(&world, &world.bob, &["channels", "show", "gen"]).await;
    assert_eq!(shown.code, 2, "{}", shown.err);
    assert!(shown.err.contains("general") && shown.err.contains("genealogy"), "{}", shown.err);
    assert!(shown.err.contains("CHANNEL"), "the argument is named: {}", shown.err);
    let general = ran(&world, &world.bob, &["channels", "show", "general"]).await;
    assert_eq!(general.code, 0, "a whole name is one: {}", general.err);
    world.end().await;
}

#[tokio::test]
async fn a_message_is_named_by_its_page_or_a_part_of_its_id() {
    let world = World::new().await;
    let message = world.bob.post(world.general.id, &text("here")).await.expect("posts").id.to_string();
    let page = format!("{}/m/{message}", world.base());
    let end = format!("general/{}", &message[message.len() - 6..]);
    for name in [&message, &page, &end, &end.to_uppercase().replace("GENERAL", "general")] {
        let shown = ran(&world, &world.ann, &["message", "show", name, "--template", "{{.id}}"]).await;
        assert_eq!(shown.done().trim(), message, "{name}");
    }
    let short = format!("general/{}", &message[message.len() - 3..]);
    assert_eq!(ran(&world, &world.ann, &["message", "show", &short]).await.code, 2, "too little of an id");
    let elsewhere = format!("https://evil.example/m/{message}");
    assert_eq!(ran(&world, &world.ann, &["message", "show", &elsewhere]).await.code, 2);
    world.end().await;
}

#[tokio::test]
async fn people_are_named_with_and_without_a_sign() {
    let world = World::new().await;
    for name in ["ann", "@ann", "an"] {
        let shown = ran(&world, &world.bob, &["users", "show", name, "--template", "{{.username}}"]).await;
        assert_eq!(shown.done(), "ann\n", "{name}");
    }
    let me = ran(&world, &world.bob, &["users", "show", "@me", "--template", "{{.username}}"]).await;
    assert_eq!(me.done(), "bob\n");
    world.end().await;
}
