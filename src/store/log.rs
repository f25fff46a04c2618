//! The event log: ranges for gaps, replay by cursor, the watermark of a node, and how far streams are published.
//!
//! A cursor is a PostgreSQL snapshot: what it saw is behind the reader, everything else is still to come. So replay
//! neither trusts a clock nor needs a total order of streams.

use std::borrow::Cow;

use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::{ChannelId, CommunityId, Envelope, EventId, StreamId, UserId};
use serde_json::value::RawValue;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError};

struct EventRow {
    stream: Uuid,
    seq: i64,
    id: Uuid,
    kind: String,
    ts: OffsetDateTime,
    community_id: Option<Uuid>,
    channel_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    acl_version: Option<i64>,
    payload: Json<Box<RawValue>>,
}

impl From<EventRow> for Envelope {
    fn from(row: EventRow) -> Self {
        Self {
            v: ENVELOPE_VERSION,
            id: EventId(row.id),
            kind: Cow::Owned(row.kind),
            ts: row.ts.into(),
            stream: StreamId(row.stream),
            seq: Some(count(row.seq)),
            community_id: row.community_id.map(CommunityId),
            channel_id: row.channel_id.map(ChannelId),
            actor_id: row.actor_id.map(UserId),
            acl_version: row.acl_version.map(count),
            payload: row.payload.0,
        }
    }
}

/// Where the log stands as of one snapshot, compared with an earlier one.
#[derive(Debug, Clone)]
pub struct Advance {
    /// The snapshot's text; everything it sees is accounted for in `heads`.
    pub snapshot: String,
    /// The newest event of every stream that has grown since.
    pub heads: Vec<(CommunityId, StreamId, u64)>,
}

