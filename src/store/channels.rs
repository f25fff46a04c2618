//! Channels, as one person sees them.

use ajet_domain::community::GENERAL;
use ajet_domain::need::{ArrivalChannel, CategoryOf};
use ajet_protocol::{
    CategoryId, Channel, ChannelId, CommunityId, MessageId, Page, PageQuery, UserId, limits, names,
};
use uuid::Uuid;

use super::communities::page_of;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::ChannelRow;
use super::{Store, StoreError};

impl Store {
    /// The channels of a community that a person may know of; `None` where they do not belong to it.
    pub async fn channels_of(
        &self,
        community: CommunityId,
        user: UserId,
        query: &PageQuery,
    ) -> Result<Option<Page<Channel>>, StoreError> {
        let rows = sqlx::query_as!(
            ChannelRow,
            r#"select ch.id as "id!", ch.community_id, ch.name as "name!", ch.type as "kind!", ch.visibility as "visibility!",
                      ch.topic, ch.category_id, ch.position as "position!", ch.created_at as "created_at!",
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id,
                      coalesce(cm.muted, false) as "muted!", coalesce(un.count, 0) as "unread!", coalesce(mn.count, 0) as "mentions!"
               from community_members me
               join channels ch on ch.community_id = me.community_id
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = me.user_id
               left join lateral (
                 select count(*) as count from (
                   select 1 from messages m
                   where m.channel_id = ch.id and cm.user_id is not null and m.author_id <> me.user_id
                     and m.deleted_at is null and m.id > coalesce(cm.last_read_id, '00000000-0000-0000-0000-000000000000')
                   order by m.id limit $6
                 ) counted
               ) un on true
               left join lateral (
                 select count(*) as count from (
                   select 1 from messages m
                   where m.channel_id = ch.id and cm.user_id is not null and m.author_id <> me.user_id
                     and m.deleted_at is null and m.id > coalesce(cm.last_read_id, '00000000-0000-0000-0000-000000000000')
                     and m.mentions <> '[]' and m.mentions @> jsonb_build_array(jsonb_build_object('target_id', me.user_id))
                   order by m.id limit $6
                 ) counted
               ) mn on true
               where me.community_id = $1 and me.user_id = $2 and (ch.visibility = 'public' or cm.user_id is not null)
                 and ($3::uuid is null or ch.id > $3) and ($4::uuid is null or ch.id < $4)
               order by case when $4::uuid is null then ch.id end, ch.id desc limit $5::int8 + 1"#,
            community.0,
            user.0,
            query.after,
            query.before,
            query.size(),
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.reads())
        .await?;
        if rows.is_empty() && self.community_for(community, user).await?.is_none() {
            return Ok(None);
        }
        let items: Result<Vec<Channel>, _> = rows.into_iter().map(TryInto::try_into).collect();
        Ok(Some(page_of(items?, query)))
    }

    /// A channel, if the person may know of it, and whether they joined it.
    pub async fn channel_for(
        &self,
        id: ChannelId,
        user: UserId,
    ) -> Result<Option<(Channel, bool)>, StoreError> {
        let row = sqlx::query!(
            r#"select ch.community_id, ch.name, ch.type as kind, ch.visibility, ch.topic, ch.category_id, ch.position,
                      ch.created_at, (cm.user_id is not null) as "joined!",
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id,
                      coalesce(cm.muted, false) as "muted!", coalesce(un.count, 0) as "unread!", coalesce(mn.count, 0) as "mentions!"
               from channels ch
               join community_members me on me.community_id = ch.community_id and me.user_id = $2
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = me.user_id
               left join lateral (
                 select count(*) as count from (
                   select 1 from messages m
                   where m.channel_id = ch.id and cm.user_id is not null and m.author_id <> me.user_id
                     and m.deleted_at is null and m.id > coalesce(cm.last_read_id, '00000000-0000-0000-0000-000000000000')
                   order by m.id limit $3
                 ) counted
               ) un on true
               left join lateral (
                 select count(*) as count from (
                   select 1 from messages m
                   where m.channel_id = ch.id and cm.user_id is not null and m.author_id <> me.user_id
                     and m.deleted_at is null and m.id > coalesce(cm.last_read_id, '00000000-0000-0000-0000-000000000000')
                     and m.mentions <> '[]' and m.mentions @> jsonb_build_array(jsonb_build_object('target_id', me.user_id))
                   order by m.id limit $3
                 ) counted
               ) mn on true
               where ch.id = $1 and (ch.visibility = 'public' or cm.user_id is not null)"#,
            id.0,
            user.0,
            limits::UNREAD_COUNTED
        )
        .fetch_optional(self.reads())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let joined = row.joined;
        let channel = ChannelRow {
            id: id.0,
            community_id: row.community_id,
            name: row.name,
            kind: row.kind,
            visibility: row.visibility,
            topic: row.topic,
            category_id: row.category_id,
            position: row.position,
            last_message_id: row.last_message_id,
            unread: row.unread,
            mentions: row.mentions,
            muted: row.muted,
            created_at: row.created_at,
        };
        Ok(Some((channel.try_into()?, joined)))
    }

    /// Moves a person's read marker on; never back. False where they have not joined the channel, or the message is not in it.
    pub async fn mark_read(
        &self,
        channel: ChannelId,
        user: UserId,
        message: MessageId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update channel_members cm set last_read_id = greatest(coalesce(last_read_id, m.id), m.id)
             from messages m where cm.channel_id = $1 and cm.user_id = $2 and m.id = $3 and m.channel_id = $1
               and exists (select 1 from channels ch join community_members me on me.community_id = ch.community_id
                           where ch.id = $1 and me.user_id = $2)",
            channel.0,
            user.0,
            message.0
        )
        .execute(self.commands())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

impl Answers<CategoryOf> for Lookup<'_> {
    async fn answer(&self, asked: &[CategoryOf]) -> Answered<CategoryOf> {
        let ids: Vec<Uuid> = asked.iter().map(|CategoryOf(category)| category.0).collect();
        let found = sqlx::query!(
            "select id from channel_categories where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (CategoryOf(CategoryId(row.id)), true))))
    }
}

impl Answers<ArrivalChannel> for Lookup<'_> {
    async fn answer(&self, asked: &[ArrivalChannel]) -> Answered<ArrivalChannel> {
        let found = sqlx::query!(
            r#"select id from channels where community_id = $1 and coalesce(name_key, lower(name collate "C")) = $2"#,
            self.community.0,
            names::key(GENERAL)
        )
        .fetch_optional(self.store.commands())
        .await?;
        Ok(complete(asked, found.map(|row| (ArrivalChannel, Some(ChannelId(row.id))))))
    }
}
