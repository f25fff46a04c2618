//! `GET /api/communities/{id}/members`, and one of them.

use ajet_client::Client;
use ajet_protocol::{Code, PageQuery, UpdateMember, UserId};
use uuid::Uuid;

use crate::support::{World, code, sql};

async fn found(by: &Client, world: &World, text: &str) -> Vec<String> {
    let page = by.find_members(world.community.id, text, &PageQuery::default()).await.expect("finds");
    assert!(!page.has_more);
    let mut names: Vec<_> = page.items.into_iter().map(|member| member.user.username).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn members_are_found_by_any_of_their_names() {
    let world = World::new().await;
    let community = world.community.id;
    let carol = world.join("carol").await.me().await.expect("me").user.id;
    sql(&world, "update users set display_name = 'Robert 50%' where username = 'bob'").await;
    let nickname = UpdateMember { nickname: Some("Captain Ärger".into()), ..UpdateMember::default() };
    world.ann.update_member(community, carol, &nickname).await.expect("names");
    let cases: [(&str, &[&str]); 10] = [
        ("BOB", &["bob"]),
        ("ber", &["bob"]),
        ("captain", &["carol"]),
        ("ärger", &["carol"]),
        ("o", &["bob", "carol"]),
        ("50%", &["bob"]),
        ("%", &["bob"]),
        ("_", &[]),
        (" ", &["ann", "bob", "carol"]),
        ("nobody", &[]),
    ];
    for (text, names) in cases {
        assert_eq!(found(&world.bob, &world, text).await, names, "{text:?}");
    }
    for wrong in ["x".repeat(81), "\0".to_owned()] {
        let refused = world.bob.find_members(community, &wrong, &PageQuery::default()).await;
        assert_eq!(code(refused), Code::Invalid, "{wrong:?}");
    }
    world.end().await;
}

/// Pages of a search go forth and back by the person's id, as those of all members do.
#[tokio::test]
async fn a_search_comes_in_pages() {
    let world = World::new().await;
    let community = world.community.id;
    for n in 0..5 {
        world.join(&format!("crew-{n}")).await;
    }
    let whole = world.bob.find_members(community, "crew", &PageQuery::default()).await.expect("finds");
    let ids: Vec<Uuid> = whole.items.iter().map(|member| member.user.id.0).collect();
    assert_eq!((ids.len(), ids.is_sorted()), (5, true));
    let page = async |before, after| {
        let query = PageQuery { before, after, limit: Some(2) };
        let page = world.bob.find_members(community, "crew", &query).await.expect("finds");
        (page.items.iter().map(|member| member.user.id.0).collect::<Vec<_>>(), page.has_more)
    };
    assert_eq!(page(None, None).await, (ids[..2].to_vec(), true));
    assert_eq!(page(None, Some(ids[1])).await, (ids[2..4].to_vec(), true));
    assert_eq!(page(None, Some(ids[3])).await, (ids[4..].to_vec(), false));
    assert_eq!(page(Some(ids[4]), None).await, (ids[2..4].to_vec(), true));
    assert_eq!(page(Some(ids[1]), None).await, (ids[..1].to_vec(), false));
    world.end().await;
}

#[tokio::test]
async fn one_member_is_shown_to_members() {
    let world = World::new().await;
    let community = world.community.id;
    let ann = world.ann.me().await.expect("me").user.id;
    let shown = world.bob.member(community, ann).await.expect("is there");
    let listed = world.bob.members(community, &PageQuery::default()).await.expect("lists").items;
    assert!(listed.contains(&shown), "{shown:?}");
    let (stranger, strangers) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(stranger.member(community, ann).await), Code::NotFound);
    assert_eq!(code(stranger.find_members(community, "ann", &PageQuery::default()).await), Code::NotFound);
    for person in [strangers.id, UserId(Uuid::from_u128(1))] {
        assert_eq!(code(world.bob.member(community, person).await), Code::NotFound);
    }
    world.end().await;
}
