//! How far streams are published, and what is past its time. What NATS did not take is in `parked.rs`.

use std::fmt;
use std::time::Duration;

use ajet_protocol::StreamId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError};

/// Events looked at in one step of a sweep.
const SWEEP_EVENTS: i64 = 20_000;

/// What a step of the sweep found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Streams with events that are not on NATS, as far as marked, and where they end.
    pub lacking: Vec<(StreamId, u64)>,
    /// The log goes on beyond what this step looked at.
    pub goes_on: bool,
}

/// Rows that are of no use after some time, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    IdempotencyKeys,
    /// Those that ended.
    Invites,
    Notifications,
    /// Lines of communities' audit logs, by the system's settings.
    AuditLog,
    /// Lines about what the owner of the system did, by the same setting.
    SystemAudit,
    /// What pages said of themselves.
    LinkPreviews,
    /// What people scheduled and was sent, or failed.
    Scheduled,
}

impl Past {
    pub const ALL: [Self; 7] = [
        Self::IdempotencyKeys,
        Self::Invites,
        Self::Notifications,
        Self::AuditLog,
        Self::SystemAudit,
        Self::LinkPreviews,
        Self::Scheduled,
    ];
}

impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IdempotencyKeys => "idempotency keys",
            Self::Invites => "invites that ended",
            Self::Notifications => "notifications",
            Self::AuditLog => "lines of audit logs",
            Self::SystemAudit => "lines of the system's audit",
            Self::LinkPreviews => "what pages said of themselves",
            Self::Scheduled => "scheduled messages that were settled",
        })
    }
}

impl Store {
    /// Takes the turn to sweep, if no node has swept within `every`.
    pub async fn takes_turn_to_sweep(&self, every: Duration) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update upkeep set swept_at = clock_timestamp()
             where swept_at < clock_timestamp() - make_interval(secs => $1)",
            every.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes the turn to tidy, if no node has tidied within `every`.
    pub async fn takes_turn_to_tidy(&self, every: Duration) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update upkeep set tidied_at = clock_timestamp()
             where tidied_at < clock_timestamp() - make_interval(secs => $1)",
            every.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Looks for events that are not published, oldest first, from the first one that the last sweep found unpublished.
    /// Its cost follows what was written since, not how many streams there are.
    pub async fn sweep(&self) -> Result<Sweep, StoreError> {
        let rows = sqlx::query!(
            r#"with mark as materialized (
                 -- A restored dump numbers transactions anew: then from the beginning.
                 select case when published_to <= pg_snapshot_xmax(pg_current_snapshot()) then published_to else '0' end as at
                 from upkeep
               ), chunk as materialized (
                 select stream, seq, xid from events
                 where xid >= (select at from mark) and xid < pg_snapshot_xmin(pg_current_snapshot())
                 order by xid limit $1
               ), heads as (
                 select stream, max(seq) as head from chunk group by stream
               ), lacking as (
                 select h.stream, h.head, coalesce(o.published, 0) as published
                 from heads h left join outbox o on o.stream = h.stream where h.head > coalesce(o.published, 0)
               ), moved as (
                 update upkeep set published_to = greatest((select at from mark), coalesce(
                   (select c.xid from chunk c join lacking l on l.stream = c.stream and c.seq > l.published
                    order by c.xid limit 1),
                   case when (select count(*) from chunk) < $1 then pg_snapshot_xmin(pg_current_snapshot())
                        else (select xid from chunk order by xid desc limit 1) end))
               )
               select l.stream as "stream?", l.head as "head?", (select count(*) from chunk) as "looked_at!"
               from (values (1)) one(row) left join lacking l on true"#,
            SWEEP_EVENTS
        )
        .fetch_all(self.background())
        .await?;
        let full = rows.first().is_some_and(|row| row.looked_at >= SWEEP_EVENTS);
        let lacking: Vec<_> =
            rows.into_iter().filter_map(|row| Some((StreamId(row.stream?), count(row.head?)))).collect();
        Ok(Sweep { goes_on: full && lacking.is_empty(), lacking })
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

