//! A person's sessions: opened, listed and ended. How they are looked up stands in `accounts.rs`.

use ajet_protocol::audit::{SessionEnd, SignInRefusal};
use ajet_protocol::{OauthAccountId, Page, PageQuery, Session, SessionId, Timestamp, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::{Store, StoreError};

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub user: UserId,
    pub token_hash: &'a [u8],
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// What it is opened from, such as `Firefox on Linux`; `None` where that is not known.
    pub device: Option<&'a str>,
    pub origin: Origin<'a>,
}

/// What lets a session be opened. It must still hold when the session is kept, and some of it ends the session later.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// No account at a provider: a name on a development server, or a link that an operator made.
    Here,
    /// The person's account at a provider, and what the provider calls its own session.
    Account(OauthAccountId, Option<&'a str>),
    /// Another session of the person, of which the new one has the account.
    Session(SessionId),
    /// The sign-in of a device, which is taken by that, and the session in which it was approved. The new one has the account of that one.
    Device(&'a [u8], SessionId),
}

/// The columns of an [`Origin`].
#[derive(Debug, Default)]
struct OriginColumns<'a> {
    other: Option<Uuid>,
    account: Option<Uuid>,
    provider_session: Option<&'a str>,
    device_hash: Option<&'a [u8]>,
}

/// Why no session was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// The account is out of use, or that of a program.
    OutOfUse,
    /// What let it be opened does not hold any more: the account at the provider was unlinked, the other session is over, or the sign-in of
    /// the device was taken.
    Over,
}

impl<'a> Origin<'a> {
    fn columns(self) -> OriginColumns<'a> {
        let none = OriginColumns::default();
        match self {
            Self::Here => none,
            Self::Account(id, provider_session) => {
                OriginColumns { account: Some(id.0), provider_session, ..none }
            }
            Self::Session(id) => OriginColumns { other: Some(id.0), ..none },
            Self::Device(hash, id) => OriginColumns { other: Some(id.0), device_hash: Some(hash), ..none },
        }
    }
}

