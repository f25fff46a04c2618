//! J7: searching in much.
//!
//! A community of 2,000 channels has a million messages, made by SQL as the server would have written them. People who see the same 50 of the
//! channels search in an open loop: words that one in a thousand messages has, a word that one in ten has, two words, a phrase, a beginning, and
//! what somebody wrote, in turn. They are many, since a node lets each have two searches under way.

use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{PageQuery, SearchQuery, UserId};
use anyhow::Context;
use rustix::process::Signal;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::database::{Observer, Work};
use super::large::{Founded, Wanted, fill_community};
use super::server::cpu_seconds;
use super::steady::{Answers, steady};
use super::{Figure, Size, names, people, spread};
use crate::lab::Lab;
use crate::report::Spread;

/// Queries a second.
const RATE: u32 = 100;
/// People who search in turn.
const READERS: usize = 50;
/// How often the index alone is asked.
const BARE: usize = 200;
/// Messages that a statement makes.
const CHUNK: usize = 50_000;
/// Different words besides `common`, which one message in ten has.
const WORDS: i32 = 20_000;
/// The word of a number: letters that follow from a digest of it.
const WORD: &str = "translate(substr(md5('w' || $1::int), 1, 7), '0123456789', 'ghijklmnop')";

/// J7: readers of 50 out of 2,000 channels search a million messages, 100 times a second together.
pub async fn searches(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (channels, joined) = (size.of(2000, 100), size.of(50, 10));
    let messages = size.of(1_000_000, 20_000);
    let people = people(lab, 1).await?;
    let readers = people.join(&lab.bases()[0], names("reader", READERS), |_| vec![]).await?;
    let mut ids = Vec::with_capacity(READERS);
    for reader in &readers {
        ids.push(reader.me().await?.user.id.0);
    }
    let founded = Founded {
        community: people.community.id,
        arrivals: people.rooms[0].id.0,
        founder: people.owner.me().await?.user.id,
        reader: UserId(ids[0]),
    };
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    let every = channels / joined;
    let mix: Vec<Option<i64>> = (1..channels).map(|n| n.is_multiple_of(every).then_some(0)).collect();
    fill_community(lab, founded, &Wanted { members: 10, roles: 3, channels: mix }).await?;
    fill(lab, founded, messages).await?;
    see_the_same(lab, &ids).await?;
    lab.restart(0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let queries = queries(lab).await?;
    check(&readers[0], &queries).await?;
    let lasts = size.seconds(30, 3);
    ask(lab, (readers.as_slice(), queries.as_slice()), Duration::from_secs(3)).await?;
    let asked = ask(lab, (readers.as_slice(), queries.as_slice()), lasts).await?;
    let who =
        format!("readers of {joined} of {channels} channels, {messages} messages, {RATE} searches a second");
    let bare = bare(lab, founded, &queries).await?;
    let mut figures = spread("j7", "bare index, a word after another", &bare, (None, None)).to_vec();
    figures.extend(told(&who, &asked));
    figures.extend(sizes(lab, messages).await?);
    explain(lab, founded, &queries[0]).await?;
    Ok(figures)
}

/// The channels that the reader has not joined are made private, and all get messages in turn: of the last day, a few dozen words each.
///
/// # Errors
/// When the database refuses.
pub async fn fill(lab: &Lab, founded: Founded, messages: usize) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    sqlx::query(
        "update channels ch set visibility = 'private' where ch.community_id = $1 and not exists (
           select from channel_members m where m.channel_id = ch.id and m.user_id = $2)",
    )
    .bind(founded.community.0)
    .bind(founded.reader.0)
    .execute(&mut db)
    .await?;
    let channels: Vec<Uuid> =
        sqlx::query_scalar("select id from channels where community_id = $1 order by id")
            .bind(founded.community.0)
            .fetch_all(&mut db)
            .await?;
    let ended = i64::try_from(messages)?;
    for from in (0..messages).step_by(CHUNK) {
        // Each number takes a millisecond of the last day, so that ids rise with it; its words follow from a digest of it.
        sqlx::query(
            "with made as (
               select n, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 86400000 + n * 80), 12, '0') || '7000' || '8'
                          || substr(md5('r' || n), 1, 15))::uuid as id,
                      ($2::uuid[])[1 + ('x' || substr(md5('c' || n), 1, 7))::bit(28)::int % cardinality($2::uuid[])] as channel,
                      case when n % 10 = 0 then 'common ' else '' end
                        || (select string_agg(translate(substr(md5('w' || w.number), 1, 7), '0123456789', 'ghijklmnop'), ' ' order by k)
                            from generate_series(1, 20) k
                            cross join lateral (select ('x' || substr(md5(n || '-' || k), 1, 7))::bit(28)::int % $6 as number) w
                           ) as body
               from generate_series($3::bigint, $4::bigint - 1) as n
             ), stored as (
               insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
               select id, channel, $1, body, '<p>' || body || '</p>', 100000 + n, 'searched-' || n, 0, now() from made
             )
             insert into message_search (message_id, channel_id, tsv)
             select id, channel, to_tsvector('simple', body) || ('''' || $5 || '''')::tsvector from made",
        )
        .bind(founded.founder.0)
        .bind(&channels)
        .bind(i64::try_from(from)?)
        .bind(i64::try_from(from + CHUNK)?.min(ended))
        .bind(format!(":by:{}", founded.founder.0.simple()))
        .bind(WORDS)
        .execute(&mut db)
        .await?;
    }
    for statement in [
        "update streams set head = 2000000 where head < 2000000",
        "vacuum analyze messages",
        "vacuum analyze message_search",
    ] {
        sqlx::query(statement).execute(&mut db).await?;
    }
    Ok(())
}