    /// Removes up to `limit` published events from before a moment, and the changes of rights of their time, and moves the horizon;
    /// returns how many events.
    ///
    /// What changed up to the horizon is seen by every snapshot that can still be replayed from, so that none of these asks for it.
    ///
    /// With the event that a message was deleted goes all that the message may still have: a node of release 0.1.0 deletes its text alone.
    /// What is left is shown to no one. A deleted message takes nothing more, so each look is at one range of an index, and most find
    /// nothing.
    pub async fn remove_events_before(&self, moment: OffsetDateTime, limit: i64) -> Result<u64, StoreError> {
        let row = sqlx::query!(
            r#"with old as (
                 select e.stream, e.seq from events e join outbox o on o.stream = e.stream and o.published >= e.seq
                 where e.ts < $1 limit $2
               ), removed as (
                 delete from events e using old where e.stream = old.stream and e.seq = old.seq
                 returning e.xid, case when e.type = 'message.deleted' then e.payload ->> 'message_id' end as deleted
               ), gone as (
                 -- A cast of what is no id would fail the whole removal.
                 select array(
                   select case when e.deleted ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then e.deleted::uuid end
                   from removed e where e.deleted is not null
                 ) as ids
               ), left_reactions as (
                 delete from reactions where message_id = any((select ids from gone)::uuid[])
               ), left_votes as (
                 delete from poll_votes where message_id = any((select ids from gone)::uuid[])
               ), left_tallies as (
                 delete from poll_tallies where message_id = any((select ids from gone)::uuid[])
               ), left_pins as (
                 delete from pins where message_id = any((select ids from gone)::uuid[])
               ), left_previews as (
                 delete from message_previews where message_id = any((select ids from gone)::uuid[])
               ), left_mentions as (
                 delete from message_mentions where message_id = any((select ids from gone)::uuid[])
               ), left_files as (
                 update attachments set deleted_at = now()
                 where message_id = any((select ids from gone)::uuid[]) and deleted_at is null
               ), left_parts as (
                 update messages set poll = null, attachments = 0
                 where id = any((select ids from gone)::uuid[]) and deleted_at is not null
                   and (poll is not null or attachments <> 0)
               ), newest as (select xid from removed order by xid desc limit 1),
               forgotten as (
                 delete from acl_changes where xid <= (select xid from newest)
               ), moved as (
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

    /// Removes up to `limit` rows of a kind that are past their time; returns how many.
    pub async fn remove_past(&self, what: Past, limit: i64) -> Result<u64, StoreError> {
        let removing = match what {
            Past::IdempotencyKeys => sqlx::query!(
                "delete from mutations m using (
                   select author_id, key from mutations where created_at < now() - interval '48 hours' limit $1
                 ) old
                 where m.author_id = old.author_id and m.key = old.key",
                limit
            ),
            Past::Invites => sqlx::query!(
                "delete from invites i using (
                   select id from invites
                   where expires_at < now() - interval '30 days' or revoked_at < now() - interval '30 days'
                   limit $1
                 ) old
                 where i.id = old.id",
                limit
            ),
            Past::Scheduled => sqlx::query!(
                "delete from scheduled_messages s using (
                   select id from scheduled_messages
                   where state in ('sent', 'failed') and send_at < now() - interval '30 days' limit $1
                 ) old
                 where s.id = old.id",
                limit
            ),
            Past::Notifications => sqlx::query!(
                "delete from notifications n using (
                   select user_id, id from notifications where created_at < now() - interval '90 days' limit $1
                 ) old
                 where n.user_id = old.user_id and n.id = old.id",
                limit
            ),
            // Without a setting, and where it is null, nothing is past its time.
            Past::AuditLog => sqlx::query!(
                "delete from audit_log l using (
                   select id from audit_log
                   where created_at < now() - make_interval(days =>
                     (select (value #>> '{}')::int from system_settings where key = 'audit_retention_days'))
                   limit $1
                 ) old
                 where l.id = old.id",
                limit
            ),
            Past::SystemAudit => sqlx::query!(
                "delete from system_audit l using (
                   select id from system_audit
                   where created_at < now() - make_interval(days =>
                       (select (value #>> '{}')::int from system_settings where key = 'audit_retention_days'))
                     or (action like any (array['session.%', 'sign_in.%', 'device.%']) and created_at < now() - interval '90 days')
                   limit $1
                 ) old
                 where l.id = old.id",
                limit
            ),
            Past::LinkPreviews => sqlx::query!(
                "delete from link_previews p using (
                   select address from link_previews where fetched_at < now() - interval '1 day' limit $1
                 ) old
                 where p.address = old.address",
                limit
            ),
        };
        Ok(removing.execute(self.background()).await?.rows_affected())
    }
}
