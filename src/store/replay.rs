//! Replay by cursor, and the watermark of a node.
//!
//! A cursor is a PostgreSQL snapshot: what it saw is behind the reader, everything else is still to come. So replay
//! neither trusts a clock nor needs a total order of streams.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{CommunityId, Envelope, StreamId};
use serde_json::value::RawValue;
use sqlx::types::Json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::log::EventRow;
use super::streams::count;
use super::{Inconsistent, Store, StoreError};

/// How long a replay may read the log; past it the reader refetches, which is cheaper.
const REPLAY_WITHIN: Duration = Duration::from_secs(2);
/// What an event takes beside the text that it shows, in bytes, about.
const ENVELOPE_BYTES: i64 = 1024;

/// Where the log stands as of one snapshot, compared with an earlier one.
#[derive(Debug, Clone)]
pub struct Advance {
    pub log: LogIdentity,
    /// The snapshot's text; everything it sees is accounted for in `heads`.
    pub snapshot: String,
    /// The newest event of every stream that has grown since.
    pub heads: Vec<(CommunityId, StreamId, u64)>,
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

/// What a reader missed.
#[derive(Debug)]
pub struct Missed {
    /// Each event, and the snapshot that a reader who has it may go on from, where that is known.
    pub events: Vec<(Envelope, Option<String>)>,
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
    /// The events of these communities that a cursor's snapshot did not see, in stream order. `None` where they are more than
    /// the budget allows, take too long to find, or are no longer all there: then the reader must refetch.
    pub async fn events_after(
        &self,
        snapshot: &str,
        communities: &[CommunityId],
        budget: &ReplayBudget,
    ) -> Result<Option<Missed>, StoreError> {
        let replaying = self.replayed(snapshot, communities, budget);
        match tokio::time::timeout(REPLAY_WITHIN, replaying).await {
            Ok(replayed) => replayed,
            Err(_) => Ok(None),
        }
    }

    async fn replayed(
        &self,
        snapshot: &str,
        communities: &[CommunityId],
        budget: &ReplayBudget,
    ) -> Result<Option<Missed>, StoreError> {
        let _turn = self.replays.acquire().await.map_err(|_| StoreError::ended())?;
        let ids: Vec<Uuid> = communities.iter().map(|id| id.0).collect();
        // Below the oldest transaction still under way nothing more can appear: there the snapshot 'x:x:' (all before x) is
        // whole as soon as everything before x has been read, and the rows come in that order.
        let rows = sqlx::query!(
            r#"select e.stream, e.seq, e.id, e.type as kind, e.ts, e.community_id, e.channel_id, e.actor_id, e.acl_version,
                      e.payload as "payload: Json<Box<RawValue>>",
                      case when e.xid < pg_snapshot_xmin(pg_current_snapshot()) then e.xid::text end as settled,
                      coalesce(octet_length(m.body_md) + octet_length(m.body_html), 0)::int8 as "bytes!"
               from (
                 select * from events
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and community_id = any($2)
                 order by xid, stream, seq limit $3::int8 + 1
               ) e
               left join messages m on e.type in ('message.created', 'message.edited')
                 and m.id = (e.payload -> 'message' ->> 'id')::uuid
               order by e.xid, e.stream, e.seq"#,
            snapshot,
            &ids,
            budget.events
        )
        .fetch_all(self.live())
        .await?;
        let bytes: i64 = rows.iter().map(|row| row.bytes + ENVELOPE_BYTES).sum();
        if rows.len() as i64 > budget.events || bytes > budget.bytes {
            return Ok(None);
        }
        // Waited for, within the time of the whole: many who come back at once have their turns.
        let kib = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).max(1);
        let room = Arc::clone(&budget.room).acquire_many_owned(kib).await.map_err(|_| StoreError::ended())?;
        let (mut events, mut settled) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            settled.push(row.settled.map(|xid| format!("{xid}:{xid}:")));
            events.push(EventRow {
                stream: row.stream,
                seq: row.seq,
                id: row.id,
                kind: row.kind,
                ts: row.ts,
                community_id: row.community_id,
                channel_id: row.channel_id,
                actor_id: row.actor_id,
                acl_version: row.acl_version,
                payload: row.payload,
            });
        }
        let told = self.told(events, self.live()).await?;
        // Retention may have removed some between the first look at the cursor and the reading.
        let whole = self.can_replay_from(snapshot).await?;
        Ok(whole.then(|| Missed { events: told.into_iter().zip(settled).collect(), room }))
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

    /// Whether a cursor's snapshot is well-formed, of the past, and not older than what the log still holds.
    pub async fn can_replay_from(&self, snapshot: &str) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select (pg_snapshot_xmin($1::text::pg_snapshot) > removed_to
                 and pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())) as "can!"
               from log_horizon"#,
            snapshot
        )
        .fetch_one(self.live())
        .await;
        match row {
            Ok(row) => Ok(row.can),
            // 22P02: not the text of a snapshot.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("22P02") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The present snapshot.
    pub async fn snapshot(&self) -> Result<String, StoreError> {
        let row = sqlx::query!(r#"select pg_current_snapshot()::text as "snapshot!""#)
            .fetch_one(&self.pulse())
            .await?;
        Ok(row.snapshot)
    }

    /// The present snapshot, and which streams have grown since an earlier one.
    pub async fn advance_from(&self, snapshot: &str) -> Result<Advance, StoreError> {
        let rows = sqlx::query!(
            r#"select pg_current_snapshot()::text as "snapshot!", h.database_id,
                      left(pg_walfile_name(pg_current_wal_lsn()), 8) as "timeline!",
                      g.community_id as "community_id?", g.stream as "stream?", g.head as "head?"
               from log_horizon h
               left join (
                 select community_id, stream, max(seq) as head from events
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and community_id is not null
                 group by community_id, stream
               ) g on true"#,
            snapshot
        )
        .fetch_all(&self.pulse())
        .await?;
        let heads = rows.iter().filter_map(|row| {
            Some((CommunityId(row.community_id?), StreamId(row.stream?), count(row.head?)))
        });
        let heads = heads.collect();
        let first = rows.into_iter().next().ok_or(Inconsistent("log_horizon"))?;
        let log = LogIdentity { database: first.database_id, timeline: timeline(&first.timeline) };
        Ok(Advance { log, snapshot: first.snapshot, heads })
    }
}

/// The timeline of a log file's name: its first eight digits.
fn timeline(digits: &str) -> u32 {
    u32::from_str_radix(digits, 16).unwrap_or_default()
}
