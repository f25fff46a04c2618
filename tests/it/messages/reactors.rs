//! `GET /api/messages/{id}/reactions/{emoji}`: who reacted.

use ajet_protocol::{Code, PageQuery, Visibility};

use crate::support::{World, code, text};

#[tokio::test]
async fn who_reacted_is_listed_page_by_page() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let posted = world.ann.post(world.general.id, &text("like it?")).await.expect("posts").id;
    let mut people = Vec::new();
    for person in [&world.ann, &world.bob, &carol] {
        person.react(posted, "❤").await.expect("reacts");
        people.push(person.me().await.expect("me").user.id);
    }
    world.bob.react(posted, "👍").await.expect("reacts");
    people.sort_unstable();
    let page = async |emoji: &str, query: PageQuery| {
        let page = world.bob.who_reacted(posted, emoji, &query).await.expect("lists");
        (page.items.into_iter().map(|one| one.id).collect::<Vec<_>>(), page.has_more)
    };
    let (all, two) = (PageQuery::default(), PageQuery { limit: Some(2), ..PageQuery::default() });
    assert_eq!(page("❤\u{fe0f}", all).await, (people.clone(), false), "the other spelling is the same one");
    assert_eq!(page("❤", two).await, (people[..2].to_vec(), true));
    assert_eq!(page("❤", PageQuery { after: Some(people[1].0), ..two }).await, (people[2..].to_vec(), false));
    assert_eq!(
        page("❤", PageQuery { before: Some(people[2].0), ..two }).await,
        (people[..2].to_vec(), false)
    );
    assert_eq!(page("🎉", all).await, (vec![], false), "no one did");
    assert_eq!(code(world.bob.who_reacted(posted, "+1", &all).await), Code::Invalid);
    world.ann.delete(posted).await.expect("deletes");
    assert_eq!(page("👍", all).await, (vec![], false));
    world.end().await;
}

/// I6.
#[tokio::test]
async fn who_reacted_is_for_those_who_see_the_channel() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let hidden = world.ann.post(secret, &text("x")).await.expect("posts").id;
    world.ann.react(hidden, "👍").await.expect("reacts");
    let query = PageQuery::default();
    assert_eq!(code(world.bob.who_reacted(hidden, "👍", &query).await), Code::NotFound);
    assert_eq!(code(world.nobody.who_reacted(hidden, "👍", &query).await), Code::Unauthenticated);
    world.end().await;
}
