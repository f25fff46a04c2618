//! API tokens of bots: listed without their secrets, looked up by the hash of one, and which of them have ended.

use ajet_domain::need::TokenOf;
use ajet_protocol::{ApiToken, BotId, CommunityId, Page, PageQuery, SessionId, TokenId, UserId};
use uuid::Uuid;

use super::bots::scopes;
use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

fenced_row! {
    struct TokenRow / FencedTokenRow {
        id: Uuid,
        bot_id: Uuid,
        scopes: i32,
        expires_at: Option<time::OffsetDateTime>,
        last_used_at: Option<time::OffsetDateTime>,
        created_at: time::OffsetDateTime,
    }
}

impl From<TokenRow> for ApiToken {
    fn from(row: TokenRow) -> Self {
        Self {
            id: TokenId(row.id),
            bot_id: BotId(row.bot_id),
            token: None,
            scopes: scopes(row.scopes).list(),
            expires_at: row.expires_at.map(Into::into),
            last_used_at: row.last_used_at.map(Into::into),
            created_at: row.created_at.into(),
        }
    }
}

/// Whose tokens have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All of a bot's, by its account, or those that a person made.
    OfBot(UserId),
    /// Those of all bots of a community.
    OfCommunity(CommunityId),
}

impl Store {
    /// A bot's tokens that are not revoked, by their ids.
    pub async fn tokens_of(
        &self,
        fence: Fence,
        bot: BotId,
        query: &PageQuery,
    ) -> Result<Fenced<Page<ApiToken>>, StoreError> {
        let rows = fenced!(
            FencedTokenRow,
            fence,
            r#"select f.holds as "holds!", t.id as "id?", t.bot_id as "bot_id?", t.scopes as "scopes?", t.expires_at, t.last_used_at,
                      t.created_at as "created_at?"
               from fence f
               left join (
                 select * from api_tokens
                 where bot_id = $5 and community_id = $1 and revoked_at is null
                   and ($6::uuid is null or id > $6) and ($7::uuid is null or id < $7)
                 order by case when $7::uuid is null then id end, id desc limit $8::int8 + 1
               ) t on f.holds
               order by case when $7::uuid is null then t.id end, t.id desc"#,
            bot.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(ApiToken::from).collect(), query)))
    }

    /// A token of a community's bot that is not revoked.
    pub async fn token_for(&self, fence: Fence, id: TokenId) -> Result<Fenced<Option<ApiToken>>, StoreError> {
        let row = fenced!(
            FencedTokenRow,
            fence,
            r#"select f.holds as "holds!", t.id as "id?", t.bot_id as "bot_id?", t.scopes as "scopes?", t.expires_at, t.last_used_at,
                      t.created_at as "created_at?"
               from fence f
               left join api_tokens t on f.holds and t.community_id = $1 and t.id = $5 and t.revoked_at is null"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(ApiToken::from)))
    }

    /// A token with the hash that its secret must have, for the request that may just have made it.
    pub async fn token_with_hash(&self, id: TokenId) -> Result<Option<(ApiToken, Vec<u8>)>, StoreError> {
        let row = sqlx::query!(
            "select id, bot_id, scopes, expires_at, last_used_at, created_at, token_hash from api_tokens
             where id = $1 and revoked_at is null",
            id.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| {
            let shown = TokenRow {
                id: row.id,
                bot_id: row.bot_id,
                scopes: row.scopes,
                expires_at: row.expires_at,
                last_used_at: row.last_used_at,
                created_at: row.created_at,
            };
            (shown.into(), row.token_hash)
        }))
    }

    /// The community whose bot has a token; whether the caller may know of it is still to be judged.
    pub async fn community_of_token(&self, id: TokenId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from api_tokens where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }

    /// Tokens that have ended, as the sessions that their streams are; those that ended within the last minute: all nodes know of earlier ones.
    pub async fn ended_tokens(&self, ended: Ended) -> Result<Vec<SessionId>, StoreError> {
        let (user, community) = match ended {
            Ended::OfBot(user) => (Some(user.0), None),
            Ended::OfCommunity(community) => (None, Some(community.0)),
        };
        let rows = sqlx::query!(
            "select id from api_tokens
             where revoked_at > clock_timestamp() - interval '1 minute' and (user_id = $1 or created_by = $1 or community_id = $2)",
            user,
            community
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// Notes that a token is in use.
    pub async fn note_use(&self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query!(
            "update api_tokens set last_used_at = now()
             where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 hour')",
            id.0
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Removes tokens that were revoked a day ago, which all nodes know by now, and those that expired a month ago: until then their bot's
    /// list shows them.
    pub async fn forget_ended_tokens(&self) -> Result<(), StoreError> {
        sqlx::query!(
            "delete from api_tokens
             where revoked_at < now() - interval '1 day' or expires_at < now() - interval '30 days'"
        )
        .execute(self.background())
        .await?;
        Ok(())
    }
}

impl Answers<TokenOf> for Lookup<'_> {
    async fn answer(&self, asked: &[TokenOf]) -> Answered<TokenOf> {
        let ids: Vec<Uuid> = asked.iter().map(|TokenOf(token)| token.0).collect();
        let found = sqlx::query!(
            "select id from api_tokens where community_id = $1 and id = any($2) and revoked_at is null",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (TokenOf(TokenId(row.id)), true))))
    }
}
