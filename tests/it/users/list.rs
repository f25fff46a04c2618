//! `GET /api/users`: people whom one knows are found by parts of their names, all others by their exact user name.

use ajet_client::Client;
use ajet_protocol::{Code, PageQuery, UpdateMe};

use crate::support::{World, code, sql};

async fn found(reader: &Client, q: &str) -> Vec<String> {
    let mut names: Vec<String> = reader
        .users(q, &PageQuery::default())
        .await
        .expect("lists")
        .items
        .into_iter()
        .map(|user| user.username)
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn people_are_found_by_parts_of_their_names() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let update = UpdateMe { display_name: Some("Zoë 100%_Röhre".into()), ..UpdateMe::default() };
    carol.update_me(&update).await.expect("changes");
    let by_ann: [(&str, &[&str]); 11] = [
        ("", &["ann", "bob", "carol"]),
        ("  ", &["ann", "bob", "carol"]),
        ("ROL", &["carol"]),
        ("zoë", &["carol"]),
        ("ZOË", &["carol"]),
        ("100%_", &["carol"]),
        ("%", &["carol"]),
        ("a%n", &[]),
        ("\\", &[]),
        ("strang", &[]),
        ("Stranger", &["stranger"]),
    ];
    for (q, expected) in by_ann {
        assert_eq!(found(&world.ann, q).await, expected, "{q:?}");
    }
    let by_stranger: [(&str, &[&str]); 4] =
        [("", &["stranger"]), ("an", &["stranger"]), ("ann", &["ann"]), ("bo", &[])];
    for (q, expected) in by_stranger {
        assert_eq!(found(&stranger, q).await, expected, "{q:?} by a stranger");
    }
    for bad in ["\0", "a\nb", "\u{202e}", &"x".repeat(501)] {
        assert_eq!(code(world.ann.users(bad, &PageQuery::default()).await), Code::Invalid, "{bad:?}");
    }
    assert_eq!(code(world.nobody.users("", &PageQuery::default()).await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn those_who_are_deactivated_are_found_by_their_user_name_alone() {
    let world = World::new().await;
    sql(&world, "update users set deactivated_at = now() where username = 'bob'").await;
    assert_eq!(found(&world.ann, "").await, ["ann"]);
    assert_eq!(found(&world.ann, "bo").await, Vec::<String>::new());
    assert_eq!(found(&world.ann, "bob").await, ["bob"]);
    world.end().await;
}

#[tokio::test]
async fn the_list_is_read_page_by_page() {
    let world = World::new().await;
    for name in ["carol", "dora", "erin"] {
        world.join(name).await;
    }
    let all = world.ann.users("", &PageQuery::default()).await.expect("lists").items;
    assert!(all.len() == 5 && all.is_sorted_by_key(|user| user.id), "{all:?}");
    let mut forth = Vec::new();
    let mut query = PageQuery { limit: Some(2), ..PageQuery::default() };
    loop {
        let page = world.ann.users("", &query).await.expect("a page");
        query.after = page.items.last().map(|user| user.id.0);
        forth.extend(page.items);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(forth, all);
    let before = PageQuery { before: Some(all[4].id.0), after: None, limit: Some(3) };
    let page = world.ann.users("", &before).await.expect("a page");
    assert_eq!((page.items.as_slice(), page.has_more), (&all[1..4], true));
    world.end().await;
}
