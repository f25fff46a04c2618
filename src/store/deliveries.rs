//! What outgoing webhooks are sent: made from the log, taken by lanes, settled.
//!
//! **The mark.** `spreading` says how far the log has been looked at: all events of transactions before it. A step reads what is committed
//! from there on and below the oldest transaction that is still under way, so nothing can appear behind it. The rows that a step makes and
//! the mark that it moves are one commit, and it moves from where the step began or not at all: a step that is cut off is done again, and
//! of two nodes' steps one counts. A row is made once for a webhook and an event, whatever happens.
//!
//! **Lanes.** Each webhook has one, which one node has at a time: a claim with an end, so that what a dead node had is taken by another. A
//! node whose claim has run out finds no more to send.
//!
//! No text is in a row, and none is read here.

use std::time::Duration;

use ajet_domain::change::{SealedSecret, TargetUrl};
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    ChannelId, CommunityId, DeliveryId, EventId, OutgoingWebhookId, StreamId, UserId, limits,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError};

/// How long a lane stays with the node that took it: longer than a turn, and a request at its end.
const CLAIM: Duration = Duration::from_secs(60);

/// An event that a webhook may be sent, if who it acts for sees it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub webhook: OutgoingWebhookId,
    pub community: CommunityId,
    pub acts_for: UserId,
    /// Whether the webhook names the event's channel.
    pub is_named: bool,
    pub event: EventPlace,
}

/// Where an event stands.
#[derive(Debug, Clone)]
pub struct EventPlace {
    pub id: EventId,
    pub stream: StreamId,
    pub seq: u64,
    pub kind: String,
    pub channel: Option<ChannelId>,
}

/// A step through the log.
#[derive(Debug)]
pub struct Step {
    pub candidates: Vec<Candidate>,
    /// The log goes on beyond what this step looked at.
    pub goes_on: bool,
    /// The mark as it was found.
    from: String,
    /// The mark as it is to be.
    to: String,
}

/// A webhook whose turn it is, as this node may send it things for a while.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    pub webhook: OutgoingWebhookId,
    pub community: CommunityId,
    claim: OffsetDateTime,
}

/// A delivery to be tried now, with its webhook as it is now.
#[derive(Debug, Clone)]
pub struct DueDelivery {
    pub id: DeliveryId,
    pub webhook: OutgoingWebhookId,
    pub community: CommunityId,
    pub url: TargetUrl,
    pub secret: SealedSecret,
    pub acts_for: UserId,
    pub is_named: bool,
    pub event: EventPlace,
    /// How often it was tried.
    pub attempts: u32,
}

