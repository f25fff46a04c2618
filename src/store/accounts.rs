//! People and their sessions.

use std::collections::HashMap;

use ajet_domain::need::AccountOf;
use ajet_protocol::{SessionId, Timestamp, TokenScopes, User, UserId, names};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use super::bots::scopes;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{UserRow, user_in};
use super::{Store, StoreError};

/// A session that is still good, with the person it belongs to; or an API token, with its bot.
#[derive(Debug, Clone)]
pub struct LiveSession {
    pub id: SessionId,
    pub user: User,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// What a token may be used for; `None` for a session.
    pub scopes: Option<TokenScopes>,
    /// Whether it is to be noted that it is in use.
    pub is_use_new: bool,
    /// When it began to be read: what was committed before is in it.
    pub read_at: Instant,
}

/// What a token is kept for.
#[derive(Debug, Clone)]
pub enum KeptToken {
    Live(Box<LiveSession>),
    /// Its account is out of use. It is good again once that is in use.
    OutOfUse(UserId),
}

/// A session or an API token, and its account.
struct KeptRow {
    session_id: Uuid,
    opened_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    scopes: Option<i32>,
    is_use_new: bool,
    id: Uuid,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
    status_text: Option<String>,
    bot: bool,
    created_at: OffsetDateTime,
    is_out_of_use: bool,
}

impl KeptRow {
    fn kept(self, read_at: Instant) -> KeptToken {
        if self.is_out_of_use {
            return KeptToken::OutOfUse(UserId(self.id));
        }
        KeptToken::Live(Box::new(LiveSession {
            id: SessionId(self.session_id),
            created_at: self.opened_at.into(),
            expires_at: self.expires_at.map_or(Timestamp::FAR, Into::into),
            scopes: self.scopes.map(scopes),
            is_use_new: self.is_use_new,
            read_at,
            user: user_in!(self),
        }))
    }
}

impl Store {
    /// The account of a user name, made with these names if there is none yet; `None` for a new name that looks like another one.
    pub async fn sign_in_by_name(&self, fresh: &User) -> Result<Option<User>, StoreError> {
        sqlx::query!(
            r#"insert into users (id, username, display_name, created_at, username_key) values ($1, $2, $3, $4, $5)
               on conflict do nothing"#,
            fresh.id.0,
            fresh.username,
            fresh.display_name,
            OffsetDateTime::from(fresh.created_at),
            names::key(&fresh.username),
        )
        .execute(self.live())
        .await?;
        let row = sqlx::query_as!(
            UserRow,
            r#"select id, username, display_name, avatar_url, status_text, bot, created_at
               from users where lower(username collate "C") = lower($1 collate "C")"#,
            fresh.username,
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(Into::into))
    }

