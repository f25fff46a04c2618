//! `GET /api/search?type=users`

use ajet_protocol::{PageQuery, SearchQuery, SearchType, UpdateMe};
use uuid::Uuid;

use super::{asked_for, page};
use crate::support::{World, sql};

async fn named(reader: &ajet_client::Client, q: &str) -> Vec<String> {
    let page = page(reader, &asked_for(SearchType::Users, q)).await;
    page.items.iter().map(|hit| hit.user.as_ref().expect("a person").username.clone()).collect()
}

#[tokio::test]
async fn people_whom_one_knows_are_found_by_their_names() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let update = UpdateMe { display_name: Some("Zoë Röhre".into()), ..UpdateMe::default() };
    carol.update_me(&update).await.expect("changes");
    for (q, expected) in [
        ("zoe", &["carol"][..]),
        ("car", &["carol"]),
        ("rohre zo", &["carol"]),
        ("stranger", &[]),
        ("bob", &["bob"]),
    ] {
        assert_eq!(named(&world.ann, q).await, expected, "{q}");
    }
    assert!(named(&stranger, "ann").await.is_empty());
    let here = SearchQuery { community_id: Some(world.community.id), ..asked_for(SearchType::Users, "zoe") };
    let page_here = page(&world.ann, &here).await;
    assert_eq!(page_here.items[0].snippet_html, "<mark>Zoë</mark> Röhre @carol");
    assert!(page(&stranger, &here).await.items.is_empty());
    sql(&world, "update users set deactivated_at = now() where username = 'carol'").await;
    assert!(named(&world.ann, "zoe").await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn pages_of_people_go_both_ways() {
    let world = World::new().await;
    for name in ["crew-1", "crew-2", "crew-3", "crew-4"] {
        world.join(name).await;
    }
    let all = named(&world.ann, "crew").await;
    assert_eq!(all.len(), 4);
    let limited = |before, after| SearchQuery {
        page: PageQuery { before, after, limit: Some(2) },
        ..asked_for(SearchType::Users, "crew")
    };
    let first = page(&world.ann, &limited(None, None)).await;
    let last = first.items[1].user.as_ref().map(|user| user.id.0);
    let second = page(&world.ann, &limited(None, last)).await;
    assert_eq!((first.has_more, second.has_more), (true, false));
    let begins = second.items[0].user.as_ref().map(|user| user.id.0);
    assert_eq!(page(&world.ann, &limited(begins, None)).await.items, first.items);
    world.end().await;
}

/// More than are looked at by one query.
#[tokio::test]
async fn one_of_very_many_is_found() {
    let world = World::new().await;
    sql(
        &world,
        "with made as (
           insert into users (id, username, display_name, created_at)
           select gen_random_uuid(), 'crowd-' || n, 'Crowd', now() from generate_series(1, 2500) n returning id)
         insert into community_members (community_id, user_id, role, joined_at)
         select c.id, m.id, 'member', now() from made m, communities c",
    )
    .await;
    for n in [1, 1250, 2500] {
        assert_eq!(named(&world.ann, &format!("\"crowd {n}\"")).await, [format!("crowd-{n}")]);
    }
    assert!(named(&world.ann, "crow crow").await.is_empty());
    let back = SearchQuery {
        page: PageQuery { before: Some(Uuid::max()), after: None, limit: Some(200) },
        ..asked_for(SearchType::Users, "crowd")
    };
    let last = page(&world.ann, &back).await;
    let ids: Vec<_> = last.items.iter().map(|hit| hit.user.as_ref().expect("a person").id).collect();
    assert!(last.has_more && ids.is_sorted(), "{ids:?}");
    assert_eq!(ids.len(), 200);
    world.end().await;
}
