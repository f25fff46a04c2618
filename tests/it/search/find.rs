//! `GET /api/search`: what texts are found by, and how pages of them are read.

use ajet_protocol::{Code, PageQuery, SearchQuery, SearchType};
use serde_json::Value;

use super::{asked, bodies, found, message, page, said};
use crate::support::{World, code, text};

#[tokio::test]
async fn texts_are_found_by_words_without_regard_to_case_and_accents() {
    let world = World::new().await;
    said(
        &world,
        &["Der Café-Besuch in Łódź", "STRASSE oder Straße", "東京都へ行く", "한국어 공부", "don't panic"],
    )
    .await;
    for (q, expected) in [
        ("cafe", &["Der Café-Besuch in Łódź"][..]),
        ("CAFÉ", &["Der Café-Besuch in Łódź"]),
        ("lodz", &["Der Café-Besuch in Łódź"]),
        ("bes", &["Der Café-Besuch in Łódź"]),
        ("bes cafe", &[]),
        ("cafe bes", &["Der Café-Besuch in Łódź"]),
        ("\"café besuch\"", &["Der Café-Besuch in Łódź"]),
        ("\"besuch café\"", &[]),
        ("\"café bes\"", &[]),
        ("strasse", &["STRASSE oder Straße"]),
        ("京都", &["東京都へ行く"]),
        ("東京", &["東京都へ行く"]),
        ("行", &["東京都へ行く"]),
        ("東都", &[]),
        ("국어", &["한국어 공부"]),
        ("don't", &["don't panic"]),
        ("!!!", &[]),
        ("' \\ & | <-> :*", &[]),
        ("nothing", &[]),
    ] {
        assert_eq!(found(&world.ann, q).await, expected, "{q}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_hit_has_the_message_as_it_is_and_a_snippet() {
    let world = World::new().await;
    let (reader, author) = (&world.bob, world.ann.me().await.expect("me").user);
    let body = format!("**Hello** <b> @<user:{}> ||secret||", author.id);
    let said = world.ann.post(world.general.id, &text(&body)).await.expect("posts");
    reader.react(said.id, "👍").await.expect("reacts");
    let page = page(reader, &asked("hello")).await;
    assert_eq!((page.items.len(), page.has_more, page.next.as_deref()), (1, false, None));
    let hit = &page.items[0];
    assert_eq!(*message(hit), reader.message(said.id).await.expect("reads"));
    assert_eq!(hit.snippet_html, "<mark>Hello</mark> &lt;b&gt; @ann …");
    assert_eq!(hit.ranges, [[0, 5]]);
    let shown: Value = reader.get("/api/search?q=hello&type=messages").await.expect("searches");
    assert_eq!(shown["items"][0]["type"], "message");
    assert!(shown["items"][0].get("channel").is_none() && shown.get("next").is_none());
    assert_eq!(found(reader, "secret").await.len(), 1, "what a spoiler hides is found, and not shown");
    assert!(found(reader, "unknown").await.is_empty(), "a name that is not in the text is none of its words");
    world.end().await;
}

#[tokio::test]
async fn replies_polls_and_files_are_found() {
    let world = World::new().await;
    let first = said(&world, &["a thread"]).await.remove(0);
    let reply = ajet_protocol::PostMessage { parent_id: Some(first.id), ..text("an answer") };
    world.bob.post(world.general.id, &reply).await.expect("replies");
    assert_eq!(found(&world.ann, "answer").await, ["an answer"]);
    let poll = serde_json::json!({
        "body_md": "vote", "poll": { "question": "Which pudding?", "options": ["vanilla", "chocolate"], "multiple": false }
    });
    let path = format!("/api/channels/{}/messages", world.general.id);
    let _: Value =
        world.ann.send(reqwest::Method::POST, &path, Some(&poll), false).await.expect("posts a poll");
    assert_eq!(found(&world.bob, "pudding").await, ["vote"]);
    assert_eq!(found(&world.bob, "choco").await, ["vote"]);
    let picture = crate::support::pictures::png(8, 4);
    let file =
        crate::support::pictures::uploaded(&world.ann, world.general.id, ("kitten.png", &picture)).await;
    let with_file = crate::support::pictures::with_files("look", &[&file]);
    let look = world.ann.post(world.general.id, &with_file).await.expect("posts");
    assert_eq!(found(&world.bob, "kitten").await, ["look"]);
    world.ann.edit(look.id, "look here").await.expect("edits");
    assert_eq!(found(&world.bob, "kitten has:image").await, ["look here"], "an edit keeps what it has");
    world.end().await;
}

/// Pages go both ways, and what is posted or deleted meanwhile neither hides nor doubles what stays.
#[tokio::test]
async fn pages_go_both_ways_while_messages_come_and_go() {
    let world = World::new().await;
    let texts: Vec<String> = (0..25).map(|n| format!("needle {n}")).collect();
    let posted = said(&world, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let newest_first: Vec<String> = texts.iter().rev().cloned().collect();
    let mut query =
        SearchQuery { page: PageQuery { limit: Some(7), ..PageQuery::default() }, ..asked("needle") };
    let mut came = Vec::new();
    for round in 0.. {
        let page = page(&world.bob, &query).await;
        query.page.before = page.items.last().map(|hit| message(hit).id.0);
        came.extend(bodies(&page));
        if !page.has_more {
            break;
        }
        // One that was read already, and a new one.
        world.ann.delete(posted[24 - round].id).await.expect("deletes");
        said(&world, &["needle late"]).await;
    }
    assert_eq!(came, newest_first);
    let oldest = PageQuery { after: Some(uuid::Uuid::nil()), before: None, limit: Some(7) };
    let first = page(&world.bob, &SearchQuery { page: oldest, ..asked("needle") }).await;
    let expected: Vec<String> = texts[..7].iter().rev().cloned().collect();
    assert_eq!((bodies(&first), first.has_more), (expected, true), "the page just after, newest first");
    let after = PageQuery { after: Some(message(&first.items[0]).id.0), before: None, limit: Some(3) };
    let second = page(&world.bob, &SearchQuery { page: after, ..asked("needle") }).await;
    assert_eq!(bodies(&second), ["needle 9", "needle 8", "needle 7"]);
    world.end().await;
}

#[tokio::test]
async fn what_is_asked_wrongly_is_named() {
    let world = World::new().await;
    for (path, field) in [
        ("/api/search", "q"),
        ("/api/search?q=", "q"),
        ("/api/search?q=%20", "q"),
        ("/api/search?q=a%00b", "q"),
        ("/api/search?q=has:cow", "q"),
        ("/api/search?q=x&type=emoji", "type"),
        ("/api/search?q=x&sort=oldest", "sort"),
        ("/api/search?q=x&limit=0", "limit"),
        ("/api/search?q=x&limit=201", "limit"),
        ("/api/search?q=x&channel_id=general", "channel_id"),
        ("/api/search?q=x&author_id=ann", "author_id"),
        ("/api/search?q=x&community_id=1", "community_id"),
        ("/api/search?q=x&next=abc", "next"),
        ("/api/search?q=x&sort=best&next=abc", "next"),
        ("/api/search?q=in:general&sort=best", "sort"),
    ] {
        let refused = world.ann.get::<Value>(path).await.expect_err("is refused");
        assert_eq!(refused.code(), Some(Code::Invalid), "{path}");
        let named = format!("{refused:?}");
        assert!(named.contains(&format!("\"{field}\"")), "{path}: {named}");
    }
    let operator = world.ann.get::<Value>("/api/search?q=before:soon").await.expect_err("is refused");
    assert!(format!("{operator:?}").contains("before:"), "the operator is named: {operator:?}");
    let long = SearchQuery { q: "x".repeat(501).into(), ..asked("x") };
    assert_eq!(code(world.ann.search(&long).await), Code::Invalid);
    assert_eq!(code(world.nobody.search(&asked("x")).await), Code::Unauthenticated);
    let kinds = [SearchType::Messages, SearchType::Channels, SearchType::Users];
    for kind in kinds {
        let nothing = page(&world.ann, &SearchQuery { kind, ..asked("nothing at all") }).await;
        assert!(nothing.items.is_empty() && !nothing.has_more);
    }
    world.end().await;
}
