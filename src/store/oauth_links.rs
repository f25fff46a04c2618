//! Accounts at providers that wait for their person to say whether they are to be linked. A row is taken once, in the session that asked for it.

use ajet_protocol::{OauthAccountId, SessionId, Timestamp, UserId, limits};
use time::OffsetDateTime;

use super::oauth_accounts::ShownAccount;
use super::{Store, StoreError};

/// Seconds that somebody has to answer.
const FOR_S: f64 = limits::AT_PROVIDER_SECONDS as f64;

/// What became of a wish to link an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// Also where it was linked to the same person before. Where to go on.
    Done(String),
    /// It is somebody else's.
    Taken,
    /// The person has as many as there may be.
    Full,
    /// It was answered before, took too long, or was asked in another session, or one that is over.
    Over,
}

/// Who answers, and in which session.
#[derive(Debug, Clone, Copy)]
pub struct Answering {
    pub person: UserId,
    pub session: SessionId,
    pub at: Timestamp,
}

impl Store {
    /// Keeps an account until its person has answered; whether it did: it does not where the session that asked is over.
    pub async fn keep_link(
        &self,
        secret_hash: &[u8],
        (person, session): (UserId, SessionId),
        account: &ShownAccount<'_>,
        return_to: &str,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "insert into oauth_links (secret_hash, session_id, provider, kind, issuer, subject, username, return_to, expires_at)
             select $1::bytea, s.id, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, clock_timestamp() + make_interval(secs => $10)
             from sessions s join users u on u.id = s.user_id
             where s.id = $2 and s.user_id = $3 and s.expires_at > now() and u.deactivated_at is null for key share of s",
            secret_hash,
            session.0,
            person.0,
            account.provider,
            account.kind.as_str(),
            account.issuer,
            account.subject,
            account.username,
            return_to,
            FOR_S
        )
        .execute(self.live())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Links an account to the person who was asked, if they answer in the session that asked, and it is not over. The person is told of it, and
    /// so is the audit. Accounts of one person have places, so that those who are linked at once are no more than there may be.
    pub async fn link_account(
        &self,
        secret_hash: &[u8],
        by: Answering,
        id: OauthAccountId,
    ) -> Result<Linked, StoreError> {
        let row = sqlx::query!(
            r#"with taken as (
                 delete from oauth_links l using sessions s, users u
                 where l.secret_hash = $1 and l.expires_at > clock_timestamp() and l.session_id = $2 and s.id = l.session_id
                   and s.user_id = $3 and s.expires_at > now() and u.id = s.user_id and u.deactivated_at is null
                 returning l.provider, l.kind, l.issuer, l.subject, l.username, l.return_to
               ), free as (
                 select min(n) as place from generate_series(1, $6::int4) n
                 where not exists (select 1 from oauth_accounts a where a.user_id = $3 and a.place = n)
               ), linked as (
                 insert into oauth_accounts (id, user_id, place, provider, kind, issuer, subject, username, created_at, last_used_at)
                 select $4::uuid, $3, f.place, t.provider, t.kind, t.issuer, t.subject, t.username, $5::timestamptz, $5::timestamptz
                 from taken t, free f where f.place is not null
                 on conflict (issuer, subject) do nothing returning id, provider
               ), told as (
                 insert into due_notices (message_id, user_id, told_as, source_id, actor_id, created_at)
                 select gen_random_uuid(), $3, 'account_linked', l.id, $3, $5 from linked l
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $3, $3, 'account.link', 'oauth_account', l.id, jsonb_build_object('provider', l.provider), clock_timestamp()
                 from linked l
               )
               select (select return_to from taken), (select place from free), exists (select 1 from linked) as "linked!",
                      (select a.user_id from oauth_accounts a join taken t on t.issuer = a.issuer and t.subject = a.subject) as owner"#,
            secret_hash,
            by.session.0,
            by.person.0,
            id.0,
            OffsetDateTime::from(by.at),
            limits::LINKED_ACCOUNTS
        )
        .fetch_one(self.live())
        .await?;
        Ok(match (row.return_to, row.owner.map(UserId)) {
            (None, _) => Linked::Over,
            (Some(return_to), owner) if row.linked || owner == Some(by.person) => Linked::Done(return_to),
            (Some(_), None) if row.place.is_none() => Linked::Full,
            (Some(_), _) => Linked::Taken,
        })
    }
}
