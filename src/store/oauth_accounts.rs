//! People's accounts at providers: who somebody is there, and what was opened by it. What links and unlinks one, and what ends with it, is audited by the
//! same statement.

use ajet_protocol::audit::SessionEnd;
use ajet_protocol::{
    OauthAccount, OauthAccountId, Page, PageQuery, ProviderType, SessionId, Timestamp, User, UserId, names,
};
use time::OffsetDateTime;

use super::communities::page_of;
use super::{Inconsistent, Store, StoreError};

/// The constraint that keeps an account for a session that has just been opened by it.
pub const OPENED: &str = "session_origins_account_id_fkey";
/// The constraint that refuses more accounts by an invite than people may accept it.
const FULL: &str = "invited_accounts_most_check";

/// An account at a provider, as somebody shows it.
#[derive(Debug, Clone, Copy)]
pub struct ShownAccount<'a> {
    /// The provider, as addresses name it.
    pub provider: &'a str,
    pub kind: ProviderType,
    pub issuer: &'a str,
    pub subject: &'a str,
    /// What it is called there.
    pub username: &'a str,
    pub at: Timestamp,
}

/// Somebody who is to have an account here.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    pub user: &'a User,
    /// An address that the provider has verified.
    pub email: Option<&'a str>,
    /// The code of the invite without which they would not be let in.
    pub invite: Option<&'a str>,
}

/// What became of a new person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    Made,
    /// The account is somebody's meanwhile, or the invite lets no more people in.
    NotNow,
}

/// What became of a wish to unlink an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlinked {
    /// With it ended these sessions, which are to be closed everywhere.
    Done(Vec<SessionId>),
    /// It is the last one by which the person can sign in.
    Last,
    /// The person has no such account.
    Nothing,
}

/// What a provider says of sessions that are over.
#[derive(Debug, Clone, Copy)]
pub struct ToldToEnd<'a> {
    /// Of the token by which it says so.
    pub token_hash: &'a [u8],
    pub issuer: &'a str,
    pub subject: Option<&'a str>,
    /// What the provider calls the session.
    pub session: Option<&'a str>,
}

