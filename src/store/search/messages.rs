//! Messages of some channels that fit, by an index of their words.
//!
//! Whatever step finds them, they are the same; the steps differ in what they read for it. Which one comes next follows from what the one
//! before has seen: see `Step`.

use ajet_protocol::{ChannelId, MessageId};
use uuid::Uuid;

use super::step::{Frequencies, LOOKED_AT, Look, Step};
use crate::store::{Store, StoreError};

/// Pages of the table in which it is counted how frequent words are: some hundred rows.
const SAMPLED_PAGES: f64 = 50.0;
/// Terms that are counted there: each is looked for in each of the rows.
const COUNTED: i64 = 8;
/// Of so many of the newest that fit the best ones are told.
const RANKED: i64 = 10_000;

/// Which messages are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub channels: Vec<Uuid>,
    /// The texts of `tsquery`s, all of which fit; none of them: any words.
    pub terms: Vec<String>,
    /// Only those with a higher id.
    pub above: Uuid,
    /// Only those with a lower id.
    pub below: Uuid,
}

impl Wanted {
    fn query(&self) -> String {
        self.terms.join(" & ")
    }
}

/// A message that fits, and how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    pub place: (MessageId, ChannelId),
    pub score: f32,
    /// The newest of all that fit.
    pub newest: MessageId,
}

/// The end from which messages are looked through, and how many are wanted.
#[derive(Debug, Clone, Copy)]
struct End {
    oldest: bool,
    most: i64,
}

impl Store {
    /// At most so many messages that fit: the newest of them, newest first; or the oldest, oldest first.
    pub async fn messages_found(
        &self,
        wanted: &Wanted,
        oldest: bool,
        most: i64,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let end = End { oldest, most };
        if wanted.terms.is_empty() {
            return self.any_messages(wanted, end).await;
        }
        let (found, look) = self.looked_at(wanted, end).await?;
        match look.next(most) {
            Step::Done => return Ok(found),
            Step::Walk { rows } => {
                let found = self.walked(wanted, end, rows).await?;
                if i64::try_from(found.len()).is_ok_and(|found| found >= most) {
                    return Ok(found);
                }
            }
            Step::Index => {}
        }
        let rare = self.rare(wanted).await?;
        self.indexed(wanted, &rare, end).await
    }

