//! `GET /api/communities/{id}/emoji`.

use ajet_protocol::{Code, PageQuery};

use crate::support::forms::PNG;
use crate::support::{World, code};

#[tokio::test]
async fn members_list_emoji_page_by_page() {
    let world = World::new().await;
    let community = world.community.id;
    let mut made = Vec::new();
    for n in 0..3 {
        let name = format!("crab_{n}");
        made.push(world.ann.add_emoji(community, &name, PNG, Some(&name)).await.expect("adds"));
    }
    let page = |before, after| PageQuery { before, after, limit: Some(2) };
    let newest = world.bob.emoji(community, &page(None, None)).await.expect("lists");
    let first = world.bob.emoji(community, &page(Some(made[2].id.0), None)).await.expect("lists");
    assert_eq!((first.items, first.has_more), (made[..2].to_vec(), false));
    let rest = world.bob.emoji(community, &page(None, Some(made[0].id.0))).await.expect("lists");
    assert_eq!((rest.items, rest.has_more), (made[1..].to_vec(), false));
    assert!(newest.has_more && newest.items.len() == 2);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.emoji(community, &page(None, None)).await), Code::NotFound);
    world.end().await;
}
