//! Outgoing webhooks, as those manage them who may. What they are sent is in `deliveries.rs`.
//!
//! No read for a person holds a secret.

use ajet_domain::change::TargetUrl;
use ajet_domain::need::{DeliveryFacts, DeliveryOf, OutgoingCount, OutgoingFacts, OutgoingWebhookOf};
use ajet_protocol::{
    ChannelId, CommunityId, Delivery, DeliveryId, DeliveryStatus, EventId, EventType, OffReason,
    OutgoingWebhook, OutgoingWebhookId, Page, PageQuery, UserId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

fenced_row! {
    struct OutgoingRow / FencedOutgoingRow {
        id: Uuid,
        community_id: Uuid,
        url: String,
        events: Vec<String>,
        channel_ids: Option<Vec<Uuid>>,
        off: Option<String>,
        created_by: Uuid,
        acts_for: Uuid,
        created_at: OffsetDateTime,
    }
}

impl OutgoingRow {
    /// The webhook for a reader who sees these channels.
    fn shown(self, seen: &[ChannelId]) -> OutgoingWebhook {
        let sees = |id: &ChannelId| seen.contains(id);
        OutgoingWebhook {
            id: OutgoingWebhookId(self.id),
            community_id: CommunityId(self.community_id),
            url: self.url,
            events: types(&self.events),
            channel_ids: channels(self.channel_ids).map(|ids| ids.into_iter().filter(sees).collect()),
            enabled: self.off.is_none(),
            disabled_reason: self.off.as_deref().and_then(OffReason::named),
            secret: None,
            created_by: UserId(self.created_by),
            acts_for: UserId(self.acts_for),
            created_at: self.created_at.into(),
        }
    }
}

/// The types of stored names; those that only a newer node knows are left out.
fn types(names: &[String]) -> Vec<EventType> {
    names.iter().filter_map(|name| EventType::named(name)).collect()
}

fn channels(ids: Option<Vec<Uuid>>) -> Option<Vec<ChannelId>> {
    ids.map(|ids| ids.into_iter().map(ChannelId).collect())
}

fenced_row! {
    struct DeliveryRow / FencedDeliveryRow {
        id: Uuid,
        event_id: Uuid,
        event: String,
        status: String,
        attempts: i32,
        next_at: Option<OffsetDateTime>,
        failure: Option<String>,
        created_at: OffsetDateTime,
    }
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: DeliveryId(row.id),
            event_id: EventId(row.event_id),
            event: row.event,
            status: DeliveryStatus::named(&row.status).unwrap_or(DeliveryStatus::Dead),
            attempts: row.attempts.try_into().unwrap_or_default(),
            next_at: row.next_at.map(Into::into),
            failure: row.failure,
            created_at: row.created_at.into(),
        }
    }
}

