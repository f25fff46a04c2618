//! Listing bots.

use ajet_protocol::{Code, PageQuery, TokenScope};

use crate::support::bots::{made, token_of};
use crate::support::{World, code};

#[tokio::test]
async fn bots_are_listed_for_those_who_manage_them() {
    let world = World::new().await;
    let (one, two) = (made(&world, "one").await, made(&world, "two").await);
    let all = PageQuery::default();
    let listed = world.ann.bots(world.community.id, &all).await.expect("lists");
    assert_eq!(listed.items, [one.clone(), two.clone()]);
    let first = PageQuery { limit: Some(1), ..PageQuery::default() };
    let page = world.ann.bots(world.community.id, &first).await.expect("lists");
    assert_eq!((page.items, page.has_more), (vec![one.clone()], true), "oldest first, as webhooks");
    assert_eq!(code(world.bob.bots(world.community.id, &all).await), Code::Forbidden);
    let (_, robo) = token_of(&world, &one, TokenScope::ALL).await;
    assert_eq!(code(robo.bots(world.community.id, &all).await), Code::Forbidden, "no token may");
    world.end().await;
}