impl Store {
    /// Events `first..=last` of a stream, in order.
    pub async fn events_between(
        &self,
        stream: StreamId,
        first: u64,
        last: u64,
    ) -> Result<Vec<Envelope>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            r#"select stream, seq, id, type as kind, ts, community_id, channel_id, actor_id, acl_version, payload as "payload: _"
               from events where stream = $1 and seq between $2 and $3 order by seq"#,
            stream.0,
            stored(first),
            stored(last)
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(Envelope::from).collect())
    }

    /// Up to `limit` events of these communities that a cursor's snapshot did not see, in stream order, each with the
    /// snapshot that a reader who has it may go on from.
    pub async fn events_after(
        &self,
        snapshot: &str,
        communities: &[CommunityId],
        limit: i64,
    ) -> Result<Vec<(Envelope, Option<String>)>, StoreError> {
        let ids: Vec<Uuid> = communities.iter().map(|id| id.0).collect();
        // Below the oldest transaction still under way nothing more can appear: there the snapshot 'x:x:' (all before x) is
        // whole as soon as everything before x has been read, and the rows come in that order.
        let rows = sqlx::query!(
            r#"select stream, seq, id, type as kind, ts, community_id, channel_id, actor_id, acl_version,
                      payload as "payload: Json<Box<RawValue>>",
                      case when xid < pg_snapshot_xmin(pg_current_snapshot()) then xid::text end as settled
               from events
               where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                 and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and community_id = any($2)
               order by xid, stream, seq limit $3"#,
            snapshot,
            &ids,
            limit
        )
        .fetch_all(self.commands())
        .await?;
        let with_cursor = rows.into_iter().map(|row| {
            let settled = row.settled.map(|xid| format!("{xid}:{xid}:"));
            let event = EventRow {
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
            };
            (Envelope::from(event), settled)
        });
        Ok(with_cursor.collect())
    }

    /// Up to `limit` events of a community from one of its events on, itself included.
    pub async fn events_from(
        &self,
        stream: StreamId,
        seq: u64,
        community: CommunityId,
        limit: i64,
    ) -> Result<Vec<Envelope>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            r#"select stream, seq, id, type as kind, ts, community_id, channel_id, actor_id, acl_version, payload as "payload: _"
               from events
               where xid >= (select f.xid from events f where f.stream = $1 and f.seq = $2) and community_id = $3
                 and (stream <> $1 or seq >= $2)
               order by xid, stream, seq limit $4"#,
            stream.0,
            stored(seq),
            community.0,
            limit
        )
        .fetch_all(self.commands())
        .await?;
        Ok(rows.into_iter().map(Envelope::from).collect())
    }

    /// Which database this is: part of every cursor.
    pub async fn database_id(&self) -> Result<Uuid, StoreError> {
        Ok(sqlx::query!("select database_id from log_horizon").fetch_one(self.commands()).await?.database_id)
    }

    /// Whether a cursor's snapshot is well-formed, of the past, and not older than what the log still holds.
    pub async fn can_replay_from(&self, snapshot: &str) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select (pg_snapshot_xmin($1::text::pg_snapshot) > removed_to
                 and pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())) as "can!"
               from log_horizon"#,
            snapshot
        )
        .fetch_one(self.commands())
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
            .fetch_one(self.commands())
            .await?;
        Ok(row.snapshot)
    }

    /// The present snapshot, and which streams have grown since an earlier one.
    pub async fn advance_from(&self, snapshot: &str) -> Result<Advance, StoreError> {
        let rows = sqlx::query!(
            r#"select pg_current_snapshot()::text as "snapshot!", g.community_id as "community_id?", g.stream as "stream?",
                      g.head as "head?"
               from (values (1)) one(row)
               left join (
                 select community_id, stream, max(seq) as head from events
                 where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot) and community_id is not null
                 group by community_id, stream
               ) g on true"#,
            snapshot
        )
        .fetch_all(self.background())
        .await?;
        let heads = rows.iter().filter_map(|row| {
            Some((CommunityId(row.community_id?), StreamId(row.stream?), count(row.head?)))
        });
        let heads = heads.collect();
        Ok(Advance { snapshot: rows.into_iter().next().map(|row| row.snapshot).unwrap_or_default(), heads })
    }

    /// The heads of all streams of a community: its own and its channels'.
    pub async fn heads_of(&self, community: CommunityId) -> Result<Vec<(StreamId, u64)>, StoreError> {
        let rows = sqlx::query!(
            "select s.id, s.head from streams s where s.id = $1
             union all select s.id, s.head from channels ch join streams s on s.id = ch.id where ch.community_id = $1",
            community.0
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().filter_map(|row| Some((StreamId(row.id?), count(row.head?)))).collect())
    }

    /// Streams with events that are not on NATS, as far as marked, and how far they are.
    pub async fn unpublished(&self, limit: i64) -> Result<Vec<(StreamId, u64, u64)>, StoreError> {
        let rows = sqlx::query!(
            r#"select s.id, s.head, coalesce(o.published, 0) as "published!" from streams s
               left join outbox o on o.stream = s.id where s.head > coalesce(o.published, 0) limit $1"#,
            limit
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| (StreamId(row.id), count(row.published), count(row.head))).collect())
    }

    /// How far one stream is marked as published.
    pub async fn published(&self, stream: StreamId) -> Result<u64, StoreError> {
        let row = sqlx::query!("select published from outbox where stream = $1", stream.0)
            .fetch_optional(self.background())
            .await?;
        Ok(row.map_or(0, |row| count(row.published)))
    }

    /// Marks streams as published up to a number; a mark never goes back.
    pub async fn mark_published(&self, marks: &[(StreamId, u64)]) -> Result<(), StoreError> {
        let streams: Vec<Uuid> = marks.iter().map(|(stream, _)| stream.0).collect();
        let seqs: Vec<i64> = marks.iter().map(|(_, seq)| stored(*seq)).collect();
        sqlx::query!(
            "insert into outbox (stream, published) select * from unnest($1::uuid[], $2::int8[]) as t(stream, published)
             order by stream
             on conflict (stream) do update set published = greatest(outbox.published, excluded.published)",
            &streams,
            &seqs
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Removes up to `limit` published events from before a moment and moves the horizon; returns how many.
    pub async fn remove_events_before(&self, moment: OffsetDateTime, limit: i64) -> Result<u64, StoreError> {
        let row = sqlx::query!(
            r#"with old as (
                 select e.stream, e.seq from events e join outbox o on o.stream = e.stream and o.published >= e.seq
                 where e.ts < $1 limit $2
               ), removed as (
                 delete from events e using old where e.stream = old.stream and e.seq = old.seq returning e.xid
               ), newest as (select xid from removed order by xid desc limit 1),
               moved as (
                 update log_horizon set removed_to = greatest(removed_to, (select xid from newest))
                 where exists (select 1 from newest)
               )
               select count(*) as "count!" from removed"#,
            moment,
            limit
        )
        .fetch_one(self.background())
        .await?;
        Ok(count(row.count))
    }

    /// Removes mutation keys that are past their time.
    pub async fn remove_old_keys(&self) -> Result<(), StoreError> {
        sqlx::query!("delete from mutations where created_at < now() - interval '48 hours'")
            .execute(self.background())
            .await?;
        Ok(())
    }
}
