//! Deleting: the text is gone, its place stays.

use ajet_protocol::Code;

use crate::support::{World, code, text};

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
