//! Whom people block.

use ajet_domain::need::BlockOf;
use ajet_protocol::{ChannelId, Page, PageQuery, User, UserId};
use uuid::Uuid;

use super::communities::page_of;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::UserRow;
use super::{Store, StoreError};

impl Store {
    /// The people whom a person blocks, by their ids.
    pub async fn blocked_by(&self, person: UserId, query: &PageQuery) -> Result<Page<User>, StoreError> {
        let rows = sqlx::query_as!(
            UserRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
               from blocks b join users u on u.id = b.blocked_id
               where b.user_id = $1 and ($2::uuid is null or b.blocked_id > $2) and ($3::uuid is null or b.blocked_id < $3)
               order by case when $3::uuid is null then b.blocked_id end, b.blocked_id desc limit $4::int8 + 1"#,
            person.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(page_of(rows.into_iter().map(User::from).collect(), query))
    }

    /// Whether a block keeps a person apart from whom they talk with in a direct message of two. In a group none counts.
    pub async fn are_apart(&self, person: UserId, dm: ChannelId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (
                 select 1 from channels ch
                 join channel_members cm on cm.channel_id = ch.id and cm.user_id <> $1
                 where ch.id = $2 and ch.type = 'dm' and (
                   exists (select 1 from blocks b where b.user_id = $1 and b.blocked_id = cm.user_id)
                   or exists (select 1 from blocks b where b.user_id = cm.user_id and b.blocked_id = $1)
                 )
               ) as "are_apart!""#,
            person.0,
            dm.0
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.are_apart)
    }
}

impl Answers<BlockOf> for Lookup<'_> {
    async fn answer(&self, asked: &[BlockOf]) -> Answered<BlockOf> {
        let (by, of): (Vec<Uuid>, Vec<Uuid>) = asked.iter().map(|one| (one.by.0, one.of.0)).unzip();
        let found = sqlx::query!(
            "select b.user_id, b.blocked_id from blocks b
             join unnest($1::uuid[], $2::uuid[]) as k(user_id, blocked_id)
               on k.user_id = b.user_id and k.blocked_id = b.blocked_id",
            &by,
            &of
        )
        .fetch_all(self.store.commands())
        .await?;
        let blocks = found.into_iter();
        Ok(complete(
            asked,
            blocks.map(|row| (BlockOf { by: UserId(row.user_id), of: UserId(row.blocked_id) }, true)),
        ))
    }
}