impl Store {
    /// The outgoing webhooks of a community, for a reader who sees these channels.
    pub async fn outgoing_webhooks_of(
        &self,
        fence: Fence,
        query: &PageQuery,
        seen: &[ChannelId],
    ) -> Result<Fenced<Page<OutgoingWebhook>>, StoreError> {
        let rows = fenced!(
            FencedOutgoingRow,
            fence,
            r#"select f.holds as "holds!", w.id as "id?", w.community_id as "community_id?", w.url as "url?",
                      w.events as "events?", w.channel_ids, w.off, w.created_by as "created_by?",
                      w.acts_for as "acts_for?", w.created_at as "created_at?"
               from fence f
               left join (
                 select * from outgoing_webhooks
                 where community_id = $1 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) w on f.holds
               order by case when $6::uuid is null then w.id end, w.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let shown = |rows: Vec<OutgoingRow>| rows.into_iter().map(|row| row.shown(seen)).collect();
        Ok(Fenced::all(rows).map(|rows| page_of(shown(rows), query)))
    }

    /// An outgoing webhook of a community, for a reader who sees these channels.
    pub async fn outgoing_webhook_for(
        &self,
        fence: Fence,
        id: OutgoingWebhookId,
        seen: &[ChannelId],
    ) -> Result<Fenced<Option<OutgoingWebhook>>, StoreError> {
        let row = fenced!(
            FencedOutgoingRow,
            fence,
            r#"select f.holds as "holds!", w.id as "id?", w.community_id as "community_id?", w.url as "url?",
                      w.events as "events?", w.channel_ids, w.off, w.created_by as "created_by?",
                      w.acts_for as "acts_for?", w.created_at as "created_at?"
               from fence f left join outgoing_webhooks w on f.holds and w.community_id = $1 and w.id = $5"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(|row| row.shown(seen))))
    }

    /// What an outgoing webhook is sent, of one status where one is given, for a reader who sees these channels.
    pub async fn deliveries_of(
        &self,
        fence: Fence,
        (webhook, status): (OutgoingWebhookId, Option<DeliveryStatus>),
        query: &PageQuery,
        seen: &[ChannelId],
    ) -> Result<Fenced<Page<Delivery>>, StoreError> {
        let seen: Vec<Uuid> = seen.iter().map(|channel| channel.0).collect();
        let rows = fenced!(
            FencedDeliveryRow,
            fence,
            r#"select f.holds as "holds!", d.id as "id?", d.event_id as "event_id?", d.event as "event?", d.status as "status?",
                      d.attempts as "attempts?", d.next_at, d.failure, d.created_at as "created_at?"
               from fence f
               left join (
                 select * from deliveries
                 where webhook_id = (select id from outgoing_webhooks where id = $8 and community_id = $1)
                   and ($9::text is null or status = $9) and (channel_id is null or channel_id = any($10))
                   and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) d on f.holds
               order by case when $6::uuid is null then d.id end, d.id desc"#,
            query.after,
            query.before,
            query.size(),
            webhook.0,
            status.map(DeliveryStatus::as_str),
            &seen
        )
        // Planned by its values: one webhook may have a million rows, in the order of an index, and no plan for all values finds it.
        .fetch_all(self.searches())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Delivery::from).collect(), query)))
    }

    /// The community of an outgoing webhook.
    pub async fn community_of_outgoing(
        &self,
        id: OutgoingWebhookId,
    ) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from outgoing_webhooks where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }

    /// The community of a delivery's webhook, and the channel that those see who may know of it; `None`: it is of the community.
    pub async fn place_of_delivery(
        &self,
        id: DeliveryId,
    ) -> Result<Option<(CommunityId, Option<ChannelId>)>, StoreError> {
        let row = sqlx::query!(
            "select w.community_id, d.channel_id from deliveries d join outgoing_webhooks w on w.id = d.webhook_id where d.id = $1",
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(|row| (CommunityId(row.community_id), row.channel_id.map(ChannelId))))
    }

    /// Whether this is the secret of an outgoing webhook, as it was sealed: so a request that is carried out twice knows what it made itself.
    pub async fn is_signed_with(&self, id: OutgoingWebhookId, sealed: &[u8]) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (select 1 from outgoing_webhooks where id = $1 and secret = $2) as "is_it!""#,
            id.0,
            sealed
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.is_it)
    }

    /// The secrets of all outgoing webhooks, as they are sealed, each with its community.
    pub async fn sealed_outgoing_secrets(
        &self,
    ) -> Result<Vec<(OutgoingWebhookId, CommunityId, Vec<u8>)>, StoreError> {
        let rows = sqlx::query!("select id, community_id, secret from outgoing_webhooks order by id")
            .fetch_all(self.background())
            .await?;
        let sealed = rows
            .into_iter()
            .map(|row| (OutgoingWebhookId(row.id), CommunityId(row.community_id), row.secret));
        Ok(sealed.collect())
    }

    /// Puts a secret that is sealed anew in the place of the one that was sealed before, unless the webhook is gone; whether it did.
    pub async fn reseal_outgoing_webhook(
        &self,
        id: OutgoingWebhookId,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update outgoing_webhooks set secret = $3 where id = $1 and secret = $2",
            id.0,
            before,
            after
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

impl Answers<OutgoingWebhookOf> for Lookup<'_> {
    async fn answer(&self, asked: &[OutgoingWebhookOf]) -> Answered<OutgoingWebhookOf> {
        let ids: Vec<Uuid> = asked.iter().map(|OutgoingWebhookOf(id)| id.0).collect();
        let found = sqlx::query!(
            "select id, url, events, channel_ids, off, acts_for from outgoing_webhooks
             where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| {
            let facts = OutgoingFacts {
                url: TargetUrl(row.url),
                events: types(&row.events),
                channel_ids: channels(row.channel_ids),
                off: row.off.as_deref().and_then(OffReason::named),
                acts_for: UserId(row.acts_for),
            };
            (OutgoingWebhookOf(OutgoingWebhookId(row.id)), Some(facts))
        });
        Ok(complete(asked, found))
    }
}

impl Answers<OutgoingCount> for Lookup<'_> {
    async fn answer(&self, asked: &[OutgoingCount]) -> Answered<OutgoingCount> {
        let found = sqlx::query!(
            r#"select count(*) as "count!" from outgoing_webhooks where community_id = $1"#,
            self.community.0
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(OutgoingCount, found.count)]))
    }
}

impl Answers<DeliveryOf> for Lookup<'_> {
    async fn answer(&self, asked: &[DeliveryOf]) -> Answered<DeliveryOf> {
        let ids: Vec<Uuid> = asked.iter().map(|DeliveryOf(id)| id.0).collect();
        let found = sqlx::query!(
            r#"select d.id, d.webhook_id, d.status, w.off is not null as "is_off!"
               from deliveries d join outgoing_webhooks w on w.id = d.webhook_id
               where w.community_id = $1 and d.id = any($2)"#,
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| {
            let status = DeliveryStatus::named(&row.status).unwrap_or(DeliveryStatus::Dead);
            let webhook = OutgoingWebhookId(row.webhook_id);
            (DeliveryOf(DeliveryId(row.id)), Some(DeliveryFacts { webhook, status, is_off: row.is_off }))
        });
        Ok(complete(asked, found))
    }
}
