//! What was deleted before, as the audit logs tell.

use ajet_protocol::audit::SessionEnd;
use ajet_protocol::{BotId, CommunityId, OauthProviderId, SessionId, UserId};
use uuid::Uuid;

use super::{Store, StoreError};

/// A deletion in a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotedDeletion {
    pub community: CommunityId,
    /// Who deleted it.
    pub actor: Option<UserId>,
}

impl Store {
    /// The deletion of something of a community, which the log calls `action`.
    pub async fn noted_deletion(
        &self,
        action: &str,
        target: Uuid,
    ) -> Result<Option<NotedDeletion>, StoreError> {
        // The actions stand here as they do in the index, by which alone a target is found in all communities.
        let row = sqlx::query!(
            "select community_id, actor_id from audit_log
             where target_id = $2 and action = $1
               and action in ('bot.delete', 'category.delete', 'command.delete', 'emoji.delete', 'outgoing_webhook.delete',
                              'role.delete', 'token.revoke', 'webhook.delete')
             limit 1",
            action,
            target
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| NotedDeletion {
            community: CommunityId(row.community_id),
            actor: row.actor_id.map(UserId),
        }))
    }

    /// Whether something of a person's own was ended, which their lines call `action`.
    pub async fn is_own_end_noted(
        &self,
        person: UserId,
        action: &str,
        target: Uuid,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (
                 select 1 from system_audit where person_id = $1 and action = $2 and target_id = $3
               ) as "noted!""#,
            person.0,
            action,
            target
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.noted)
    }

    /// Whether a provider with this id was there: its row is gone, and the log alone tells it from an id that never was one.
    pub async fn is_provider_removal_noted(&self, id: OauthProviderId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (
                 select 1 from system_audit where target_id = $1 and action = 'oauth_provider.delete'
               ) as "noted!""#,
            id.0
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.noted)
    }

    /// The tokens of a bot that were revoked within the last minute: later no node remembers them.
    pub async fn tokens_ended_with(&self, bot: BotId) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            "select id from api_tokens where bot_id = $1 and revoked_at > clock_timestamp() - interval '1 minute'",
            bot.0
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// The sessions of a person that ended within the last minute, with an account by which they were opened.
    pub async fn sessions_unlinked_lately(&self, person: UserId) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            r#"select target_id as "id!" from system_audit
               where person_id = $1 and action = 'session.end' and details ->> 'reason' = $2
                 and created_at > clock_timestamp() - interval '1 minute' and target_id is not null"#,
            person.0,
            SessionEnd::Unlinked.as_str()
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }
}
