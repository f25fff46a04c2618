//! Incoming webhooks.

use ajet_protocol::{ChannelId, CommunityId, Page, PageQuery, User, UserId, Webhook, WebhookId};

use super::communities::page_of;
use super::rows::UserRow;
use super::{Store, StoreError};

/// A webhook as the door needs it: where it posts, as whom, and the hash its secret must have.
#[derive(Debug, Clone)]
pub struct WebhookWithSecret {
    pub channel_id: ChannelId,
    pub token_hash: Vec<u8>,
    pub user: User,
    /// Who made it; it posts for as long as they may manage webhooks.
    pub maker: UserId,
}

impl Store {
    /// The webhook behind an address.
    pub async fn webhook_with_secret(&self, id: WebhookId) -> Result<Option<WebhookWithSecret>, StoreError> {
        let row = sqlx::query!(
            "select w.channel_id, w.token_hash, w.created_by, u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot,
                    u.created_at
             from webhooks w join users u on u.id = w.user_id where w.id = $1",
            id.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| WebhookWithSecret {
            channel_id: ChannelId(row.channel_id),
            token_hash: row.token_hash,
            maker: UserId(row.created_by.unwrap_or_default()),
            user: UserRow {
                id: row.id,
                username: row.username,
                display_name: row.display_name,
                avatar_url: row.avatar_url,
                status_text: row.status_text,
                bot: row.bot,
                created_at: row.created_at,
            }
            .into(),
        }))
    }

    /// A webhook, without its address.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let found = sqlx::query_as!(
            WebhookRow,
            "select id, channel_id, name, avatar_url, created_by, created_at from webhooks where id = $1",
            id.0
        );
        Ok(found.fetch_optional(self.live()).await?.map(Webhook::from))
    }

    /// A channel's webhooks, without their addresses.
    pub async fn webhooks_of(
        &self,
        channel: ChannelId,
        query: &PageQuery,
    ) -> Result<Page<Webhook>, StoreError> {
        let rows = sqlx::query_as!(
            WebhookRow,
            "select id, channel_id, name, avatar_url, created_by, created_at from webhooks
             where channel_id = $1 and ($2::uuid is null or id > $2) and ($3::uuid is null or id < $3)
             order by case when $3::uuid is null then id end, id desc limit $4::int8 + 1",
            channel.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let items = rows.into_iter().map(Webhook::from).collect();
        Ok(page_of(items, query))
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

struct WebhookRow {
    id: uuid::Uuid,
    channel_id: uuid::Uuid,
    name: String,
    avatar_url: Option<String>,
    created_by: Option<uuid::Uuid>,
    created_at: time::OffsetDateTime,
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