impl Store {
    /// Takes the turn to look at the log, if no node has within `every`. Without a webhook that is on there is nothing to look for: then
    /// the mark goes to the end.
    pub async fn takes_turn_to_spread(&self, every: Duration) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"with hooks as (
                 select exists (select 1 from outgoing_webhooks where off is null) as any_on
               )
               update spreading s set looked_at = clock_timestamp(),
                 spread_to = case when o.any_on then s.spread_to else pg_snapshot_xmin(pg_current_snapshot()) end
               from hooks o where s.looked_at < clock_timestamp() - make_interval(secs => $1)
               returning o.any_on as "any_on!""#,
            every.as_secs_f64()
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.is_some_and(|row| row.any_on))
    }

    /// Looks at some `limit` events from the mark on: at all of each commit.
    ///
    /// An event is for a webhook that was there before it. A restored dump numbers transactions anew: then it is looked at everything from
    /// the beginning, and of what is older than deliveries are kept nothing is sent.
    pub async fn step(&self, limit: i64) -> Result<Step, StoreError> {
        let rows = sqlx::query!(
            r#"with mark as materialized (
                 select spread_to as was,
                        case when spread_to <= pg_snapshot_xmax(pg_current_snapshot()) then spread_to else '0'::xid8 end as at
                 from spreading
               ), chunk as materialized (
                 select e.id, e.stream, e.seq, e.xid, e.type, e.ts, e.community_id, e.channel_id from events e
                 where e.xid >= (select at from mark) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
                 -- Whole commits: the mark goes behind the last one, which may have more events than are looked at.
                 order by e.xid fetch first ($1) rows with ties
               ), looked as materialized (
                 select count(*) >= $1 as is_full, (select xid from chunk order by xid desc limit 1) as last from chunk
               ), found as (
                 select w.id as webhook, w.community_id as community, w.acts_for, w.channel_ids is not null as is_named,
                        c.id, c.stream, c.seq, c.type, c.channel_id, c.xid
                 from chunk c
                 join outgoing_webhooks w on w.community_id = c.community_id and w.off is null and c.type = any(w.events)
                   and (w.channel_ids is null or c.channel_id = any(w.channel_ids)) and c.xid >= case when w.since <= pg_snapshot_xmax(pg_current_snapshot()) then w.since else '0'::xid8 end
                 join communities k on k.id = w.community_id and k.deleted_at is null
                 join users u on u.id = w.acts_for and u.deactivated_at is null
                 where c.ts > now() - make_interval(days => $2)
               )
               select m.was::text as "was!", l.is_full as "is_full!",
                      case when l.is_full then (l.last::text::numeric + 1)::text
                           else pg_snapshot_xmin(pg_current_snapshot())::text end as "next!",
                      f.webhook as "webhook?", f.community as "community?", f.acts_for as "acts_for?", f.is_named as "is_named?",
                      f.id as "id?", f.stream as "stream?", f.seq as "seq?", f.type as "kind?", f.channel_id as "channel_id?"
               from mark m cross join looked l left join found f on true
               order by f.xid, f.stream, f.seq"#,
            limit,
            limits::DELIVERY_DAYS
        )
        .fetch_all(self.background())
        .await?;
        let (mut from, mut to, mut goes_on) = (String::new(), String::new(), false);
        let mut candidates = Vec::new();
        for row in rows {
            (from, to, goes_on) = (row.was, row.next, row.is_full);
            let (Some(webhook), Some(id), Some(kind)) = (row.webhook, row.id, row.kind) else { continue };
            let event = EventPlace {
                id: EventId(id),
                stream: StreamId(row.stream.unwrap_or_default()),
                seq: count(row.seq.unwrap_or_default()),
                kind,
                channel: row.channel_id.map(ChannelId),
            };
            candidates.push(Candidate {
                webhook: OutgoingWebhookId(webhook),
                community: CommunityId(row.community.unwrap_or_default()),
                acts_for: UserId(row.acts_for.unwrap_or_default()),
                is_named: row.is_named.unwrap_or_default(),
                event,
            });
        }
        Ok(Step { candidates, goes_on, from, to })
    }

    /// Makes deliveries of what came of a step, each with the channel by which is judged who may know of it, and moves the mark, in one
    /// commit; how many. Nothing where the mark is not where the step began.
    pub async fn spread(&self, step: &Step, chosen: &[Candidate]) -> Result<u64, StoreError> {
        let mut mint = Mint::above(rand::random(), None);
        let ids: Vec<Uuid> = chosen.iter().map(|_| mint.next(crate::clock::now(), rand::random())).collect();
        let webhooks: Vec<Uuid> = chosen.iter().map(|one| one.webhook.0).collect();
        let events: Vec<Uuid> = chosen.iter().map(|one| one.event.id.0).collect();
        let streams: Vec<Uuid> = chosen.iter().map(|one| one.event.stream.0).collect();
        let seqs: Vec<i64> = chosen.iter().map(|one| stored(one.event.seq)).collect();
        let kinds: Vec<String> = chosen.iter().map(|one| one.event.kind.clone()).collect();
        let channels: Vec<Option<Uuid>> = chosen.iter().map(|one| one.event.channel.map(|id| id.0)).collect();
        let made = sqlx::query!(
            "with moved as (
               update spreading set spread_to = $2::text::xid8 where spread_to = $1::text::xid8 returning one
             )
             insert into deliveries (id, webhook_id, event_id, stream, seq, event, channel_id)
             select c.id, c.webhook, c.event_id, c.stream, c.seq, c.kind, c.channel
             from moved cross join unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[], $9::uuid[])
               as c(id, webhook, event_id, stream, seq, kind, channel)
             on conflict on constraint deliveries_event_key do nothing",
            step.from,
            step.to,
            &ids,
            &webhooks,
            &events,
            &streams,
            &seqs,
            &kinds,
            &channels as &[Option<Uuid>]
        )
        .execute(self.background())
        .await?;
        Ok(made.rows_affected())
    }

    /// Takes up to `limit` lanes in which something is due, those first that have rested for longest: of one community so many that with
    /// those of `held`, which names it once for each lane that this node has, there are `of_one` at most.
    pub async fn take_lanes(
        &self,
        limit: i64,
        held: &[CommunityId],
        of_one: i64,
    ) -> Result<Vec<Lane>, StoreError> {
        let held: Vec<Uuid> = held.iter().map(|community| community.0).collect();
        let rows = sqlx::query!(
            r#"with ranked as (
                 select w.id, row_number() over (partition by w.community_id order by w.busy_until, w.id)
                        + (select count(*) from unnest($3::uuid[]) as h(community) where h.community = w.community_id) as place
                 from outgoing_webhooks w
                 where w.off is null and w.busy_until <= now() and exists (
                   select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' and d.next_at <= now())
               ), due as (
                 select w.id from ranked r join outgoing_webhooks w on w.id = r.id
                 -- Another node may have taken it meanwhile.
                 where r.place <= $4 and w.off is null and w.busy_until <= now()
                 order by w.busy_until, w.id limit $1
                 for update of w skip locked
               )
               update outgoing_webhooks w set busy_until = now() + make_interval(secs => $2)
               from due where w.id = due.id
               returning w.id as "id!", w.community_id as "community_id!", w.busy_until as "busy_until!""#,
            limit,
            CLAIM.as_secs_f64(),
            &held,
            of_one
        )
        .fetch_all(self.background())
        .await?;
        let lanes = rows.into_iter().map(|row| Lane {
            webhook: OutgoingWebhookId(row.id),
            community: CommunityId(row.community_id),
            claim: row.busy_until,
        });
        Ok(lanes.collect())
    }

    /// Gives a lane back, which rests for a while.
    pub async fn leave_lane(&self, lane: Lane, rest: Duration) -> Result<(), StoreError> {
        sqlx::query!(
            "update outgoing_webhooks set busy_until = now() + make_interval(secs => $3) where id = $1 and busy_until = $2",
            lane.webhook.0,
            lane.claim,
            rest.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// What is due in a lane, the first of it; none where this node has the lane no more, or the webhook is off.
    pub async fn due_in(&self, lane: Lane) -> Result<Option<DueDelivery>, StoreError> {
        let row = sqlx::query!(
            r#"select d.id, d.event_id, d.stream, d.seq, d.event, d.attempts, w.community_id, w.url, w.secret, w.acts_for,
                      w.channel_ids is not null as "is_named!"
               from outgoing_webhooks w join deliveries d on d.webhook_id = w.id
               where w.id = $1 and w.busy_until = $2 and w.off is null and d.status = 'pending' and d.next_at <= now()
               order by d.next_at, d.id limit 1"#,
            lane.webhook.0,
            lane.claim
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| DueDelivery {
            id: DeliveryId(row.id),
            webhook: lane.webhook,
            community: CommunityId(row.community_id),
            url: TargetUrl(row.url),
            secret: SealedSecret(row.secret),
            acts_for: UserId(row.acts_for),
            is_named: row.is_named,
            event: EventPlace {
                id: EventId(row.event_id),
                stream: StreamId(row.stream),
                seq: count(row.seq),
                kind: row.event,
                channel: None,
            },
            attempts: row.attempts.try_into().unwrap_or_default(),
        }))
    }

    /// For whom the webhook of a lane acts, if it is on and more than `most` deliveries of it wait.
    pub async fn overfull(&self, lane: Lane, most: i64) -> Result<Option<UserId>, StoreError> {
        let row = sqlx::query!(
            "select w.acts_for from outgoing_webhooks w
             where w.id = $1 and w.busy_until = $2 and w.off is null and $3 < (
               select count(*) from (
                 select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' limit $3::int8 + 1
               ) waiting
             )",
            lane.webhook.0,
            lane.claim,
            most
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| UserId(row.acts_for)))
    }

    /// Gives up to `limit` deliveries up that wait for a webhook which is off; how many.
    pub async fn give_up(
        &self,
        webhook: OutgoingWebhookId,
        why: &str,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "update deliveries d set status = 'dead', failure = $2, next_at = null from (
               select d.id from deliveries d join outgoing_webhooks w on w.id = d.webhook_id
               where d.webhook_id = $1 and d.status = 'pending' and w.off is not null
               order by d.next_at, d.id limit $3
             ) late
             where d.id = late.id",
            webhook.0,
            why,
            limit
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected())
    }

    /// A delivery was taken.
    pub async fn delivered(&self, due: &DueDelivery) -> Result<(), StoreError> {
        sqlx::query!(
            "with done as (
               update deliveries set status = 'delivered', attempts = attempts + 1, next_at = null, failure = null
               where id = $1 and status = 'pending' returning webhook_id
             )
             update outgoing_webhooks w set failing_since = null
             from done where w.id = done.webhook_id and w.failing_since is not null",
            due.id.0
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// A try came to nothing; after `rest` there is another one, or none. Returns for how long nothing has been taken.
    pub async fn not_delivered(
        &self,
        due: &DueDelivery,
        failure: &str,
        rest: Option<Duration>,
    ) -> Result<Duration, StoreError> {
        let row = sqlx::query!(
            r#"with done as (
                 update deliveries set attempts = attempts + 1, failure = $2,
                   status = case when $3::float8 is null then 'dead' else 'pending' end,
                   next_at = now() + make_interval(secs => $3::float8)
                 where id = $1 and status = 'pending' returning webhook_id
               )
               update outgoing_webhooks w set failing_since = coalesce(w.failing_since, now())
               from done where w.id = done.webhook_id
               returning greatest(extract(epoch from now() - w.failing_since), 0)::float8 as "seconds!""#,
            due.id.0,
            failure,
            rest.map(|rest| rest.as_secs_f64())
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map_or(Duration::ZERO, |row| Duration::from_secs_f64(row.seconds)))
    }

    /// A delivery is not sent, and that says nothing of the address.
    pub async fn withheld(&self, due: &DueDelivery, why: &str) -> Result<(), StoreError> {
        sqlx::query!(
            "update deliveries set status = 'dead', failure = $2, next_at = null where id = $1 and status = 'pending'",
            due.id.0,
            why
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Removes up to `limit` deliveries that are past their time, the oldest first; how many. Those of a webhook that is gone wait for it,
    /// too: no lane has them, and no index finds them.
    pub async fn remove_deliveries(&self, limit: i64) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "delete from deliveries d using (
               select d.id from deliveries d
               where d.created_at < now() - make_interval(days => $2)
               order by d.created_at limit $1
             ) old
             where d.id = old.id",
            limit,
            limits::DELIVERY_DAYS
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected())
    }

    /// Whether an account is in use, as whom a webhook may act.
    pub async fn acts(&self, person: UserId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (select 1 from users where id = $1 and deactivated_at is null) as "is_there!""#,
            person.0
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.is_there)
    }
}
