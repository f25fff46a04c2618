//! Operators, and the filters beside the query.

use ajet_protocol::{Code, SearchQuery, UserId, Visibility};
use uuid::Uuid;

use super::{asked, bodies, found, page, said};
use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, sql, text};

#[tokio::test]
async fn operators_say_who_where_and_what() {
    let world = World::new().await;
    let dev = world.channel("dev", Visibility::Public).await;
    world.bob.join(dev.id).await.expect("joins");
    said(&world, &["word by ann", "word https://a.example"]).await;
    world.bob.post(dev.id, &text("word by bob")).await.expect("posts");
    let file = uploaded(&world.ann, world.general.id, ("cat.png", &png(8, 4))).await;
    world.ann.post(world.general.id, &with_files("word and picture", &[&file])).await.expect("posts");
    let ann = world.ann.me().await.expect("me").user.id;
    let (by_id, in_id) = (format!("word from:@<user:{ann}>"), format!("word in:#<channel:{}>", dev.id));
    let by_ann: &[&str] = &["word and picture", "word https://a.example", "word by ann"];
    for (q, expected) in [
        ("word from:@ann", by_ann),
        ("word from:ANN", by_ann),
        (&by_id, by_ann),
        ("word from:me", &["word by bob"]),
        ("from:me", &["word by bob"]),
        ("word from:ann from:bob in:dev", &["word by bob"]),
        ("word from:stranger", &[]),
        ("word in:#DEV", &["word by bob"]),
        (&in_id, &["word by bob"]),
        ("in:dev", &["word by bob"]),
        ("word in:nowhere", &[]),
        ("word in:dev in:general from:bob", &["word by bob"]),
        ("has:link", &["word https://a.example"]),
        ("has:file", &["word and picture"]),
        ("has:image word", &["word and picture"]),
        ("has:image has:link", &[]),
    ] {
        assert_eq!(found(&world.bob, q).await, expected, "{q}");
    }
    let filtered = |query: SearchQuery| async {
        let query = query;
        bodies(&page(&world.bob, &query).await)
    };
    assert_eq!(filtered(SearchQuery { author_id: Some(ann), ..asked("word") }).await, by_ann);
    let both = SearchQuery { author_id: Some(ann), ..asked("word from:bob") };
    assert!(filtered(both).await.is_empty());
    let unknown = SearchQuery { author_id: Some(UserId(Uuid::from_u128(1))), ..asked("word") };
    assert!(filtered(unknown).await.is_empty());
    let there = SearchQuery { channel_id: Some(dev.id), ..asked("word") };
    assert_eq!(filtered(there).await, ["word by bob"]);
    let here = SearchQuery { community_id: Some(world.community.id), ..asked("word") };
    assert_eq!(filtered(here).await.len(), 4);
    world.end().await;
}

/// Days are those of UTC, and of neither operator is the day itself.
#[tokio::test]
async fn days_bound_what_is_found() {
    let world = World::new().await;
    said(&world, &["word"]).await;
    let today = sql_date(&world, 0).await;
    let (yesterday, tomorrow) = (sql_date(&world, -1).await, sql_date(&world, 1).await);
    for (q, is_found) in [
        (format!("word before:{tomorrow} after:{yesterday}"), true),
        (format!("in:general before:{tomorrow}"), true),
        (format!("word after:{today}"), false),
        (format!("word before:{yesterday}"), false),
        (format!("before:{tomorrow}"), true),
    ] {
        assert_eq!(!found(&world.ann, &q).await.is_empty(), is_found, "{q}");
    }
    assert_eq!(code(world.ann.search(&asked("word before:soon")).await), Code::Invalid);
    world.end().await;
}

/// A day from today on, as the database counts them. The test would fail at midnight, were it not for the days around it.
async fn sql_date(world: &World, days: i32) -> String {
    let mut db = crate::support::db(world).await;
    let day = sqlx::query_scalar::<_, String>(
        "select to_char((now() at time zone 'utc') + make_interval(days => $1), 'YYYY-MM-DD')",
    );
    day.bind(days).fetch_one(&mut db).await.expect("a day")
}

/// A word that is frequent where the reader sees nothing, and rare where they do.
#[tokio::test]
async fn rare_words_are_found_behind_many_messages() {
    let world = World::new().await;
    said(&world, &["needle"]).await;
    sql(
        &world,
        "insert into message_search (message_id, channel_id, tsv)
         select ('ffffffff' || lpad(to_hex(n), 8, '0') || '0000000000000000')::uuid, gen_random_uuid(), '''needle'':1'
         from generate_series(1, 10500) n",
    )
    .await;
    assert_eq!(found(&world.bob, "needle").await, ["needle"]);
    world.end().await;
}
