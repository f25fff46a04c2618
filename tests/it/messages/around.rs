//! `GET /api/channels/{id}/messages?around=`: a page with a message in its middle.

use ajet_client::Error;
use ajet_protocol::{Code, Message, MessageId, MessageQuery, PageQuery};
use uuid::Uuid;

use crate::support::{World, code, text};

fn around(id: MessageId, limit: i64) -> MessageQuery {
    let page = PageQuery { limit: Some(limit), ..PageQuery::default() };
    MessageQuery { page, around: Some(id.0), top_level: false }
}

#[tokio::test]
async fn a_page_has_the_message_in_its_middle() {
    let world = World::new().await;
    let mut all: Vec<Message> = Vec::new();
    for n in 0..7 {
        all.push(world.ann.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts"));
    }
    for (middle, limit, expected, has_more) in [
        (3, 1, 3..4, true),
        (3, 2, 2..4, true),
        (3, 3, 2..5, true),
        (3, 5, 1..6, true),
        (3, 7, 0..7, false),
        (0, 5, 0..3, true),
        (6, 5, 4..7, true),
        (6, 200, 0..7, false),
    ] {
        let page = world.bob.history(world.general.id, &around(all[middle].id, limit)).await.expect("a page");
        let ids: Vec<_> = page.items.iter().map(|one| one.id).collect();
        let wanted: Vec<_> = all[expected].iter().map(|one| one.id).collect();
        assert_eq!((ids, page.has_more), (wanted, has_more), "{limit} around {middle}");
    }
    world.end().await;
}

#[tokio::test]
async fn cursors_exclude_each_other_and_all_of_them_are_named() {
    let world = World::new().await;
    let (here, id) = (world.general.id, Uuid::from_u128(1));
    for (before, after, fields) in
        [(Some(id), None, vec!["around", "before"]), (None, Some(id), vec!["after", "around"])]
    {
        let page = PageQuery { before, after, limit: None };
        let query = MessageQuery { page, around: Some(id), top_level: false };
        let refused = world.bob.history(here, &query).await;
        let Err(Error::Problem(problem)) = refused else { panic!("{refused:?}") };
        let mut named: Vec<&str> = problem.errors.iter().map(|one| one.field.as_str()).collect();
        named.sort();
        assert_eq!(named, fields);
    }
    for query in ["around=x", "top_level=maybe"] {
        let path = format!("/api/channels/{here}/messages?{query}");
        assert_eq!(code(world.bob.get::<serde_json::Value>(&path).await), Code::Invalid, "{query}");
    }
    world.end().await;
}
