//! What people want to be reminded of, each for themselves.

use ajet_domain::need::{ReminderCount, ReminderFacts, ReminderOf};
use ajet_protocol::{ChannelId, ReminderId, Timestamp, UserId, limits};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

impl Store {
    /// When a person is reminded, by the id of a reminder of theirs.
    pub async fn reminded_at(&self, person: UserId, id: ReminderId) -> Result<Option<Timestamp>, StoreError> {
        let row =
            sqlx::query!("select remind_at from reminders where user_id = $1 and id = $2", person.0, id.0)
                .fetch_optional(self.reads())
                .await?;
        Ok(row.map(|row| row.remind_at.into()))
    }

    /// Removes some reminders of which people were told 90 days ago, as long as notifications are kept; how many.
    pub async fn remove_told_reminders(&self, limit: i64) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "delete from reminders r using (
               select id from reminders where told_at < now() - interval '90 days' limit $1
             ) old
             where r.id = old.id",
            limit
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected())
    }
}

impl Answers<ReminderOf> for Lookup<'_> {
    async fn answer(&self, asked: &[ReminderOf]) -> Answered<ReminderOf> {
        let (users, ids): (Vec<Uuid>, Vec<Uuid>) = asked.iter().map(|one| (one.user.0, one.id.0)).unzip();
        let rows = sqlx::query!(
            r#"select r.id as "id!", r.user_id as "user_id!", r.channel_id, r.text as "text!", r.remind_at as "remind_at!",
                      r.told_at as "told_at?", r.created_at as "created_at!"
               from unnest($1::uuid[], $2::uuid[]) as q(person, id)
               join reminders r on r.id = q.id and r.user_id = q.person"#,
            &users,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = rows.into_iter().map(|row| {
            let (user_id, id) = (UserId(row.user_id), ReminderId(row.id));
            let reminder = ReminderFacts {
                id,
                user_id,
                channel_id: ChannelId(row.channel_id.unwrap_or_default()),
                text: row.text,
                remind_at: row.remind_at.into(),
                told_at: row.told_at.map(Into::into),
                created_at: row.created_at.into(),
            };
            (ReminderOf { user: user_id, id }, Some(reminder))
        });
        Ok(complete(asked, found))
    }
}

impl Answers<ReminderCount> for Lookup<'_> {
    /// No more is counted than anybody may have.
    async fn answer(&self, asked: &[ReminderCount]) -> Answered<ReminderCount> {
        let users: Vec<Uuid> = asked.iter().map(|ReminderCount(user)| user.0).collect();
        let rows = sqlx::query!(
            r#"select q.person as "person!", c.waiting as "waiting!"
               from unnest($1::uuid[]) as q(person)
               cross join lateral (
                 select count(*) as waiting
                 from (select from reminders r where r.user_id = q.person and r.told_at is null limit $2) one
               ) c"#,
            &users,
            limits::REMINDERS
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, rows.into_iter().map(|row| (ReminderCount(UserId(row.person)), row.waiting))))
    }
}
