//! `PUT|DELETE /api/messages/{id}/pin` and `GET /api/channels/{id}/pins`: who may, what is read and heard of it, and how many there are.

use ajet_protocol::{Code, Event, MessageId, PageQuery, Visibility};
use futures::future::join_all;

use crate::support::{World, audit, code, next, next_event, sql, text};

async fn pinned(world: &World) -> Vec<MessageId> {
    let page = world.bob.pins(world.general.id, &PageQuery::default()).await.expect("lists");
    assert!(page.items.iter().all(|one| one.pinned));
    page.items.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn a_message_is_pinned_and_the_joined_hear_of_it() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let posted = world.bob.post(world.general.id, &text("read this")).await.expect("posts").id;
    world.ann.pin(posted).await.expect("pins");
    world.ann.pin(posted).await.expect("again changes nothing");
    let Some(Event::MessagePinned(told)) = next_event(&mut bobs, "message.pinned").await else {
        panic!("those who joined hear of it")
    };
    assert_eq!((told.message_id, told.user_id), (posted, ann));
    assert!(world.bob.message(posted).await.expect("reads").pinned);
    let history = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads").items;
    assert!(history.iter().any(|one| one.id == posted && one.pinned));
    assert_eq!(pinned(&world).await, [posted]);
    world.ann.unpin(posted).await.expect("takes it away");
    world.ann.unpin(posted).await.expect("again changes nothing");
    let Some(Event::MessageUnpinned(told)) = next_event(&mut bobs, "message.unpinned").await else {
        panic!("those who joined hear of it")
    };
    assert_eq!((told.message_id, told.user_id), (posted, ann));
    assert!(!world.bob.message(posted).await.expect("reads").pinned);
    assert!(pinned(&world).await.is_empty());
    assert_eq!(
        sql(&world, "select 1 from events where type in ('message.pinned', 'message.unpinned')").await,
        2
    );
    let actions: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["message.pin", "message.unpin"]);
    world.end().await;
}

#[tokio::test]
async fn pins_are_listed_page_by_page_and_go_with_their_messages() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts").id);
    }
    // The order in which they are pinned does not matter.
    for id in [ids[3], ids[0], ids[4], ids[1], ids[2]] {
        world.ann.pin(id).await.expect("pins");
    }
    let page = async |before: Option<MessageId>, after: Option<MessageId>| {
        let (before, after) = (before.map(|id| id.0), after.map(|id| id.0));
        let query = PageQuery { before, after, limit: Some(2) };
        let page = world.bob.pins(world.general.id, &query).await.expect("lists");
        (page.items.into_iter().map(|one| one.id).collect::<Vec<_>>(), page.has_more)
    };
    assert_eq!(page(None, None).await, (vec![ids[3], ids[4]], true));
    assert_eq!(page(Some(ids[3]), None).await, (vec![ids[1], ids[2]], true));
    assert_eq!(page(Some(ids[1]), None).await, (vec![ids[0]], false));
    assert_eq!(page(None, Some(ids[0])).await, (vec![ids[1], ids[2]], true));
    assert_eq!(page(None, Some(ids[2])).await, (vec![ids[3], ids[4]], false));
    world.ann.delete(ids[4]).await.expect("deletes");
    assert_eq!(pinned(&world).await, ids[..4]);
    assert_eq!(sql(&world, "select 1 from pins").await, 4);
    assert_eq!(code(world.ann.pin(ids[4]).await), Code::NotFound, "it was deleted");
    world.ann.unpin(ids[4]).await.expect("it went with the message");
    world.end().await;
}

#[tokio::test]
async fn a_channel_has_fifty_pins_at_most() {
    let world = World::new().await;
    let posts = (0..52).map(|n| {
        let world = &world;
        async move { world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts").id }
    });
    let ids = join_all(posts).await;
    let told = join_all(ids.iter().map(|id| world.ann.pin(*id))).await;
    let refused: Vec<_> = told.into_iter().filter_map(|told| told.err()?.code()).collect();
    assert_eq!(refused, [Code::Limit, Code::Limit]);
    let all = pinned(&world).await;
    assert_eq!(all.len(), 50);
    let left = *ids.iter().find(|id| !all.contains(*id)).expect("two are left");
    assert_eq!(code(world.ann.pin(left).await), Code::Limit);
    world.ann.unpin(all[0]).await.expect("takes one away");
    world.ann.pin(left).await.expect("there is room");
    world.end().await;
}

/// I6.
#[tokio::test]
async fn who_may_pin() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let open = world.bob.post(world.general.id, &text("x")).await.expect("posts").id;
    let hidden = world.ann.post(secret, &text("x")).await.expect("posts").id;
    for (person, id, refusal) in [
        (&world.bob, open, Code::Forbidden),
        (&world.bob, hidden, Code::NotFound),
        (&stranger, open, Code::NotFound),
        (&world.nobody, open, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.pin(id).await), refusal);
        assert_eq!(code(person.unpin(id).await), refusal);
    }
    let query = PageQuery::default();
    assert_eq!(code(world.bob.pins(secret, &query).await), Code::NotFound);
    assert_eq!(code(stranger.pins(world.general.id, &query).await), Code::NotFound);
    world.ann.archive_channel(world.general.id, true).await.expect("archives");
    assert_eq!(code(world.ann.pin(open).await), Code::Archived);
    world.end().await;
}
