//! Replay by cursor, and the watermark of a node.
//!
//! A cursor is a PostgreSQL snapshot: what it saw is behind the reader, everything else is still to come. So replay
//! neither trusts a clock nor needs a total order of streams.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{Addressed, ChannelId, CommunityId, StreamId, Topic, UserId};
use serde_json::value::RawValue;
use sqlx::types::Json;
use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::log::EventRow;
use super::streams::count;
use super::{Inconsistent, Store, StoreError};

/// How long a replay may read the log; past it the reader refetches, which is cheaper.
const REPLAY_WITHIN: Duration = Duration::from_secs(2);
/// How long a reader waits for its turn, so that it is answered within the time of a request. Many come back at once after a restart:
/// to tell them to refetch would make more work of it.
const TURN_WITHIN: Duration = Duration::from_secs(6);
/// What an event takes beside the text that it shows, in bytes, about.
const ENVELOPE_BYTES: i64 = 1024;

/// Where the log stands as of one snapshot, compared with an earlier one.
#[derive(Debug, Clone)]
pub struct Advance {
    pub log: LogIdentity,
    /// The snapshot's text; everything it sees is accounted for in `heads`.
    pub snapshot: String,
    /// The newest event of every stream that has grown since, and the topic of its events.
    pub heads: Vec<(Topic, StreamId, u64)>,
    /// The people whose own rights have changed since, and where.
    pub changed: Vec<(Topic, UserId)>,
}

/// How much is replayed to one reader, and how much to all of a node together.
#[derive(Debug, Clone)]
pub struct ReplayBudget {
    pub events: i64,
    /// Bytes of the events' text, about.
    pub bytes: i64,
    /// Room for the text that is replayed just now, in KiB.
    pub room: Arc<Semaphore>,
}

/// What became of a replay.
#[derive(Debug)]
pub enum Replayed {
    Missed(Missed),
    /// More than the budget allows, or too long to find: refetching is cheaper.
    TooMuch,
    /// The events after the cursor are no longer all there, or it is no cursor of this log.
    Gone,
}

/// What a reader missed.
#[derive(Debug)]
pub struct Missed {
    /// Each event, and the snapshot that a reader who has it may go on from, where that is known.
    pub events: Vec<(Addressed, Option<String>)>,
    /// The room that they take, given back when this is dropped.
    pub room: OwnedSemaphorePermit,
}

/// The database and its timeline: after a failover transactions are numbered anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogIdentity {
    pub database: Uuid,
    pub timeline: u32,
}

impl Store {
    /// The events of these streams that a cursor's snapshot did not see, by transaction, and in stream order. Who may get which
    /// is for the caller to judge; what reaches no reader in this version is left out.
    pub async fn events_after(
        &self,
        snapshot: &str,
        streams: &[StreamId],
        budget: &ReplayBudget,
    ) -> Result<Replayed, StoreError> {
        let Ok(turn) = tokio::time::timeout(TURN_WITHIN, self.replays.acquire()).await else {
            return Ok(Replayed::TooMuch);
        };
        let _turn = turn.map_err(|_| StoreError::ended())?;
        let replaying = self.replayed(snapshot, streams, budget);
        tokio::time::timeout(REPLAY_WITHIN, replaying).await.unwrap_or(Ok(Replayed::TooMuch))
    }

