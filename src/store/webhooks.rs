//! Incoming webhooks.

use std::collections::HashMap;

use ajet_domain::Scope;
use ajet_domain::need::{StandingOf, WebhookFacts, WebhookOf};
use ajet_protocol::{ChannelId, CommunityId, Page, PageQuery, User, UserId, Webhook, WebhookId};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::user_in;
use super::{Store, StoreError};

/// A webhook as its address needs it: where it posts, as whom, and the hash its secret must have.
#[derive(Debug, Clone)]
pub struct WebhookWithSecret {
    pub channel_id: ChannelId,
    pub token_hash: Vec<u8>,
    pub user: User,
    /// Who made it; it posts for as long as they may manage webhooks.
    pub maker: UserId,
}

impl Store {
    /// The webhook behind an address; none where it is of an account that is out of use.
    pub async fn webhook_with_secret(&self, id: WebhookId) -> Result<Option<WebhookWithSecret>, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            "select w.channel_id, w.token_hash, w.created_by, u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot,
                    u.created_at
             from webhooks w join users u on u.id = w.user_id
             join channels ch on ch.id = w.channel_id
             join communities c on c.id = ch.community_id and c.deleted_at is null
             where w.id = $1 and u.deactivated_at is null
               and not exists (select 1 from users maker where maker.id = w.created_by and maker.deactivated_at is not null)",
            id.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| WebhookWithSecret {
            channel_id: ChannelId(row.channel_id),
            token_hash: row.token_hash,
            maker: UserId(row.created_by.unwrap_or_default()),
            user: user_in!(row),
        }))
    }

    /// A webhook, without its address, for the request that has just made it.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let found = sqlx::query_as!(
            WebhookRow,
            "select id, channel_id, name, avatar_url, created_by, created_at from webhooks where id = $1",
            id.0
        );
        Ok(found.fetch_optional(self.live()).await?.map(Webhook::from))
    }

    /// A webhook of a channel, without its address, for those who manage webhooks there.
    pub async fn webhook_for(
        &self,
        fence: Fence,
        id: WebhookId,
    ) -> Result<Fenced<Option<Webhook>>, StoreError> {
        let row = fenced!(
            FencedWebhookRow,
            fence,
            r#"select f.holds as "holds!", w.id as "id?", w.channel_id as "channel_id?", w.name as "name?", w.avatar_url,
                      w.created_by, w.created_at as "created_at?"
               from fence f left join webhooks w on f.holds and w.id = $5 and w.channel_id = $3"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(Webhook::from)))
    }

    /// A channel's webhooks, without their addresses.
    pub async fn webhooks_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Webhook>>, StoreError> {
        let rows = fenced!(
            FencedWebhookRow,
            fence,
            r#"select f.holds as "holds!", w.id as "id?", w.channel_id as "channel_id?", w.name as "name?", w.avatar_url,
                      w.created_by, w.created_at as "created_at?"
               from fence f
               left join (
                 select * from webhooks
                 where channel_id = $3 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) w on f.holds
               order by case when $6::uuid is null then w.id end, w.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Webhook::from).collect(), query)))
    }

    /// The webhooks of some channels of a community, without their addresses.
    pub async fn webhooks_among(
        &self,
        fence: Fence,
        channels: &[ChannelId],
        query: &PageQuery,
    ) -> Result<Fenced<Page<Webhook>>, StoreError> {
        let channels: Vec<Uuid> = channels.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedWebhookRow,
            fence,
            r#"select f.holds as "holds!", w.id as "id?", w.channel_id as "channel_id?", w.name as "name?", w.avatar_url,
                      w.created_by, w.created_at as "created_at?"
               from fence f
               left join (
                 select * from webhooks
                 where channel_id = any($8) and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) w on f.holds
               order by case when $6::uuid is null then w.id end, w.id desc"#,
            query.after,
            query.before,
            query.size(),
            &channels
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Webhook::from).collect(), query)))
    }

    /// The community that a webhook's channel belongs to.
    pub async fn community_of_webhook(&self, id: WebhookId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!(
            "select c.community_id from webhooks w join channels c on c.id = w.channel_id where w.id = $1",
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.and_then(|row| row.community_id).map(CommunityId))
    }
}

impl Answers<WebhookOf> for Lookup<'_> {
    async fn answer(&self, asked: &[WebhookOf]) -> Answered<WebhookOf> {
        let ids: Vec<Uuid> = asked.iter().map(|one| one.webhook.0).collect();
        let found = sqlx::query!(
            "select w.id, w.channel_id from webhooks w join channels ch on ch.id = w.channel_id
             where w.id = any($2) and ch.community_id = $1",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let channels: HashMap<WebhookId, ChannelId> =
            found.into_iter().map(|row| (WebhookId(row.id), ChannelId(row.channel_id))).collect();
        let there = asked.iter().filter_map(|one| Some((*one, *channels.get(&one.webhook)?)));
        let there: Vec<(WebhookOf, ChannelId)> = there.collect();
        if there.is_empty() {
            return Ok(complete(asked, []));
        }
        let judged: Vec<StandingOf> = there
            .iter()
            .map(|(one, channel)| StandingOf { user: one.user, channel: Some(*channel) })
            .collect();
        let standings = self.store.standings(Scope::from(self.community), &judged).await?;
        let webhooks = there.into_iter().zip(&judged).map(|((one, channel), judged)| {
            let standing = standings.get(judged).copied().unwrap_or_default();
            (one, Some(WebhookFacts { channel, standing }))
        });
        Ok(complete(asked, webhooks))
    }
}

fenced_row! {
    struct WebhookRow / FencedWebhookRow {
        id: Uuid,
        channel_id: Uuid,
        name: String,
        avatar_url: Option<String>,
        created_by: Option<Uuid>,
        created_at: time::OffsetDateTime,
    }
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Webhook {
            id: WebhookId(row.id),
            channel_id: ChannelId(row.channel_id),
            name: row.name,
            avatar_url: row.avatar_url,
            url: None,
            created_by: UserId(row.created_by.unwrap_or_default()),
            created_at: row.created_at.into(),
        }
    }
}