impl Store {
    /// Keeps a new session, only the hash of its token. Of a person's others, the ones used longest ago end where there are more
    /// than `most` now: which they were.
    ///
    /// The lock on the person keeps the account in use until the session is there, so that who takes it out of use ends the session; those on
    /// the session and the account that let it be opened do the same for these. A person who has signed in from other devices before is to be told
    /// of a new one, by a row of the same statement. So is the audit: who signed in, and which sessions made room.
    pub async fn open_session(
        &self,
        session: &NewSession<'_>,
        most: u32,
    ) -> Result<Result<Vec<SessionId>, NotOpened>, StoreError> {
        let OriginColumns { other, account, provider_session, device_hash } = session.origin.columns();
        let row = sqlx::query!(
            r#"with other as materialized (
               select s.id from sessions s where s.id = $8 and s.user_id = $2 and s.expires_at > now() for key share
             ), taken as (
               update device_sign_ins d set taken_at = now() from other o
               where d.device_hash = $11 and d.session_id = o.id and d.approved and d.taken_at is null and d.expires_at > now()
               returning d.device_hash
             ), account as materialized (
               select a.id from oauth_accounts a where a.user_id = $2
                 and a.id = coalesce($9::uuid, (select o.account_id from session_origins o where o.session_id = $8)) for key share
             ), ground as materialized (
               select ($8::uuid is null or exists (select 1 from other)) and ($9::uuid is null or exists (select 1 from account))
                  and ($11::bytea is null or exists (select 1 from taken)) as holds
             ), opened as (
               insert into sessions (id, user_id, token_hash, created_at, expires_at, device, last_used_at)
               select $1::uuid, u.id, $3::bytea, $4::timestamptz, $5::timestamptz, $7::text, now()
               from users u where u.id = $2 and u.deactivated_at is null and not u.bot and (select holds from ground)
               for share of u returning id
             ), originated as (
               insert into session_origins (session_id, account_id, provider_session)
               select n.id, a.id, coalesce($10::text, (select o.provider_session from session_origins o where o.session_id = $8))
               from opened n, account a
             ), gone as (
               delete from sessions s using (
                 select id from sessions where user_id = $2 and exists (select 1 from opened)
                 order by expires_at desc, id desc offset $6::int8 - 1
               ) surplus where s.id = surplus.id returning s.id
             ), noted as (insert into ended_sessions (id) select id from gone), known as (
               insert into known_devices (user_id, device, session_id, first_at)
               select $2, $7::text, o.id, $4 from opened o where $7::text is not null
               on conflict (user_id, device) do nothing returning session_id
             ), news as (
               select k.session_id from known k where exists (select 1 from known_devices d where d.user_id = $2)
             ), told as (
               insert into due_notices (message_id, user_id, told_as, source_id, actor_id, created_at)
               select gen_random_uuid(), $2, 'signed_in', n.session_id, $2, $4 from news n
             ), audited as (
               insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
               select $2::uuid, $2::uuid, 'session.open', 'session', o.id,
                      jsonb_strip_nulls(jsonb_build_object('device', $7::text, 'new_device', (select 'true'::text from news))), $4 from opened o
               union all
               select null, $2, 'session.end', 'session', g.id, '{"reason": "too_many"}', $4 from gone g
             )
             select exists (select 1 from opened) as "opened!", (select holds from ground) as "holds!", array(select id from gone) as "gone!""#,
            session.id.0,
            session.user.0,
            session.token_hash,
            OffsetDateTime::from(session.created_at),
            OffsetDateTime::from(session.expires_at),
            i64::from(most),
            session.device,
            other,
            account,
            provider_session,
            device_hash
        )
        .fetch_one(self.live())
        .await?;
        match (row.opened, row.holds) {
            (true, _) => Ok(Ok(row.gone.into_iter().map(SessionId).collect())),
            (false, false) => Ok(Err(NotOpened::Over)),
            (false, true) => self.note_refused(session).await.map(|()| Err(NotOpened::OutOfUse)),
        }
    }

    /// Notes in the audit that somebody was not signed in, a person or somebody who is not known; once a minute for one person, provider and
    /// reason, so that a flood does not fill the table. Strangers may cause any number of these: they take turns.
    pub async fn note_refused_sign_in(
        &self,
        why: SignInRefusal,
        provider: Option<&str>,
        person: Option<UserId>,
    ) -> Result<(), StoreError> {
        let _turn = self.address_turn().await?;
        sqlx::query!(
            r#"insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
               select $3::uuid, $3, 'sign_in.refuse', case when $3 is null then 'system' else 'user' end, $3,
                      jsonb_strip_nulls(jsonb_build_object('reason', $1::text, 'provider', $2::text)), clock_timestamp()
               where not exists (
                 select 1 from system_audit l
                 where l.id > (select time_ordered_id(clock_timestamp() - interval '1 minute')) and l.action = 'sign_in.refuse'
                   and l.person_id is not distinct from $3 and l.details ->> 'reason' = $1
                   and l.details ->> 'provider' is not distinct from $2)"#,
            why.as_str(),
            provider,
            person.map(|person| person.0)
        )
        .execute(self.live())
        .await?;
        Ok(())
    }

    /// Notes in the audit that a person whose account is out of use was to be signed in, once a minute.
    async fn note_refused(&self, session: &NewSession<'_>) -> Result<(), StoreError> {
        sqlx::query!(
            r#"insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
               select null, u.id, 'session.refuse', 'user', u.id, '{"reason": "deactivated"}'::jsonb, $2::timestamptz
               from users u where u.id = $1 and u.deactivated_at is not null and not u.bot
                 and not exists (select 1 from system_audit l where l.person_id = u.id and l.action = 'session.refuse'
                                 and l.created_at > $2::timestamptz - interval '1 minute')"#,
            session.user.0,
            OffsetDateTime::from(session.created_at)
        )
        .execute(self.live())
        .await?;
        Ok(())
    }

    /// A person's sessions that are not over, by their ids; `current` is the one that asks.
    pub async fn sessions_of(
        &self,
        person: UserId,
        current: SessionId,
        now: Timestamp,
        query: &PageQuery,
    ) -> Result<Page<Session>, StoreError> {
        let rows = sqlx::query!(
            r#"select id, device, created_at, coalesce(last_used_at, created_at) as "last_used_at!" from sessions
               where user_id = $1 and expires_at > $2 and ($3::uuid is null or id > $3) and ($4::uuid is null or id < $4)
               order by case when $4::uuid is null then id end, id desc limit $5::int8 + 1"#,
            person.0,
            time::OffsetDateTime::from(now),
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.live())
        .await?;
        let shown = rows.into_iter().map(|row| Session {
            id: SessionId(row.id),
            device: row.device,
            created_at: row.created_at.into(),
            last_used_at: row.last_used_at.into(),
            current: row.id == current.0,
        });
        Ok(page_of(shown.collect(), query))
    }

    /// Ends one of a person's sessions; whether it was one.
    pub async fn close_session_of(
        &self,
        person: UserId,
        id: SessionId,
        why: SessionEnd,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            r#"with gone as (
                 delete from sessions where id = $1 and user_id = $2 returning id
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $2, $2, 'session.end', 'session', id, jsonb_build_object('reason', $3::text), clock_timestamp() from gone
               )
               insert into ended_sessions (id) select id from gone"#,
            id.0,
            person.0,
            why.as_str()
        )
        .execute(self.live())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends all of a person's sessions but one; which they were. A device that the person approved, and that has not taken its session
    /// yet, gets none.
    pub async fn close_sessions_beside(
        &self,
        person: UserId,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut ended = self.close_those_beside(person, kept).await?;
        // The first statement may have waited for one that opened a session by another one's right, and that it does not see itself.
        ended.extend(self.close_those_beside(person, kept).await?);
        Ok(ended)
    }

    async fn close_those_beside(
        &self,
        person: UserId,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            r#"with gone as (
                 delete from sessions where user_id = $1 and id <> $2 returning id
               ), unopened as (
                 delete from device_sign_ins where user_id = $1
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $1, $1, 'session.end', 'session', id, '{"reason": "ended"}'::jsonb, clock_timestamp() from gone
               )
               insert into ended_sessions (id) select id from gone returning id"#,
            person.0,
            kept.0
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }
}