impl Store {
    /// The person of an account, which is noted as used now.
    pub async fn use_account(
        &self,
        account: &ShownAccount<'_>,
    ) -> Result<Option<(OauthAccountId, UserId)>, StoreError> {
        let row = sqlx::query!(
            "update oauth_accounts set provider = $3, username = $4, last_used_at = $5
             where issuer = $1 and subject = $2 returning id, user_id",
            account.issuer,
            account.subject,
            account.provider,
            account.username,
            OffsetDateTime::from(account.at)
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| (OauthAccountId(row.id), UserId(row.user_id))))
    }

    /// Makes a person with an account; neither is there without the other. A user name that is taken is a constraint. Who comes by an invite counts
    /// for it in the same statement, if it still lets people in.
    pub async fn create_person(
        &self,
        person: &NewPerson<'_>,
        id: OauthAccountId,
        account: &ShownAccount<'_>,
    ) -> Result<Creation, StoreError> {
        let done = sqlx::query!(
            "with invite as materialized (
               select i.id, i.max_uses from invites i join communities c on c.id = i.community_id
               where i.code = $12 and i.addressee_id is null and i.revoked_at is null and (i.expires_at is null or i.expires_at > now())
                 and (i.max_uses is null or i.uses < i.max_uses) and c.deleted_at is null for share of i
             ), linked as (
               insert into oauth_accounts (id, user_id, place, provider, kind, issuer, subject, username, created_at, last_used_at)
               select $1::uuid, $2::uuid, 1, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz, $8::timestamptz
               where $12::text is null or exists (select 1 from invite)
               on conflict (issuer, subject) do nothing returning user_id
             ), counted as (
               insert into invited_accounts as a (invite_id, accounts, most) select i.id, 1, i.max_uses from invite i, linked
               on conflict (invite_id) do update set accounts = a.accounts + 1, most = excluded.most
             ), made as (
               insert into users (id, username, display_name, email, created_at, username_key)
               select l.user_id, $9::text, $10::text, $11::text, $8, $13::text from linked l returning id
             )
             insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
             select m.id, m.id, 'account.create', 'user', m.id, jsonb_build_object('provider', $3::text), $8 from made m",
            id.0,
            person.user.id.0,
            account.provider,
            account.kind.as_str(),
            account.issuer,
            account.subject,
            account.username,
            OffsetDateTime::from(account.at),
            person.user.username,
            person.user.display_name,
            person.email,
            person.invite,
            names::key(&person.user.username)
        );
        match done.execute(self.live()).await.map_err(StoreError::from) {
            Ok(done) if done.rows_affected() > 0 => Ok(Creation::Made),
            Ok(_) => Ok(Creation::NotNow),
            Err(StoreError::Constraint(name)) if name == FULL => Ok(Creation::NotNow),
            Err(error) => Err(error),
        }
    }

    /// A person's accounts, by their ids.
    pub async fn accounts_of(
        &self,
        person: UserId,
        query: &PageQuery,
    ) -> Result<Page<OauthAccount>, StoreError> {
        let rows = sqlx::query!(
            "select id, provider, kind, username, created_at, last_used_at from oauth_accounts
             where user_id = $1 and ($2::uuid is null or id > $2) and ($3::uuid is null or id < $3)
             order by case when $3::uuid is null then id end, id desc limit $4::int8 + 1",
            person.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.live())
        .await?;
        let shown = |kind: &str| ProviderType::named(kind).ok_or(Inconsistent("oauth_accounts.kind"));
        let all: Result<Vec<_>, Inconsistent> = rows
            .into_iter()
            .map(|row| {
                Ok(OauthAccount {
                    id: OauthAccountId(row.id),
                    provider: row.provider,
                    kind: shown(&row.kind)?,
                    username: row.username,
                    created_at: row.created_at.into(),
                    last_used_at: row.last_used_at.into(),
                })
            })
            .collect();
        Ok(page_of(all?, query))
    }

    /// Unlinks one of a person's accounts, unless no other one is at a provider at which people sign in, and ends the sessions that were opened by it,
    /// but for the one that asks. The lock has requests for several accounts of one person come one after another: the later one counts what the
    /// earlier one left. A session that is opened by the account meanwhile is the constraint [`OPENED`]: then it is to be done again.
    pub async fn unlink_account(
        &self,
        person: UserId,
        id: OauthAccountId,
        kept: SessionId,
        enabled: &[String],
    ) -> Result<Unlinked, StoreError> {
        let row = sqlx::query!(
            r#"with own as materialized (
                 select a.id, a.provider from oauth_accounts a where a.user_id = $1 order by a.id for update
               ), gone as (
                 delete from oauth_accounts a using own
                 where a.id = own.id and own.id = $2
                   and exists (select 1 from own other where other.id <> $2 and other.provider = any($5)) returning a.id, a.provider
               ), ended as (
                 delete from sessions s using session_origins o, gone
                 where o.account_id = gone.id and s.id = o.session_id and s.id <> $3 returning s.id
               ), untied as (
                 delete from session_origins o using gone where o.account_id = gone.id
               ), noted as (
                 insert into ended_sessions (id) select id from ended on conflict (id) do nothing
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $1, $1, 'account.unlink', 'oauth_account', g.id, jsonb_build_object('provider', g.provider), clock_timestamp()
                 from gone g
                 union all
                 select $1, $1, 'session.end', 'session', e.id, jsonb_build_object('reason', $4::text), clock_timestamp() from ended e
               )
               select exists (select 1 from own where own.id = $2) as "was_there!", exists (select 1 from gone) as "gone!",
                      array(select id from ended) as "ended!""#,
            person.0,
            id.0,
            kept.0,
            SessionEnd::Unlinked.as_str(),
            enabled
        )
        .fetch_one(self.live())
        .await?;
        Ok(match (row.was_there, row.gone) {
            (_, true) => Unlinked::Done(row.ended.into_iter().map(SessionId).collect()),
            (true, false) => Unlinked::Last,
            (false, false) => Unlinked::Nothing,
        })
    }

    /// Ends the sessions that a provider says are over: a person's, or those that it opened under the name of one of its own. Which they were;
    /// `None` where the same was told before.
    pub async fn end_sessions_of_account(
        &self,
        told: &ToldToEnd<'_>,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        let Some(mut ended) = self.end_those_of_account(told, false).await? else { return Ok(None) };
        // The first statement may have waited for one that opened a session by another one's right, and that it does not see itself.
        ended.extend(self.end_those_of_account(told, true).await?.unwrap_or_default());
        Ok(Some(ended))
    }

    async fn end_those_of_account(
        &self,
        by: &ToldToEnd<'_>,
        again: bool,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        let row = sqlx::query!(
            r#"with told as (
                 insert into oauth_logouts (token_hash, expires_at) values ($1, clock_timestamp() + interval '1 hour')
                 on conflict (token_hash) do nothing returning token_hash
               ), ended as (
                 delete from sessions s using session_origins o, oauth_accounts a
                 where (exists (select 1 from told) or $6) and a.issuer = $2 and o.account_id = a.id and s.id = o.session_id
                   and ($3::text is null or a.subject = $3) and ($4::text is null or o.provider_session = $4)
                   and ($3::text is not null or $4::text is not null)
                 returning s.id, s.user_id
               ), noted as (
                 insert into ended_sessions (id) select id from ended on conflict (id) do nothing
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select null, e.user_id, 'session.end', 'session', e.id, jsonb_build_object('reason', $5::text), clock_timestamp()
                 from ended e
               )
               select exists (select 1 from told) as "told!", array(select id from ended) as "ended!""#,
            by.token_hash,
            by.issuer,
            by.subject,
            by.session,
            SessionEnd::Provider.as_str(),
            again
        )
        .fetch_one(self.live())
        .await?;
        Ok((row.told || again).then(|| row.ended.into_iter().map(SessionId).collect()))
    }
}
