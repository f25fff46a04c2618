//! Pages of a history.

use ajet_protocol::{Code, PageQuery};

use crate::support::{World, code, text};

/// AC-T12.
#[tokio::test]
async fn pages_go_before_and_after_a_cursor() {
    let world = World::new().await;
    for n in 0..7 {
        world.ann.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts");
    }
    let bodies = |page: &ajet_protocol::Page<ajet_protocol::Message>| -> Vec<String> {
        page.items.iter().map(|message| message.body_md.clone()).collect()
    };
    let ask = |before, after, limit| PageQuery { before, after, limit: Some(limit) };
    let newest = world.ann.messages(world.general.id, &ask(None, None, 3)).await.expect("a page");
    assert_eq!((bodies(&newest), newest.has_more), (vec!["m4".into(), "m5".into(), "m6".into()], true));
    let before = world
        .ann
        .messages(world.general.id, &ask(Some(newest.items[0].id.0), None, 3))
        .await
        .expect("a page");
    assert_eq!((bodies(&before), before.has_more), (vec!["m1".into(), "m2".into(), "m3".into()], true));
    let first = world
        .ann
        .messages(world.general.id, &ask(Some(before.items[0].id.0), None, 3))
        .await
        .expect("a page");
    assert_eq!((bodies(&first), first.has_more), (vec!["m0".into()], false));
    let after =
        world.ann.messages(world.general.id, &ask(None, Some(first.items[0].id.0), 3)).await.expect("a page");
    assert_eq!((bodies(&after), after.has_more), (vec!["m1".into(), "m2".into(), "m3".into()], true));
    for limit in [0, -1, 201, i64::MAX] {
        assert_eq!(code(world.ann.messages(world.general.id, &ask(None, None, limit)).await), Code::Invalid);
    }
    world.end().await;
}

/// H3: a page is bounded in bytes, and nothing is missing from the pages together.
#[tokio::test]
async fn pages_of_large_messages_are_short_and_complete() {
    let world = World::new().await;
    let large = "\"".repeat(4000);
    let body = format!("```\n{}\n```", &large[..3990]);
    for n in 0..60 {
        world.ann.post(world.general.id, &text(&body)).await.unwrap_or_else(|error| panic!("{n}: {error}"));
    }
    for forward in [true, false] {
        let (mut seen, mut query, mut pages) =
            (Vec::new(), PageQuery { limit: Some(200), ..PageQuery::default() }, 0);
        query.after = forward.then(uuid::Uuid::nil);
        loop {
            let page = world.bob.messages(world.general.id, &query).await.expect("a page");
            let bytes: usize = page.items.iter().map(|one| one.body_md.len() + one.body_html.len()).sum();
            assert!(bytes < 1_300_000, "{bytes}");
            let edge = if forward { page.items.last() } else { page.items.first() };
            let edge = edge.map(|one| one.id.0);
            if forward {
                query.after = edge
            } else {
                query.before = edge
            }
            seen.extend(page.items.into_iter().map(|one| one.id));
            pages += 1;
            if !page.has_more {
                break;
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 60);
        assert!(pages > 1, "these do not fit onto one page");
    }
    world.end().await;
}