    /// Until when a session or a token lives, if it has not been ended.
    pub async fn session_expiry(&self, id: SessionId) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query!(
            "select s.expires_at from sessions s join users u on u.id = s.user_id
             where s.id = $1 and u.deactivated_at is null
             union all
             select t.expires_at from api_tokens t join users u on u.id = t.user_id
             where t.id = $1 and t.revoked_at is null and u.deactivated_at is null
               and not exists (select 1 from users m where m.id = t.created_by and m.deactivated_at is not null)",
            id.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| row.expires_at.map_or(Timestamp::FAR, Into::into)))
    }

    /// The session of a token hash, or the API token. However many tokens are invented at once, only a part of the connections looks them up.
    pub async fn session_of(
        &self,
        token_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<KeptToken>, StoreError> {
        let _turn = self.lookup_turn().await?;
        let read_at = Instant::now();
        // Most tokens are a session's, and one statement that looks among both costs each of them more. A bot's is looked for twice.
        let found = match self.kept_session(token_hash, now).await? {
            None => self.kept_api_token(token_hash, now).await?,
            found => found,
        };
        Ok(found.map(|row| row.kept(read_at)))
    }

    async fn kept_session(&self, token_hash: &[u8], now: Timestamp) -> Result<Option<KeptRow>, StoreError> {
        let query = sqlx::query_as!(
            KeptRow,
            r#"select s.id as session_id, s.created_at as opened_at, s.expires_at as "expires_at?", null::int as scopes,
                      s.last_used_at is null or s.last_used_at < now() - interval '1 hour' as "is_use_new!",
                      u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at,
                      u.deactivated_at is not null as "is_out_of_use!"
               from sessions s join users u on u.id = s.user_id where s.token_hash = $1 and s.expires_at > $2"#,
            token_hash,
            OffsetDateTime::from(now),
        );
        Ok(query.fetch_optional(self.live()).await?)
    }

    async fn kept_api_token(&self, token_hash: &[u8], now: Timestamp) -> Result<Option<KeptRow>, StoreError> {
        let query = sqlx::query_as!(
            KeptRow,
            r#"select t.id as session_id, t.created_at as opened_at, t.expires_at, t.scopes as "scopes?",
                      t.last_used_at is null or t.last_used_at < now() - interval '1 hour' as "is_use_new!",
                      u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at,
                      u.deactivated_at is not null as "is_out_of_use!"
               from api_tokens t join users u on u.id = t.user_id
               where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
                 -- One that was being made while its maker's others ended.
                 and not exists (select 1 from users m where m.id = t.created_by and m.deactivated_at is not null)"#,
            token_hash,
            OffsetDateTime::from(now),
        );
        Ok(query.fetch_optional(self.live()).await?)
    }

    /// Moves a session's end on (rolling expiry).
    pub async fn extend_session(&self, id: SessionId, expires: Timestamp) -> Result<(), StoreError> {
        sqlx::query!(
            "update sessions set expires_at = $2 where id = $1",
            id.0,
            OffsetDateTime::from(expires)
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Notes that a session is in use.
    pub async fn note_session_use(&self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query!(
            "update sessions set last_used_at = now()
             where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 hour')",
            id.0
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Ends a session, by its own token.
    pub async fn close_session(&self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query!(
            r#"with gone as (
                 delete from sessions where id = $1 returning id, user_id
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select user_id, user_id, 'session.end', 'session', id, '{"reason": "signed_out"}'::jsonb, clock_timestamp() from gone
               )
               insert into ended_sessions (id) select id from gone"#,
            id.0
        )
        .execute(self.live())
        .await?;
        Ok(())
    }

    /// Ends all sessions of a person, with them what devices have not taken yet, and the tokens that they made; which they were. The tokens
    /// of a bot are among them, and stay: each look-up finds whether the account is in use.
    pub async fn close_sessions_of(&self, person: UserId) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            r#"with gone as (
                 delete from sessions where user_id = $1 returning id
               ), revoked as (
                 update api_tokens set revoked_at = clock_timestamp()
                 where created_by = $1 and revoked_at is null returning id, created_by
               ), noted as (
                 insert into ended_sessions (id) select id from gone union all select id from revoked
                 on conflict (id) do nothing
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select null::uuid, $1, 'session.end', 'session', id, '{"reason": "deactivated"}'::jsonb, clock_timestamp() from gone
                 union all
                 select null, created_by, 'token.revoke', 'token', id, '{"reason": "deactivated"}', clock_timestamp() from revoked
               )
               select id as "id!" from gone union all select id from revoked
               union all
               select id from api_tokens where user_id = $1 and revoked_at is null"#,
            person.0
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// The accounts of these people, as lists show them.
    pub(super) async fn people(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query_as!(
            UserRow,
            "select id, username, display_name, avatar_url, status_text, bot, created_at from users where id = any($1)",
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row.into())).collect())
    }

    /// Sessions that ended within the last seconds, and those that are still to be ended of people who were deactivated then.
    pub async fn ended_within(&self, seconds: f64) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!" from ended_sessions where ended_at > clock_timestamp() - make_interval(secs => $1)
               union all
               select s.id from users u join sessions s on s.user_id = u.id
               where u.deactivated_at > clock_timestamp() - make_interval(secs => $1)
               union all
               select t.id from users u join api_tokens t on u.id in (t.user_id, t.created_by) and t.revoked_at is null
               where u.deactivated_at > clock_timestamp() - make_interval(secs => $1)"#,
            seconds
        )
        .fetch_all(self.pulse())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// Which of these sessions are over.
    pub async fn ended_among(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let ids: Vec<_> = sessions.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            r#"select asked.id as "id!" from unnest($1::uuid[]) as asked(id)
               where not exists (select 1 from sessions s join users u on u.id = s.user_id
                                 where s.id = asked.id and u.deactivated_at is null)
                 and not exists (select 1 from api_tokens t join users u on u.id = t.user_id
                                 where t.id = asked.id and t.revoked_at is null and u.deactivated_at is null
                                   and not exists (select 1 from users m where m.id = t.created_by and m.deactivated_at is not null))"#,
            &ids
        )
        .fetch_all(self.pulse())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// Renews a node's lease to emit events.
    pub async fn hold_lease(&self, node: uuid::Uuid) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into node_leases (node) values ($1) on conflict (node) do update set seen_at = clock_timestamp()",
            node
        )
        .execute(self.pulse())
        .await?;
        Ok(())
    }

    /// Gives a node's lease up.
    pub async fn drop_lease(&self, node: uuid::Uuid) -> Result<(), StoreError> {
        sqlx::query!("delete from node_leases where node = $1", node).execute(self.pulse()).await?;
        Ok(())
    }

    /// Nodes that renewed their lease within the last seconds.
    pub async fn lease_holders(&self, seconds: f64) -> Result<Vec<uuid::Uuid>, StoreError> {
        let rows = sqlx::query!(
            "select node from node_leases where seen_at > clock_timestamp() - make_interval(secs => $1)",
            seconds
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| row.node).collect())
    }

    /// Removes sessions that have expired and those of accounts that are out of use, and forgets those that ended, and nodes that died,
    /// long ago.
    pub async fn forget_ended_sessions(&self) -> Result<(), StoreError> {
        sqlx::query!(
            "delete from sessions s using users u where u.id = s.user_id and u.deactivated_at is not null"
        )
        .execute(self.background())
        .await?;
        sqlx::query!("delete from sessions where expires_at < now() - interval '1 day'")
            .execute(self.background())
            .await?;
        sqlx::query!("delete from ended_sessions where ended_at < now() - interval '1 day'")
            .execute(self.background())
            .await?;
        sqlx::query!("delete from node_leases where seen_at < now() - interval '1 day'")
            .execute(self.background())
            .await?;
        Ok(())
    }
}

impl Answers<AccountOf> for Lookup<'_> {
    async fn answer(&self, asked: &[AccountOf]) -> Answered<AccountOf> {
        let ids: Vec<_> = asked.iter().map(|AccountOf(user)| user.0).collect();
        let found = sqlx::query!("select id from users where id = any($1)", &ids)
            .fetch_all(self.store.commands())
            .await?;
        Ok(complete(asked, found.into_iter().map(|row| (AccountOf(UserId(row.id)), true))))
    }
}
