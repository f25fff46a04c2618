//! Pictures of bots.

use ajet_protocol::{Code, Event};

use crate::support::bots::made;
use crate::support::forms::PNG;
use crate::support::{World, code, next_event};

#[tokio::test]
async fn a_bot_has_a_picture_that_all_are_told_of() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let mut live = world.bob.live(None).await.expect("opens");
    let shown = world.ann.set_bot_avatar(bot.id, PNG).await.expect("sets");
    assert!(shown.avatar_url.is_some());
    let Some(Event::UserUpdated(told)) = next_event(&mut live, "user.updated").await else { panic!("told") };
    assert_eq!((told.user.id, told.user.avatar_url), (bot.user_id, shown.avatar_url.clone()));
    let member = world.bob.member(world.community.id, bot.user_id).await.expect("is one");
    assert_eq!(member.user.avatar_url, shown.avatar_url);
    assert_eq!(code(world.bob.set_bot_avatar(bot.id, PNG).await), Code::Forbidden);
    for _ in 0..2 {
        world.ann.remove_bot_avatar(bot.id).await.expect("takes it away");
    }
    let member = world.bob.member(world.community.id, bot.user_id).await.expect("is one");
    assert_eq!(member.user.avatar_url, None);
    world.end().await;
}
