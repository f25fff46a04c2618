//! Accounts as others see them, what their people set for themselves, and who was told of it.

use ajet_domain::community::USER_NAME_INDEXES;
use ajet_domain::need::{OwnsSystem, ProfileFacts, ProfileOf};
use ajet_protocol::{Me, Page, PageQuery, PresenceMode, QuietHours, User, UserId};
use sqlx::types::Json;
use uuid::Uuid;

use super::communities::page_of;
use super::founding::SYSTEM_OWNER;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{UserRow, user_in};
use super::{Inconsistent, Store, StoreError};

fn presence(text: &str) -> Result<PresenceMode, Inconsistent> {
    PresenceMode::named(text).ok_or(Inconsistent("users.presence"))
}

/// Whether an account was not kept because another one has its user name, or one that looks like it.
#[must_use]
pub fn is_user_name_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Constraint(name) if USER_NAME_INDEXES.contains(&name.as_str()))
}

impl Store {
    /// An account, as others see it.
    pub async fn account(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = sqlx::query_as!(
            UserRow,
            "select id, username, display_name, avatar_url, status_text, bot, created_at from users where id = $1",
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(User::from))
    }

    /// The account of exactly this user name, as others see it.
    pub async fn account_named(&self, username: &str) -> Result<Option<User>, StoreError> {
        let row = sqlx::query_as!(
            UserRow,
            r#"select id, username, display_name, avatar_url, status_text, bot, created_at
               from users where lower(username collate "C") = lower($1::text collate "C")"#,
            username
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(User::from))
    }

    /// An account, as its person alone sees it.
    pub async fn own_account(&self, id: UserId) -> Result<Option<Me>, StoreError> {
        let row = sqlx::query!(
            r#"select id, username, display_name, avatar_url, status_text, bot, created_at, email, presence,
                      quiet_hours as "quiet_hours?: Json<QuietHours>"
               from users where id = $1"#,
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let quiet_hours = row.quiet_hours.map(|hours| hours.0);
        Ok(Some(Me {
            presence: presence(&row.presence)?,
            email: row.email,
            quiet_hours,
            user: user_in!(row),
        }))
    }

    /// The people whose user name or shown name holds a text, among those who share a community or a direct message with the reader; by
    /// their ids. The account of exactly this user name is always among them. Others that are out of use are left out.
    ///
    /// Whom the reader may know is read in the same statement: it needs no fence.
    pub async fn users_known_to(
        &self,
        reader: UserId,
        text: &str,
        query: &PageQuery,
    ) -> Result<Page<User>, StoreError> {
        let rows = sqlx::query_as!(
            UserRow,
            r#"with known as materialized (
                 select k.id from people_known_to($1) k
                 union
                 select other.id from users other where lower(other.username collate "C") = lower($2::text collate "C")
               ), named as (
                 select u.* from users u join known on known.id = u.id
                 where lower(u.username collate "C") = lower($2::text collate "C")
                       or (u.deactivated_at is null
                           and (strpos(lower(u.username), lower($2::text)) > 0
                                or strpos(lower(u.display_name), lower($2::text)) > 0))
               )
               select f.id as "id!", f.username as "username!", f.display_name as "display_name!", f.avatar_url as "avatar_url?",
                      f.status_text as "status_text?", f.bot as "bot!", f.created_at as "created_at!"
               from (
                 (select * from named where $4::uuid is null and id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
                  order by id limit $5::int8 + 1)
                 union all
                 (select * from named where $4::uuid is not null and id < $4 and ($3::uuid is null or id > $3)
                  order by id desc limit $5::int8 + 1)
               ) f
               order by case when $4::uuid is null then f.id end, f.id desc"#,
            reader.0,
            text,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.searches())
        .await?;
        Ok(page_of(rows.into_iter().map(User::from).collect(), query))
    }

    /// A person as others are to be told of them, and the version of that; `None` where all were told of the last one.
    pub async fn unannounced(&self, id: UserId) -> Result<Option<(User, i32)>, StoreError> {
        let row = sqlx::query!(
            "select id, username, display_name, avatar_url, status_text, bot, created_at, profile_version
             from users where id = $1 and announced_version < profile_version",
            id.0
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| {
            let version = row.profile_version;
            (user_in!(row), version)
        }))
    }

    /// All have been told of a person as they are in this version.
    pub async fn announced(&self, id: UserId, version: i32) -> Result<(), StoreError> {
        sqlx::query!(
            "update users set announced_version = $2 where id = $1 and announced_version < $2",
            id.0,
            version
        )
        .execute(self.background())
        .await?;
        Ok(())
    }
}

impl Answers<ProfileOf> for Lookup<'_> {
    async fn answer(&self, asked: &[ProfileOf]) -> Answered<ProfileOf> {
        let ids: Vec<Uuid> = asked.iter().map(|ProfileOf(user)| user.0).collect();
        let found = sqlx::query!(
            r#"select id, username, display_name, avatar_url, status_text, bot, created_at, presence,
                      (deactivated_at is not null) as "deactivated!"
               from users where id = any($1)"#,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut profiles = Vec::with_capacity(found.len());
        for row in found {
            let (presence, deactivated) = (presence(&row.presence)?, row.deactivated);
            let user = user_in!(row);
            profiles.push((ProfileOf(user.id), Some(ProfileFacts { user, presence, deactivated })));
        }
        Ok(complete(asked, profiles))
    }
}

impl Answers<OwnsSystem> for Lookup<'_> {
    async fn answer(&self, asked: &[OwnsSystem]) -> Answered<OwnsSystem> {
        let found = sqlx::query!("select value from system_settings where key = $1", SYSTEM_OWNER)
            .fetch_optional(self.store.commands())
            .await?;
        let owner: Option<UserId> =
            found.and_then(|row| row.value.as_str().and_then(|text| text.parse().ok()));
        let owns = asked.iter().filter(|OwnsSystem(user)| owner == Some(*user));
        Ok(complete(asked, owns.map(|one| (*one, true))))
    }
}