    async fn replayed(
        &self,
        snapshot: &str,
        streams: &[StreamId],
        budget: &ReplayBudget,
    ) -> Result<Replayed, StoreError> {
        let Some(rows) = self.rows_after(snapshot, streams, budget.events).await? else {
            return Ok(Replayed::Gone);
        };
        let bytes: i64 = rows.iter().map(|row| row.bytes + ENVELOPE_BYTES).sum();
        if rows.len() as i64 > budget.events || bytes > budget.bytes {
            return Ok(Replayed::TooMuch);
        }
        // Waited for, within the time of the whole: many who come back at once have their turns.
        let kib = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).max(1);
        let room = Arc::clone(&budget.room).acquire_many_owned(kib).await.map_err(|_| StoreError::ended())?;
        let (events, settled): (Vec<_>, Vec<_>) =
            rows.into_iter().map(|row| (row.event, row.settled.map(|xid| format!("{xid}:{xid}:")))).unzip();
        let told = self.told(events, self.live()).await?;
        let events = told.into_iter().zip(settled).filter_map(|(event, settled)| Some((event?, settled)));
        Ok(Replayed::Missed(Missed { events: events.collect(), room }))
    }

    /// Up to one row more than `limit`; `None` where the log does not hold all that the snapshot did not see, or is not its log.
    async fn rows_after(
        &self,
        snapshot: &str,
        streams: &[StreamId],
        limit: i64,
    ) -> Result<Option<Vec<MissedRow>>, StoreError> {
        let mut ids: Vec<Uuid> = streams.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        // Below the oldest transaction still under way nothing more can appear: there the snapshot 'x:x:' (all before x) is
        // whole as soon as everything before x has been read, and the rows come in that order.
        // The horizon is looked at in the same snapshot as the events: retention moves it in the commit that removes them.
        let read = sqlx::query_as!(
            ReplayRow,
            r#"with log as materialized (
                 select c.seen, pg_snapshot_xmin(pg_current_snapshot()) as settled_to,
                        pg_snapshot_xmin(c.seen) > h.removed_to
                          and pg_snapshot_xmax(c.seen) <= pg_snapshot_xmax(pg_current_snapshot()) as whole
                 from log_horizon h cross join (select $1::text::pg_snapshot as seen) c
               ), missed as materialized (
                 select e.*, e.xid < l.settled_to as is_settled
                 from log l cross join unnest($2::uuid[]) as s(id)
                 cross join lateral (
                   select * from events
                   where stream = s.id and xid >= pg_snapshot_xmin(l.seen) and not pg_visible_in_snapshot(xid, l.seen)
                   order by xid limit $3::int8 + 1
                 ) e
                 where l.whole limit $3::int8 + 1
               )
               select l.whole as "whole!", e.stream as "stream?", e.seq as "seq?", e.id as "id?", e.type as "kind?", e.ts as "ts?",
                      e.community_id as "community_id?", e.channel_id as "channel_id?", e.actor_id as "actor_id?",
                      e.audience as "audience?", e.acl_version as "acl_version?", e.payload as "payload?: Json<Box<RawValue>>",
                      case when e.is_settled then e.xid::text end as settled,
                      coalesce(octet_length(m.body_md) + octet_length(m.body_html), 0)::int8 as "bytes!"
               from log l left join missed e on true
               left join messages m on e.type in ('message.created', 'message.edited')
                 and m.id = (e.payload -> 'message' ->> 'id')::uuid
               order by e.xid, e.stream, e.seq"#,
            snapshot,
            &ids,
            limit
        )
        .fetch_all(self.live())
        .await;
        let rows = match read {
            Ok(rows) => rows,
            // 22P02: not the text of a snapshot.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("22P02") => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let whole = rows.first().ok_or(Inconsistent("log_horizon"))?.whole;
        Ok(whole.then(|| rows.into_iter().filter_map(ReplayRow::missed).collect()))
    }

    /// Where the rights of a person may have changed since a snapshot: in which community or direct message, and in which channel of
    /// it where it was in one alone. In those of `topics`, to which they belong, everybody's changes count; elsewhere their own.
    pub async fn rights_changed_since(
        &self,
        snapshot: &str,
        person: UserId,
        topics: &[Topic],
    ) -> Result<Vec<(Topic, Option<ChannelId>)>, StoreError> {
        let scopes: Vec<Uuid> = topics.iter().map(|topic| topic.id()).collect();
        let rows = sqlx::query!(
            r#"with asked as materialized (
                 select $1::text::pg_snapshot as seen
               )
               select distinct c.scope as "scope!", c.channel as "channel?", dm.id as "dm?"
               from asked s cross join lateral (
                 select scope, null::uuid as channel, xid from acl_changes
                 where affects = 3 and id = $2 and xid >= pg_snapshot_xmin(s.seen)
                 union all
                 select k.id, of_all.channel, of_all.xid
                 from unnest($3::uuid[]) as k(id) cross join lateral (
                   -- `offset 0` keeps this a range of each community, also in a plan that is made while the table is empty.
                   select case when affects = 2 then id end as channel, xid from acl_changes
                   where affects in (1, 2) and scope = k.id and xid >= pg_snapshot_xmin(s.seen) and not keeps_sight
                     -- Of a channel that is new an event tells those who see it, and others must not know.
                     and not (affects = 2 and exists (
                       select 1 from events e
                       where e.xid = acl_changes.xid and e.type = 'channel.created' and e.channel_id = acl_changes.id))
                   offset 0
                 ) of_all
               ) c
               left join channels dm on dm.id = c.scope and dm.community_id is null
               where not pg_visible_in_snapshot(c.xid, s.seen)"#,
            snapshot,
            person.0,
            &scopes
        )
        .fetch_all(self.live())
        .await?;
        let changed = rows.into_iter().map(|row| (scope_of(row.scope, row.dm), row.channel.map(ChannelId)));
        Ok(changed.collect())
    }

    /// The key that cursors are authenticated with.
    pub async fn cursor_key(&self) -> Result<[u8; 32], StoreError> {
        let row = sqlx::query!("select cursor_key from log_horizon").fetch_one(self.live()).await?;
        let key: [u8; 32] = row.cursor_key.try_into().map_err(|_| Inconsistent("cursor_key"))?;
        Ok(key)
    }

    /// Which log this is: part of every cursor.
    pub async fn log_identity(&self) -> Result<LogIdentity, StoreError> {
        let row = sqlx::query!(
            r#"select database_id, left(pg_walfile_name(pg_current_wal_lsn()), 8) as "timeline!" from log_horizon"#
        )
        .fetch_one(self.live())
        .await?;
        Ok(LogIdentity { database: row.database_id, timeline: timeline(&row.timeline) })
    }

    /// The present snapshot.
    pub async fn snapshot(&self) -> Result<String, StoreError> {
        let row = sqlx::query!(r#"select pg_current_snapshot()::text as "snapshot!""#)
            .fetch_one(self.pulse())
            .await?;
        Ok(row.snapshot)
    }

    /// The present snapshot, which streams have grown since an earlier one, and whose rights have changed.
    pub async fn advance_from(&self, snapshot: &str) -> Result<Advance, StoreError> {
        let rows = sqlx::query!(
            r#"select pg_current_snapshot()::text as "snapshot!", h.database_id,
                      left(pg_walfile_name(pg_current_wal_lsn()), 8) as "timeline!",
                      g.scope as "scope?", g.channel as "channel?", g.stream as "stream?", g.head as "head?", g.person as "person?",
                      dm.id as "dm?"
               from log_horizon h
               left join (
                 select community_id as scope, case when community_id is null then channel_id end as channel, stream,
                        max(seq) as head, null::uuid as person
                 from events
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
                 group by 1, 2, 3
                 union all
                 select distinct scope, null::uuid, null::uuid, null::int8, id from acl_changes
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and affects = 3
                 union all
                 -- A node of the release before says of a change that it affects everyone.
                 select community_id, null::uuid, null::uuid, null::int8, (payload -> 'member' -> 'user' ->> 'id')::uuid
                 from events
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
                   and topic is null and type = 'member.joined' and channel_id is null
               ) g on true
               -- A scope in which a person's rights changed may be a direct message.
               left join channels dm on g.person is not null and dm.id = g.scope and dm.community_id is null"#,
            snapshot
        )
        .fetch_all(self.pulse())
        .await?;
        let heads = rows.iter().filter_map(|row| {
            let stream = StreamId(row.stream?);
            let topic = Topic::of(stream, row.scope.map(CommunityId), row.channel.map(ChannelId));
            Some((topic, stream, count(row.head?)))
        });
        let changed = rows.iter().filter_map(|row| Some((scope_of(row.scope?, row.dm), UserId(row.person?))));
        let (heads, changed) = (heads.collect(), changed.collect());
        let first = rows.into_iter().next().ok_or(Inconsistent("log_horizon"))?;
        let log = LogIdentity { database: first.database_id, timeline: timeline(&first.timeline) };
        Ok(Advance { log, snapshot: first.snapshot, heads, changed })
    }
}

