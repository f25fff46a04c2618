//! Links that sign one person in once. Of a link only the SHA-256 is kept, and each is taken and audited by one statement.

use ajet_protocol::{User, UserId, names};
use time::OffsetDateTime;

use super::users::is_user_name_taken;
use super::{Store, StoreError};

/// Whom a link signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    Person(UserId),
    /// Who chooses a user name, and has an account from then on.
    SomebodyNew,
}

/// An account for which a link may be made, if it is a person's and in use.
#[derive(Debug, Clone, Copy)]
pub struct Addressee {
    pub id: UserId,
    pub is_bot: bool,
    pub is_deactivated: bool,
}

/// What became of a link that somebody new used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The account is there.
    Made,
    /// The link was used or is over, or never was one.
    Over,
    /// The link is as good as before.
    NameTaken,
}

impl Store {
    /// The account of a user name.
    pub async fn addressee(&self, username: &str) -> Result<Option<Addressee>, StoreError> {
        let row = sqlx::query!(
            r#"select id, bot, deactivated_at is not null as "deactivated!"
               from users where lower(username collate "C") = lower($1::text collate "C")"#,
            username
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| Addressee { id: UserId(row.id), is_bot: row.bot, is_deactivated: row.deactivated }))
    }

    /// Keeps a new link for so many seconds. An operator on the machine makes it, who is no account: the audited line has no actor.
    pub async fn keep_sign_in_link(
        &self,
        token_hash: &[u8],
        link: LinkFor,
        seconds: f64,
    ) -> Result<(), StoreError> {
        let person = match link {
            LinkFor::Person(id) => Some(id.0),
            LinkFor::SomebodyNew => None,
        };
        sqlx::query!(
            r#"with kept as (
                 insert into sign_in_links (token_hash, user_id, expires_at)
                 values ($1, $2::uuid, now() + make_interval(secs => $3::float8)) returning user_id
               )
               insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
               select null, k.user_id, 'sign_in_link.create', 'user', k.user_id, '{}'::jsonb, clock_timestamp() from kept k"#,
            token_hash,
            person,
            seconds
        )
        .execute(self.live())
        .await?;
        Ok(())
    }

    /// Whom a link signs in, which this does not use up; `None` where it is none any more.
    pub async fn sign_in_link(&self, token_hash: &[u8]) -> Result<Option<LinkFor>, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            "select user_id from sign_in_links where token_hash = $1 and expires_at > now()",
            token_hash
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| row.user_id.map_or(LinkFor::SomebodyNew, |id| LinkFor::Person(UserId(id)))))
    }

    /// Takes a link that was made for a person; of many at once one gets it.
    pub async fn take_sign_in_link(&self, token_hash: &[u8]) -> Result<Option<UserId>, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            r#"with taken as (
                 delete from sign_in_links where token_hash = $1 and expires_at > now() and user_id is not null
                 returning user_id
               ), noted as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select t.user_id, t.user_id, 'sign_in_link.use', 'user', t.user_id, '{}'::jsonb, clock_timestamp() from taken t
               )
               select user_id as "user_id!" from taken"#,
            token_hash
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| UserId(row.user_id)))
    }

    /// Takes a link that was made for somebody new, with their account. A user name that is taken, or looks like one that is, undoes the whole
    /// statement.
    pub async fn take_sign_in_link_for(&self, token_hash: &[u8], fresh: &User) -> Result<Taken, StoreError> {
        let _turn = self.address_turn().await?;
        let taking = sqlx::query!(
            r#"with taken as (
                 delete from sign_in_links where token_hash = $1 and expires_at > now() and user_id is null
                 returning token_hash
               ), made as (
                 insert into users (id, username, display_name, created_at, username_key)
                 select $2::uuid, $3::text, $4::text, $5::timestamptz, $6::text from taken returning id
               ), noted as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select m.id, m.id, 'sign_in_link.use', 'user', m.id, '{}'::jsonb, clock_timestamp() from made m
               )
               select exists (select 1 from made) as "made!""#,
            token_hash,
            fresh.id.0,
            fresh.username,
            fresh.display_name,
            OffsetDateTime::from(fresh.created_at),
            names::key(&fresh.username)
        );
        match taking.fetch_one(self.live()).await.map_err(StoreError::from) {
            Ok(row) => Ok(if row.made { Taken::Made } else { Taken::Over }),
            Err(error) if is_user_name_taken(&error) => Ok(Taken::NameTaken),
            Err(error) => Err(error),
        }
    }

    /// Removes links that were over long ago.
    pub async fn forget_sign_in_links(&self) -> Result<(), StoreError> {
        sqlx::query!("delete from sign_in_links where expires_at < now() - interval '1 day'")
            .execute(self.background())
            .await?;
        Ok(())
    }
}