/// All of these people are in the channels of the first.
async fn see_the_same(lab: &Lab, people: &[Uuid]) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    sqlx::query(
        "insert into channel_members (channel_id, user_id, joined_at)
         select m.channel_id, p.id, now() from channel_members m cross join unnest($1::uuid[]) as p(id)
         where m.user_id = ($1::uuid[])[1] on conflict do nothing",
    )
    .bind(people)
    .execute(&mut db)
    .await?;
    Ok(())
}

/// What is asked, in turn.
async fn queries(lab: &Lab) -> anyhow::Result<Vec<String>> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let mut words = Vec::new();
    for number in 0..64 {
        let word: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select {WORD}")))
            .bind(number)
            .fetch_one(&mut db)
            .await?;
        words.push(word);
    }
    let asked = words.chunks_exact(2).enumerate().map(|(n, pair)| match n % 8 {
        1 => format!("{} common", pair[0]),
        2 => "common".to_owned(),
        3 => format!("\"common {}\"", pair[0]),
        4 => format!("{} {}", pair[0], pair[1]),
        5 => format!("from:owner {}", pair[0]),
        6 => pair[0][..5].to_owned(),
        7 => "commo".to_owned(),
        _ => pair[0].clone(),
    });
    Ok(asked.collect())
}

fn query(q: &str) -> SearchQuery {
    let page = PageQuery { limit: Some(25), ..PageQuery::default() };
    SearchQuery { q: q.into(), page, ..SearchQuery::default() }
}

/// Whether something is found by a word that many messages have.
async fn check(reader: &Client, queries: &[String]) -> anyhow::Result<()> {
    for q in queries.iter().filter(|q| q.starts_with("commo")) {
        let found = reader.search(&query(q)).await?;
        anyhow::ensure!(!found.items.is_empty(), "nothing is found by {q}");
    }
    Ok(())
}

/// What happened in a while.
struct While {
    answers: Answers,
    database: Work,
    server_cpu: f64,
    seconds: f64,
}

async fn ask(
    lab: &Lab,
    (readers, queries): (&[Client], &[String]),
    lasts: Duration,
) -> anyhow::Result<While> {
    let mut database = Observer::of(&lab.stack).await?;
    let (before, cpu_before) = (database.work().await?, cpu_seconds(lab));
    let over = CancellationToken::new();
    let asking = steady(RATE, over.clone(), |n| {
        let (reader, asked) = (readers[n % readers.len()].clone(), query(&queries[n % queries.len()]));
        async move { reader.search(&asked).await.is_ok() }
    });
    let timer = async {
        tokio::time::sleep(lasts).await;
        over.cancel();
    };
    let (answers, ()) = tokio::join!(asking, timer);
    let server_cpu = cpu_seconds(lab) - cpu_before;
    let database = database.work().await?.since(before);
    Ok(While { answers: answers?, database, server_cpu, seconds: lasts.as_secs_f64() })
}