/// A row of a replay: the log's state, and an event where there is any.
struct ReplayRow {
    /// Whether the log still holds all that the snapshot did not see.
    whole: bool,
    stream: Option<Uuid>,
    seq: Option<i64>,
    id: Option<Uuid>,
    kind: Option<String>,
    ts: Option<OffsetDateTime>,
    community_id: Option<Uuid>,
    channel_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    audience: Option<i16>,
    acl_version: Option<i64>,
    payload: Option<Json<Box<RawValue>>>,
    settled: Option<String>,
    bytes: i64,
}

/// An event that a reader missed.
struct MissedRow {
    event: EventRow,
    /// Its transaction, where no older one is still under way.
    settled: Option<String>,
    /// The length of the text that it shows.
    bytes: i64,
}

impl ReplayRow {
    /// The event; `None` in the one row that a replay without events has.
    fn missed(self) -> Option<MissedRow> {
        let event = EventRow {
            stream: self.stream?,
            seq: self.seq?,
            id: self.id?,
            kind: self.kind?,
            ts: self.ts?,
            community_id: self.community_id,
            channel_id: self.channel_id,
            actor_id: self.actor_id,
            audience: self.audience,
            acl_version: self.acl_version,
            payload: self.payload?,
        };
        Some(MissedRow { event, settled: self.settled, bytes: self.bytes })
    }
}

/// Where rights changed: in a direct message, where one has the scope's id, else in a community. What is a person's own never
/// changes.
fn scope_of(scope: Uuid, dm: Option<Uuid>) -> Topic {
    dm.map_or(Topic::Community(CommunityId(scope)), |dm| Topic::Dm(ChannelId(dm)))
}

/// The timeline of a log file's name: its first eight digits.
fn timeline(digits: &str) -> u32 {
    u32::from_str_radix(digits, 16).unwrap_or_default()
}
