//! Messages among many: whichever step finds them, they are the same, and each search looks at few.

use ajet_protocol::{MessageId, PageQuery, SearchQuery, SearchType};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{asked, asked_for, message, page};
use crate::support::{World, db, eventually};

/// Rows: those of even numbers are messages of Ann in `general`, the others are of channels that the reader does not see.
const ROWS: u32 = 60_000;
/// Searches of which it is counted how many rows they read.
const SEARCHES: i64 = 12;
const LIMIT: usize = 30;

/// The id of a row: later ones have higher ids.
fn id_of(n: u32) -> MessageId {
    MessageId(Uuid::from_u128(u128::from(1_000_000 + n) << 80 | 0x7000_8000_0000_0000_0000))
}

/// The words of a row.
fn words_of(n: u32) -> Vec<&'static str> {
    let is_seen = n.is_multiple_of(2);
    let words = [
        ("each", true),
        ("often", n.is_multiple_of(7)),
        ("sometimes", n.is_multiple_of(100)),
        ("seldom", n.is_multiple_of(3_000)),
        ("rarely", n.is_multiple_of(5_000)),
        // Frequent where nothing is seen, rare where it is.
        ("elsewhere", if is_seen { n.is_multiple_of(9_000) } else { n % 20 == 1 }),
        // Frequent in old rows alone.
        ("olden", n < ROWS / 2 && n.is_multiple_of(5)),
        // Rare, but in the newest rows.
        ("needle", n.is_multiple_of(if n > ROWS - 1_000 { 20 } else { 2_000 })),
    ];
    words.into_iter().filter(|(_, has)| *has).map(|(word, _)| word).collect()
}

async fn many(world: &World) {
    let ann = world.ann.me().await.expect("Ann").user.id.0;
    let general = world.general.id.0;
    let channel = |n: u32| if n.is_multiple_of(2) { general } else { Uuid::from_u128(n.into()) };
    let ids: Vec<Uuid> = (1..=ROWS).map(|n| id_of(n).0).collect();
    let channels: Vec<Uuid> = (1..=ROWS).map(channel).collect();
    let bodies: Vec<String> = (1..=ROWS).map(|n| words_of(n).join(" ")).collect();
    let mut db = db(world).await;
    // Words first: the job that adds what is missing may come at any moment.
    for statement in [
        "insert into message_search (message_id, channel_id, tsv)
         select id, channel, to_tsvector('simple', body) || format(''':by:%s''', replace($4::uuid::text, '-', ''))::tsvector
         from unnest($1::uuid[], $2::uuid[], $3::text[]) as made(id, channel, body) where $5::uuid is not null",
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select id, channel, $4, body, '', 1000 + n, 'many-' || n, 0, now()
         from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality as made(id, channel, body, n) where channel = $5",
    ] {
        let filled = sqlx::query(statement).bind(&ids).bind(&channels).bind(&bodies).bind(ann).bind(general);
        filled.execute(&mut db).await.expect("fills");
    }
    for statement in [
        // The job that adds missing rows has nothing to look at.
        "update search_progress set message_id = made.last, again = made.last
         from (select id as last from messages order by id desc limit 1) made",
        "vacuum analyze message_search",
    ] {
        sqlx::query(statement).execute(&mut db).await.expect("is done");
    }
}

/// The ids of a page, as it is given.
async fn ids(world: &World, query: &SearchQuery) -> Vec<MessageId> {
    page(&world.bob, query).await.items.iter().map(|hit| message(hit).id).collect()
}

/// All that fit and are seen, newest first.
fn fitting(words: &[&str]) -> Vec<MessageId> {
    let fits = |n: &u32| words.iter().all(|word| words_of(*n).iter().any(|one| one.starts_with(word)));
    (1..=ROWS).rev().filter(|n| n.is_multiple_of(2)).filter(fits).map(id_of).collect()
}