fn told(who: &str, asked: &While) -> Vec<Figure> {
    let figure = |what: &str, value: f64, unit: &'static str, goal: Option<f64>| Figure {
        goal,
        ..Figure::new("j7", format!("{who}: {what}"), value, unit)
    };
    let times = &asked.answers.times;
    vec![
        figure("p50", times.ms(50.0), "ms", None),
        figure("p95", times.ms(95.0), "ms", Some(50.0)),
        figure("p99", times.ms(99.0), "ms", None),
        figure("server's processor", asked.server_cpu / asked.seconds, "cores", None),
        figure("PostgreSQL's processor", asked.database.cpu / asked.seconds, "cores", None),
        figure("searches that failed", asked.answers.failed as f64, "", None),
    ]
}

/// What the index takes, for a million messages.
async fn sizes(lab: &Lab, messages: usize) -> anyhow::Result<Vec<Figure>> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let mut figures = Vec::new();
    for (what, relation) in [
        ("words of messages", "message_search"),
        ("their index", "message_search_idx"),
        ("their primary key", "message_search_pkey"),
    ] {
        let bytes: i64 = sqlx::query_scalar("select pg_total_relation_size($1::regclass) - case when $1 = 'message_search' then pg_indexes_size($1::regclass) else 0 end")
            .bind(relation)
            .fetch_one(&mut db)
            .await?;
        let each = bytes as f64 / messages.max(1) as f64;
        figures.push(Figure::new("j7", format!("{what}, a message"), each, "bytes"));
    }
    Ok(figures)
}

/// How the ids of a rare word are found. It is the query of `Store::indexed` in `src/store/search/messages.rs`, and is asked with the same
/// values, those of the first page of the newest.
const BY_INDEX: &str = "with hits as materialized (
   select s.message_id, s.channel_id from message_search s
   where array[s.channel_id] && $1::uuid[] and s.tsv @@ $2::text::tsquery
     and (s.tsv @@ $7::text::tsquery) is true
     and s.message_id > $3 and s.message_id < $4
 )
 select h.message_id, h.channel_id from hits h
 order by case when $5::bool then h.message_id end, h.message_id desc limit $6";
/// A page, and one that tells whether there are more.
const PAGE: i64 = 26;

/// Carries it out, or what stands before it does with it.
async fn by_index(
    db: &mut PgConnection,
    before: &str,
    channels: &[Uuid],
    word: &str,
) -> anyhow::Result<Vec<PgRow>> {
    let query = format!("'{word}':*");
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{before}{BY_INDEX}")))
        .bind(channels)
        .bind(&query)
        .bind(Uuid::nil())
        .bind(Uuid::max())
        .bind(false)
        .bind(PAGE)
        .bind(&query)
        .fetch_all(db)
        .await?;
    Ok(rows)
}

/// Where the reader looks: all others are private.
async fn seen(db: &mut PgConnection, founded: Founded) -> anyhow::Result<Vec<Uuid>> {
    let seen = sqlx::query_scalar("select channel_id from channel_members where user_id = $1")
        .bind(founded.reader.0)
        .fetch_all(db)
        .await?;
    Ok(seen)
}

/// How long PostgreSQL takes for it, over one connection that does nothing else.
async fn bare(lab: &Lab, founded: Founded, queries: &[String]) -> anyhow::Result<Spread> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    // As the server's connections for searches plan.
    sqlx::query("set plan_cache_mode = force_custom_plan").execute(&mut db).await?;
    let channels = seen(&mut db, founded).await?;
    let mut times = Spread::default();
    // Every eighth query is one rare word.
    for word in queries.iter().step_by(8).cycle().take(BARE) {
        let began = Instant::now();
        by_index(&mut db, "", &channels, word).await?;
        times.add(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok(times)
}

/// Prints how PostgreSQL finds a rare word by the index.
async fn explain(lab: &Lab, founded: Founded, word: &str) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let channels = seen(&mut db, founded).await?;
    let plan = by_index(&mut db, "explain (analyze, buffers) ", &channels, word).await.context("the plan")?;
    for line in &plan {
        println!("j7: {}", line.try_get::<String, _>(0)?);
    }
    Ok(())
}
