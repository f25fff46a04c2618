//! `GET /api/search?type=channels`

use ajet_protocol::{PageQuery, SearchQuery, SearchType, Visibility};

use super::{asked_for, page};
use crate::support::World;

async fn named(world: &World, q: &str) -> Vec<String> {
    let page = page(&world.bob, &asked_for(SearchType::Channels, q)).await;
    page.items.iter().map(|hit| hit.channel.as_ref().expect("a channel").name.clone()).collect()
}

#[tokio::test]
async fn channels_are_found_by_words_of_their_names_and_topics() {
    let world = World::new().await;
    for name in ["release-notes", "Café", "notes"] {
        world.channel(name, Visibility::Public).await;
    }
    let topic = serde_json::json!({ "topic": "What we eat" });
    let notes = world.ann.channels(world.community.id).await.expect("lists").items;
    let id = notes.iter().find(|channel| channel.name == "notes").expect("is there").id;
    let path = format!("/api/channels/{id}");
    let _: serde_json::Value =
        world.ann.send(reqwest::Method::PATCH, &path, Some(&topic), true).await.expect("changes");
    for (q, expected) in [
        ("notes", &["release-notes", "notes"][..]),
        ("rel", &["release-notes"]),
        ("cafe", &["Café"]),
        ("eat", &["notes"]),
        ("from:me", &[]),
    ] {
        assert_eq!(named(&world, q).await, expected, "{q}");
    }
    let query = SearchQuery {
        page: PageQuery { limit: Some(1), ..PageQuery::default() },
        ..asked_for(SearchType::Channels, "notes")
    };
    let first = page(&world.bob, &query).await;
    assert!(first.has_more);
    assert_eq!(first.items[0].snippet_html, "release-<mark>notes</mark>");
    let after = PageQuery { after: first.items[0].channel.as_ref().map(|one| one.id.0), ..query.page };
    let second = page(&world.bob, &SearchQuery { page: after, ..query.clone() }).await;
    assert_eq!((second.items.len(), second.has_more), (1, false));
    let before = PageQuery { before: second.items[0].channel.as_ref().map(|one| one.id.0), ..query.page };
    assert_eq!(page(&world.bob, &SearchQuery { page: before, ..query }).await.items, first.items);
    world.end().await;
}