#[tokio::test]
async fn frequent_and_rare_words_are_found_among_many_messages() {
    let world = World::new().await;
    many(&world).await;
    for words in [
        &["often"][..],
        &["ofte"],
        &["sometimes"],
        &["each", "some"],
        &["seldom"],
        &["seld"],
        &["seldom", "often"],
        &["often", "seldom"],
        &["seldom", "rarely"],
        &["each", "often"],
        &["each", "seldom", "each"],
        &["elsewhere"],
        &["each", "elsewhere"],
        &["olden", "needle"],
        &["needle", "olden"],
        &["never"],
    ] {
        let (q, all) = (words.join(" "), fitting(words));
        let of = |before, after| {
            let limit = i64::try_from(LIMIT).ok();
            SearchQuery { page: PageQuery { limit, before, after }, ..asked(&q) }
        };
        assert_eq!(ids(&world, &of(None, None)).await, all[..all.len().min(LIMIT)], "{q}");
        let at = id_of(ROWS / 3);
        let older: Vec<MessageId> = all.iter().copied().filter(|id| *id < at).take(LIMIT).collect();
        assert_eq!(ids(&world, &of(Some(at.0), None)).await, older, "{q} before a third");
        let mut newer: Vec<MessageId> = all.iter().copied().rev().filter(|id| *id > at).take(LIMIT).collect();
        newer.reverse();
        assert_eq!(ids(&world, &of(None, Some(at.0))).await, newer, "{q} after a third");
    }
    let by_ann = page(&world.ann, &asked("from:me seldom")).await;
    assert_eq!(by_ann.items.len(), fitting(&["seldom"]).len(), "by a frequent author");
    world.end().await;
}

/// PostgreSQL would plan a search without its values from the sixth of a connection on, and look through all messages.
#[tokio::test]
async fn no_search_of_many_looks_at_all_messages() {
    let world = World::new().await;
    many(&world).await;
    for (q, least, most, why) in [
        ("seldom", 1_000, 1_100, "the index has it, after the first look"),
        ("sometimes", 5_000, 7_000, "a walk finds 51 of one in a hundred"),
        (
            "elsewhere",
            1_000,
            1_100,
            "the index has it, and no walk is tried where the reader sees nothing of it",
        ),
    ] {
        let before = rows_read(&world).await;
        for _ in 0..SEARCHES {
            assert!(!page(&world.bob, &asked(q)).await.items.is_empty(), "{q}");
        }
        let wanted = SEARCHES * least..SEARCHES * most;
        eventually(&format!("{q}: {wanted:?} rows are read, since {why}"), async || {
            // A connection tells what it has read by the next thing that it does, a second later.
            page(&world.bob, &asked_for(SearchType::Users, "bob")).await;
            wanted.contains(&(rows_read(&world).await - before))
        })
        .await;
    }
    world.end().await;
}

/// Rows of words that were read so far.
async fn rows_read(world: &World) -> i64 {
    let read = sqlx::query_scalar(
        "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'message_search'",
    );
    read.fetch_one(&mut db(world).await).await.expect("statistics")
}

/// The query that the server was compiled with, by parts of it.
fn query_with(parts: &[&str]) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let files = std::fs::read_dir(folder).expect("the queries").map(|file| file.expect("a file").path());
    let query = |path| {
        let file: Value = serde_json::from_slice(&std::fs::read(path).expect("is read")).expect("is JSON");
        file["query"].as_str().expect("a query").to_owned()
    };
    let has_all = |query: &String| parts.iter().all(|part| query.contains(part));
    files.map(query).find(has_all).expect("a query with these parts")
}

/// The index would first collect all messages that have a word which begins with `ofte`.
#[tokio::test]
async fn the_index_is_asked_for_no_frequent_beginning() {
    let world = World::new().await;
    many(&world).await;
    let query = query_with(&["array[s.channel_id] && $1::uuid[]", "$7::text::tsquery"]);
    let mut db = db(&world).await;
    let plan = sqlx::query_scalar(AssertSqlSafe(format!("explain {query}")))
        .bind([world.general.id.0])
        .bind("'seldom'")
        .bind(Uuid::nil())
        .bind(Uuid::max())
        .bind(false)
        .bind(26_i64)
        .bind("'seldom' & 'ofte':*");
    let plan: Vec<String> = plan.fetch_all(&mut db).await.expect("a plan");
    let line = |of: &str| plan.iter().find(|line| line.contains(of)).expect(of);
    assert!(line("Index Cond:").contains("seldom") && !line("Index Cond:").contains("ofte"), "{plan:#?}");
    assert!(line("Filter:").contains("ofte"), "{plan:#?}");
    world.end().await;
}
