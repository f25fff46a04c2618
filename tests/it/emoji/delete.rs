//! `DELETE /api/emoji/{id}`.

use ajet_protocol::{Code, EmojiGone, Event};

use crate::support::forms::PNG;
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn an_emoji_goes_and_its_name_is_free() {
    let world = World::new().await;
    let community = world.community.id;
    let made = world.ann.add_emoji(community, "crab_dance", PNG, Some("1")).await.expect("adds");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    assert_eq!(code(world.bob.delete_emoji(made.id).await), Code::Forbidden);
    world.ann.delete_emoji(made.id).await.expect("deletes");
    let told = next_event(&mut bobs, "emoji.deleted").await;
    assert_eq!(told, Some(Event::EmojiDeleted(EmojiGone { emoji_id: made.id })));
    world.ann.delete_emoji(made.id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_emoji(made.id).await), Code::NotFound);
    world.ann.add_emoji(community, "crab_dance", PNG, Some("2")).await.expect("the name is free");
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'emoji.delete'").await, 1);
    world.end().await;
}