    /// Those that fit among the next messages of all channels, and what these messages tell of the others.
    async fn looked_at(
        &self,
        wanted: &Wanted,
        End { oldest, most }: End,
    ) -> Result<(Vec<(MessageId, ChannelId)>, Look), StoreError> {
        let row = sqlx::query!(
            r#"with looked_at as materialized (
                 (select s.message_id, s.channel_id = any($1) as seen, s.channel_id, s.tsv from message_search s
                  where not $5::bool and s.message_id > $3 and s.message_id < $4
                  order by s.message_id desc limit $7)
                 union all
                 (select s.message_id, s.channel_id = any($1) as seen, s.channel_id, s.tsv from message_search s
                  where $5::bool and s.message_id > $3 and s.message_id < $4
                  order by s.message_id limit $7)
               ), fitting as materialized (
                 select l.message_id, l.channel_id, l.seen from looked_at l where l.tsv @@ $2::text::tsquery
               ), found as (
                 select f.message_id, f.channel_id from fitting f where f.seen
                 order by case when $5::bool then f.message_id end, f.message_id desc limit $6
               )
               select array(select f.message_id from found f
                            order by case when $5::bool then f.message_id end, f.message_id desc) as "messages!",
                      array(select f.channel_id from found f
                            order by case when $5::bool then f.message_id end, f.message_id desc) as "channels!",
                      (select count(*) from looked_at) as "rows!",
                      (select count(*) from looked_at l where l.seen) as "seen!",
                      (select count(*) from fitting) as "fitting!""#,
            &wanted.channels,
            wanted.query(),
            wanted.above,
            wanted.below,
            oldest,
            most,
            LOOKED_AT
        )
        .fetch_one(self.searches())
        .await?;
        let ids = row.messages.into_iter().map(MessageId);
        let found: Vec<_> = ids.zip(row.channels.into_iter().map(ChannelId)).collect();
        let look = Look {
            rows: row.rows,
            seen: row.seen,
            fitting: row.fitting,
            found: i64::try_from(found.len()).unwrap_or(i64::MAX),
        };
        Ok((found, look))
    }

    /// Those that fit among so many of the next messages of all channels.
    async fn walked(
        &self,
        wanted: &Wanted,
        End { oldest, most }: End,
        rows: i64,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let found = sqlx::query!(
            r#"select h.message_id as "message_id!", h.channel_id as "channel_id!"
               from (
                 (select w.message_id, w.channel_id
                  from (select s.message_id, s.channel_id, s.tsv from message_search s
                        where not $5::bool and s.message_id > $3 and s.message_id < $4
                        order by s.message_id desc limit $7) w
                  where w.channel_id = any($1) and w.tsv @@ $2::text::tsquery
                  order by w.message_id desc limit $6)
                 union all
                 (select w.message_id, w.channel_id
                  from (select s.message_id, s.channel_id, s.tsv from message_search s
                        where $5::bool and s.message_id > $3 and s.message_id < $4
                        order by s.message_id limit $7) w
                  where w.channel_id = any($1) and w.tsv @@ $2::text::tsquery
                  order by w.message_id limit $6)
               ) h
               order by case when $5::bool then h.message_id end, h.message_id desc"#,
            &wanted.channels,
            wanted.query(),
            wanted.above,
            wanted.below,
            oldest,
            most,
            rows
        )
        .fetch_all(self.searches())
        .await?;
        Ok(found.into_iter().map(|row| (MessageId(row.message_id), ChannelId(row.channel_id))).collect())
    }

    /// The terms that the index is asked for: without the beginnings that many messages have, where a rare term is beside them. The index would
    /// collect all messages of such a beginning first.
    async fn rare(&self, wanted: &Wanted) -> Result<String, StoreError> {
        let terms = &wanted.terms;
        let begins: Vec<bool> = terms.iter().map(|term| Frequencies::is_beginning(term)).collect();
        if terms.len() < 2 || !begins.contains(&true) {
            return Ok(wanted.query());
        }
        // Of the whole table, as the index is; and of the same pages each time, which stay in memory. Beginnings are counted first: the others
        // are asked for in any case.
        let row = sqlx::query!(
            r#"with sampled as materialized (
                 select s.tsv from message_search s tablesample system (
                   least(100, 100 * $3::float8 * current_setting('block_size')::int / greatest(pg_relation_size('message_search'), 1))
                 ) repeatable (1)
               ), counted as (
                 select t.at from unnest($2::bool[]) with ordinality as t(begins, at) order by not t.begins, t.at limit $4
               )
               select (select count(*) from sampled) as "rows!",
                      array(select case when t.at in (select c.at from counted c)
                                        then (select count(*) from sampled where sampled.tsv @@ t.term) end
                            from unnest($1::text[]::tsquery[]) with ordinality as t(term, at) order by t.at) as "with_term!: Vec<Option<i64>>""#,
            terms,
            &begins,
            SAMPLED_PAGES,
            COUNTED
        )
        .fetch_one(self.searches())
        .await?;
        Ok(Frequencies { rows: row.rows, with_term: row.with_term }.rare(terms))
    }

    /// Those that fit, found by their rare terms in the index. All of them are found before any is left out, so that no plan walks all messages
    /// in their order. `is true` keeps PostgreSQL from asking the index for the other terms as well.
    async fn indexed(
        &self,
        wanted: &Wanted,
        rare: &str,
        End { oldest, most }: End,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let rows = sqlx::query!(
            r#"with hits as materialized (
                 select s.message_id, s.channel_id from message_search s
                 where array[s.channel_id] && $1::uuid[] and s.tsv @@ $2::text::tsquery
                   and (s.tsv @@ $7::text::tsquery) is true
                   and s.message_id > $3 and s.message_id < $4
               )
               select h.message_id as "message_id!", h.channel_id as "channel_id!" from hits h
               order by case when $5::bool then h.message_id end, h.message_id desc limit $6"#,
            &wanted.channels,
            rare,
            wanted.above,
            wanted.below,
            oldest,
            most,
            wanted.query()
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.message_id), ChannelId(row.channel_id))).collect())
    }

    /// Any messages of the channels: the next ones of each, and the nearest of those.
    async fn any_messages(
        &self,
        wanted: &Wanted,
        End { oldest, most }: End,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let rows = sqlx::query!(
            r#"select h.id as "id!", h.channel_id as "channel_id!"
               from unnest($1::uuid[]) as c(id)
               cross join lateral (
                 (select m.id, m.channel_id from messages m
                  where not $4::bool and m.channel_id = c.id and m.id > $2 and m.id < $3 and m.deleted_at is null
                  order by m.id desc limit $5)
                 union all
                 (select m.id, m.channel_id from messages m
                  where $4::bool and m.channel_id = c.id and m.id > $2 and m.id < $3 and m.deleted_at is null
                  order by m.id limit $5)
               ) h
               order by case when $4::bool then h.id end, h.id desc limit $5"#,
            &wanted.channels,
            wanted.above,
            wanted.below,
            oldest,
            most
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.id), ChannelId(row.channel_id))).collect())
    }

    /// The next messages in the order of how well they fit, after the one of this score and id. Of two that fit as well the newer comes first.
    pub async fn messages_ranked(
        &self,
        wanted: &Wanted,
        after: Option<(f32, Uuid)>,
        most: i64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let (score, id) = after.unzip();
        let rows = sqlx::query!(
            r#"with hits as materialized (
                 select s.message_id from message_search s
                 where array[s.channel_id] && $1::uuid[] and s.tsv @@ $2::text::tsquery
                   and s.message_id > $3 and s.message_id < $4
               ), newest as materialized (
                 select h.message_id from hits h order by h.message_id desc limit $8
               ), ranked as (
                 select s.message_id, s.channel_id, ts_rank(s.tsv, $2::text::tsquery) as score
                 from newest n join message_search s on s.message_id = n.message_id
               )
               select r.message_id as "message_id!", r.channel_id as "channel_id!", r.score as "score!",
                      (select n.message_id from newest n order by n.message_id desc limit 1) as "newest!"
               from ranked r
               where $5::float4 is null or (r.score, r.message_id) < ($5, $6::uuid)
               order by r.score desc, r.message_id desc limit $7"#,
            &wanted.channels,
            wanted.query(),
            wanted.above,
            wanted.below,
            score,
            id,
            most,
            RANKED
        )
        .fetch_all(self.searches())
        .await?;
        let ranked = rows.into_iter().map(|row| Ranked {
            place: (MessageId(row.message_id), ChannelId(row.channel_id)),
            score: row.score,
            newest: MessageId(row.newest),
        });
        Ok(ranked.collect())
    }
}
