//! Messages, as people read them and as their channel looks them up. Every read for a person checks in the same statement that
//! the reader may.

use std::collections::HashMap;

use ajet_domain::channel::Head;
use ajet_domain::need::{HeadOf, MessageOf};
use ajet_protocol::{ChannelId, Message, MessageId, Page, PageQuery, UserId, limits};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::MessageRow;
use super::{Store, StoreError};

impl Store {
    /// A page of a channel's messages, oldest first; `None` where the reader may not know of the channel. A page holds as
    /// many of them as were asked for, or fewer where their texts are long.
    pub async fn message_page(
        &self,
        channel: ChannelId,
        reader: UserId,
        query: &PageQuery,
    ) -> Result<Option<Page<Message>>, StoreError> {
        let mut items = self.messages_seen_by(channel, reader, query).await?;
        if items.is_empty() {
            // Nothing there, or nothing for this reader.
            if !self.may_read(channel, reader).await? {
                return Ok(None);
            }
            // They may have joined a moment ago.
            items = self.messages_seen_by(channel, reader, query).await?;
        }
        let size = usize::try_from(query.size()).unwrap_or(1);
        let too_many = items.len() > size;
        if too_many && query.after.is_some() {
            items.truncate(size);
        } else if too_many {
            items.remove(0);
        }
        let has_more = too_many || (is_full(&items) && self.goes_on(channel, query, &items).await?);
        self.fill_names(&mut items).await?;
        Ok(Some(Page { items, has_more }))
    }

    /// A page's messages and one more if there is one; none where the reader may not know of the channel.
    async fn messages_seen_by(
        &self,
        channel: ChannelId,
        reader: UserId,
        query: &PageQuery,
    ) -> Result<Vec<Message>, StoreError> {
        // `nearer` is how many bytes of HTML stand between the cursor and a message: past the limit of a page it is left out, but
        // never the nearest one. Lengths are known without reading the texts; the Markdown of a message has a limit of its own.
        let rows = sqlx::query_as!(
            MessageRow,
            r#"select m.id as "id!", m.channel_id as "channel_id!", m.parent_id, m.body_md as "body_md!",
                      m.body_html as "body_html!", m.mentions as "mentions!: _", m.seq as "seq!",
                      m.client_mutation_id as "client_mutation_id!", m.created_at as "created_at!", m.edited_at, (m.deleted_at is not null) as "deleted!",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count!",
                      u.id as author_id, u.username as author_username,
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as author_bot, u.created_at as author_created_at
               from (
                 select a.*, sum(octet_length(a.body_html)) over (order by a.id rows unbounded preceding)
                               - octet_length(a.body_html) as nearer
                 from (select * from messages where $4 and channel_id = $1 and id > $2 order by id limit $5) a
                 union all
                 select b.*, sum(octet_length(b.body_html)) over (order by b.id desc rows unbounded preceding)
                               - octet_length(b.body_html) as nearer
                 from (select * from messages where not $4 and channel_id = $1
                         and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) order by id desc limit $5) b
               ) m join users u on u.id = m.author_id
               where m.nearer <= $7 and exists (
                 select 1 from channels ch
                 join community_members me on me.community_id = ch.community_id and me.user_id = $6
                 left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $6
                 where ch.id = $1 and (ch.visibility = 'public' or cm.user_id is not null))
               order by m.id"#,
            channel.0,
            query.after.unwrap_or_default(),
            query.before,
            query.after.is_some(),
            query.size() + 1,
            reader.0,
            limits::PAGE_BYTES
        )
        .fetch_all(self.reads())
        .await?;
        Ok(rows.into_iter().map(Message::from).collect())
    }

    /// Whether a channel goes on beyond a page, in the direction of its query.
    async fn goes_on(
        &self,
        channel: ChannelId,
        query: &PageQuery,
        items: &[Message],
    ) -> Result<bool, StoreError> {
        let onward = query.after.is_some();
        let edge = if onward { items.last() } else { items.first() };
        let Some(edge) = edge else { return Ok(false) };
        let row = sqlx::query!(
            r#"select case when $3 then exists (select 1 from messages where channel_id = $1 and id > $2)
                           else exists (select 1 from messages where channel_id = $1 and id < $2) end as "more!""#,
            channel.0,
            edge.id.0,
            onward
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.more)
    }

    /// One message, if the reader may know of its channel.
    pub async fn message_for(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError> {
        let found = sqlx::query_as!(
            MessageRow,
            r#"select m.id, m.channel_id, m.parent_id, m.body_md, m.body_html, m.mentions as "mentions: _", m.seq,
                      m.client_mutation_id, m.created_at, m.edited_at, (m.deleted_at is not null) as "deleted!",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count!",
                      u.id as author_id, u.username as author_username,
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as author_bot, u.created_at as author_created_at
               from messages m join users u on u.id = m.author_id
               where m.id = $1 and exists (
                 select 1 from channels ch
                 join community_members me on me.community_id = ch.community_id and me.user_id = $2
                 left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $2
                 where ch.id = m.channel_id and (ch.visibility = 'public' or cm.user_id is not null))"#,
            id.0,
            reader.0
        )
        .fetch_optional(self.reads())
        .await?;
        self.shown(found).await
    }

    /// Messages of one channel by id, with placeholders for names.
    async fn messages_in(
        &self,
        channel: ChannelId,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query_as!(
            MessageRow,
            r#"select m.id, m.channel_id, m.parent_id, m.body_md, m.body_html, m.mentions as "mentions: _", m.seq,
                      m.client_mutation_id, m.created_at, m.edited_at, (m.deleted_at is not null) as "deleted!",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count!",
                      u.id as author_id, u.username as author_username,
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as author_bot, u.created_at as author_created_at
               from messages m join users u on u.id = m.author_id
               where m.channel_id = $1 and m.id = any($2)"#,
            channel.0,
            &ids
        )
        .fetch_all(self.commands())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.id), row.into())).collect())
    }

    /// A message of a channel, for its own author.
    pub async fn own_message(
        &self,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        let mut found: Vec<_> = self.messages_in(channel, &[id]).await?.into_values().collect();
        self.fill_names(&mut found).await?;
        Ok(found.pop())
    }

    async fn shown(&self, found: Option<MessageRow>) -> Result<Option<Message>, StoreError> {
        let Some(row) = found else { return Ok(None) };
        let mut one = [Message::from(row)];
        self.fill_names(&mut one).await?;
        let [message] = one;
        Ok(Some(message))
    }

    /// The channel a message stands in.
    pub async fn channel_of(&self, id: MessageId) -> Result<Option<ChannelId>, StoreError> {
        let row = sqlx::query!("select channel_id from messages where id = $1", id.0)
            .fetch_optional(self.live())
            .await?;
        Ok(row.map(|row| ChannelId(row.channel_id)))
    }

    /// Whether somebody may read a channel: a member of its community, and it is open or they joined it.
    pub async fn may_read(&self, channel: ChannelId, reader: UserId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (
                 select 1 from channels ch
                 join community_members me on me.community_id = ch.community_id and me.user_id = $2
                 left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $2
                 where ch.id = $1 and (ch.visibility = 'public' or cm.user_id is not null)) as "may!""#,
            channel.0,
            reader.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.may)
    }
}

