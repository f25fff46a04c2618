//! Whom one blocks: `PUT` and `DELETE /api/users/{id}/block`, `GET /api/me/blocks`.

use ajet_client::Client;
use ajet_protocol::events::BlockPayload;
use ajet_protocol::{Code, Event, PageQuery, UserId};
use uuid::Uuid;

use crate::support::{World, code, everything_before_now, frames_past, id_of, next, next_event, sql};

async fn blocked_by(person: &Client) -> Vec<UserId> {
    let page = person.blocks(&PageQuery::default()).await.expect("lists");
    page.items.into_iter().map(|user| user.id).collect()
}

#[tokio::test]
async fn one_blocks_others_for_oneself() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let outside = id_of(&stranger).await;
    for _ in 0..2 {
        world.bob.block(ann).await.expect("blocks, and again changes nothing");
        world.bob.block(outside).await.expect("whom one shares nothing with, too");
    }
    assert_eq!(blocked_by(&world.bob).await, [ann, outside]);
    assert_eq!(blocked_by(&world.ann).await, [], "one is not told by whom one is blocked");
    let first = PageQuery { limit: Some(1), ..PageQuery::default() };
    let page = world.bob.blocks(&first).await.expect("lists");
    assert_eq!((page.items[0].id, page.has_more), (ann, true));
    for _ in 0..2 {
        world.bob.unblock(ann).await.expect("lifts, and again changes nothing");
    }
    assert_eq!(blocked_by(&world.bob).await, [outside]);
    assert_eq!(sql(&world, "select 1 from blocks").await, 1);
    for (person, refusal) in [(bob, Code::Invalid), (UserId(Uuid::from_u128(1)), Code::NotFound)] {
        assert_eq!(code(world.bob.block(person).await), refusal);
        assert_eq!(code(world.bob.unblock(person).await), refusal);
    }
    assert_eq!(code(world.nobody.block(ann).await), Code::Unauthenticated);
    world.end().await;
}

/// A block is for all of one's own sessions, and for no one else.
#[tokio::test]
async fn ones_own_sessions_hear_of_a_block() {
    let world = World::new().await;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let ann = id_of(&world.ann).await;
    let mut bobs = second.live(None).await.expect("opens");
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in [&mut bobs, &mut anns] {
        assert_eq!(next(live).await.name, "ready");
    }
    for blocked in [true, false] {
        for _ in 0..2 {
            let done = if blocked { world.bob.block(ann).await } else { world.bob.unblock(ann).await };
            done.expect("blocks and lifts, and again changes nothing");
        }
        let told = Event::BlockUpdated(BlockPayload { user_id: ann, blocked });
        assert_eq!(next_event(&mut bobs, "block.updated").await, Some(told));
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'block.updated'").await, 2);
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "block.updated"), "{heard:?}");
    world.end().await;
}
