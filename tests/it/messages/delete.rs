//! Deleting: the text is gone, its place stays.

use std::time::Duration;

use ajet_protocol::Code;
use ajet_protocol::subjects::STREAM;
use async_nats::jetstream::stream::Config;

use crate::support::{CANARY, World, code, eventually, everything_is_published, start_stack, text};

/// AC-T10, AC-T11.
#[tokio::test]
async fn authors_and_the_owner_delete_and_the_place_stays() {
    let world = World::new().await;
    let posted = world.bob.post(world.general.id, &text("oops")).await.expect("posts");
    let carol = world.join("carol").await;
    assert_eq!(code(carol.delete(posted.id).await), Code::Forbidden);
    world.bob.delete(posted.id).await.expect("deletes");
    world.bob.delete(posted.id).await.expect("again changes nothing");
    let gone = world.ann.message(posted.id).await.expect("keeps its place");
    assert!(gone.deleted && gone.body_md.is_empty() && gone.body_html.is_empty());
    assert_eq!(code(world.bob.edit(posted.id, "back").await), Code::Gone);
    let other = world.bob.post(world.general.id, &text("moderated")).await.expect("posts");
    world.ann.delete(other.id).await.expect("the owner may");
    world.end().await;
}

/// How many messages JetStream keeps that say something of a text, and how it keeps them.
async fn in_jetstream(world: &World, words: &str) -> (usize, Config) {
    let stream = world.server.app().bus.jetstream().get_stream(STREAM).await.expect("the stream");
    let told = stream.cached_info();
    let mut count = 0;
    for sequence in told.state.first_sequence..=told.state.last_sequence {
        // One that has gone meanwhile says nothing.
        let Ok(kept) = stream.get_raw_message(sequence).await else { continue };
        count += usize::from(String::from_utf8_lossy(&kept.payload).contains(words));
    }
    (count, told.config.clone())
}

/// I19. A copy in JetStream is for programs beside the server: no deletion reaches it, and its age ends it.
#[tokio::test]
async fn a_deleted_text_is_in_jetstream_no_longer_than_what_it_keeps() {
    let stack = start_stack("deleted-text").await;
    let world = World::on(&stack, |config| config.nats.retention_hours = 2).await;
    let said = world.ann.post(world.general.id, &text(CANARY)).await.expect("posts").id;
    everything_is_published(&world).await;
    let (before, config) = in_jetstream(&world, CANARY).await;
    assert_eq!((before, config.max_age), (1, Duration::from_secs(2 * 60 * 60)));
    world.ann.delete(said).await.expect("deletes");
    everything_is_published(&world).await;
    assert_eq!(in_jetstream(&world, CANARY).await.0, 1, "what tells of the deletion has no text");
    // As if the two hours were over.
    let second = Duration::from_secs(1);
    let short = Config { max_age: second, duplicate_window: second, ..config };
    world.server.app().bus.jetstream().update_stream(short).await.expect("changes");
    eventually("the text is gone", async || in_jetstream(&world, CANARY).await.0 == 0).await;
    world.end().await;
}
