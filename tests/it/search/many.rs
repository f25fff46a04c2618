//! Messages among many: whichever step finds them, they are the same, and each search looks at few.

use std::time::{Duration, Instant};

use ajet_protocol::{MessageId, PageQuery, SearchQuery};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{asked, message, page};
use crate::support::{World, db};

/// Rows, half of them of messages in `general`, the others of channels that the reader does not see.
const ROWS: u32 = 60_000;
/// Rows that one search may look at: the first look, and what the index has.
const FEW: i64 = 2_500;

/// How `$n` becomes an id: later ones have higher ids.
const ID: &str = "(lpad(to_hex(1000000 + n), 12, '0') || '70008000000000000000')::uuid";

fn id_of(n: u32) -> MessageId {
    MessageId(Uuid::from_u128(u128::from(1_000_000 + n) << 80 | 0x7000_8000_0000_0000_0000))
}

/// The words of a row, of which `often` is frequent and `seldom` is rare.
fn words_of(n: u32) -> Vec<&'static str> {
    let every = [(1, "each"), (7, "often"), (3_000, "seldom"), (5_000, "rarely")];
    every.into_iter().filter(|(one_in, _)| n.is_multiple_of(*one_in)).map(|(_, word)| word).collect()
}

/// Rows of even numbers are messages that Ann wrote in `general`.
async fn many(world: &World) {
    let ann = world.ann.me().await.expect("Ann").user.id.0.simple();
    let general = world.general.id;
    let made = format!(
        "select n, {ID} as id, case when n % 2 = 0 then '{general}'::uuid else gen_random_uuid() end as channel,
                'each' || case when n % 7 = 0 then ' often' else '' end
                       || case when n % 3000 = 0 then ' seldom' else '' end
                       || case when n % 5000 = 0 then ' rarely' else '' end as body
         from generate_series(1, {ROWS}) n"
    );
    let stored = format!(
        "with made as ({made})
         insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select id, channel, '{ann}', body, '', 1000 + n, 'many-' || n, 0, now() from made where n % 2 = 0"
    );
    let indexed = format!(
        "with made as ({made}) insert into message_search (message_id, channel_id, tsv)
         select id, channel, to_tsvector('simple', body) || ''':by:{ann}'''::tsvector from made"
    );
    let mut db = db(world).await;
    for statement in [stored, indexed, "vacuum analyze message_search".into()] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut db).await.expect("fills");
    }
}

/// The numbers of a page, as it is given.
async fn numbers(world: &World, query: &SearchQuery) -> Vec<MessageId> {
    page(&world.bob, query).await.items.iter().map(|hit| message(hit).id).collect()
}

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
        &["seldom"],
        &["seld"],
        &["seldom", "often"],
        &["often", "seldom"],
        &["seldom", "rarely"],
        &["each", "often"],
        &["each", "seldom", "each"],
        &["never"],
    ] {
        let (q, all) = (words.join(" "), fitting(words));
        let of = |page| SearchQuery { page, ..asked(&q) };
        let limit = Some(30);
        let newest = of(PageQuery { limit, ..PageQuery::default() });
        assert_eq!(numbers(&world, &newest).await, all[..all.len().min(30)], "{q}");
        let before = id_of(ROWS / 3);
        let older: Vec<MessageId> = all.iter().copied().filter(|id| *id < before).take(30).collect();
        let query = of(PageQuery { limit, before: Some(before.0), ..PageQuery::default() });
        assert_eq!(numbers(&world, &query).await, older, "{q} before a third");
        let after = id_of(ROWS / 3);
        let mut newer: Vec<MessageId> = all.iter().copied().rev().filter(|id| *id > after).take(30).collect();
        newer.reverse();
        let query = of(PageQuery { limit, after: Some(after.0), ..PageQuery::default() });
        assert_eq!(numbers(&world, &query).await, newer, "{q} after a third");
    }
    let by_ann = asked("from:me seldom");
    assert_eq!(
        page(&world.ann, &by_ann).await.items.len(),
        fitting(&["seldom"]).len(),
        "by a frequent author"
    );
    world.end().await;
}

/// PostgreSQL would plan a search without its values from the sixth of a connection on, and look through all messages.
#[tokio::test]
async fn no_search_of_many_looks_at_all_messages() {
    let world = World::new().await;
    many(&world).await;
    let before = rows_read(&world).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut searches = 0;
    // Connections tell what they have read when a second has gone by.
    let read = loop {
        assert!(!page(&world.bob, &asked("seldom")).await.items.is_empty());
        searches += 1;
        let read = rows_read(&world).await - before;
        if searches >= 24 && read > 24 * 1_000 {
            break read;
        }
        assert!(Instant::now() < deadline, "{read} rows are told of {searches} searches");
    };
    assert!(read < searches * FEW, "{read} rows were read by {searches} searches");
    world.end().await;
}

/// Rows of words that were read so far by anyone.
async fn rows_read(world: &World) -> i64 {
    let read = sqlx::query_scalar(
        "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'message_search'",
    );
    read.fetch_one(&mut db(world).await).await.expect("statistics")
}