// A community has no messages: without a channel nothing is found.

impl Answers<MessageOf> for Lookup<'_> {
    async fn answer(&self, asked: &[MessageOf]) -> Answered<MessageOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let ids: Vec<MessageId> = asked.iter().map(|MessageOf(id)| *id).collect();
        let found = self.store.messages_in(channel, &ids).await?;
        Ok(complete(asked, found.into_iter().map(|(id, message)| (MessageOf(id), Some(message)))))
    }
}

impl Answers<HeadOf> for Lookup<'_> {
    async fn answer(&self, asked: &[HeadOf]) -> Answered<HeadOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let ids: Vec<Uuid> = asked.iter().map(|HeadOf(id)| id.0).collect();
        let found = sqlx::query!(
            r#"select id, author_id, parent_id, created_at, (deleted_at is not null) as "deleted!"
               from messages where channel_id = $1 and id = any($2)"#,
            channel.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let heads = found.into_iter().map(|row| {
            let head = Head {
                author: UserId(row.author_id),
                parent_id: row.parent_id.map(MessageId),
                created_at: row.created_at.into(),
                deleted: row.deleted,
            };
            (HeadOf(MessageId(row.id)), Some(head))
        });
        Ok(complete(asked, heads))
    }
}

/// Whether a page holds as much text as a page may.
fn is_full(items: &[Message]) -> bool {
    let bytes: usize = items.iter().map(|message| message.body_md.len() + message.body_html.len()).sum();
    i64::try_from(bytes).unwrap_or(i64::MAX) > limits::PAGE_BYTES
}
