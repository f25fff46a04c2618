//! Messages, as people read them. Every read checks in the same statement that the reader may.

use std::collections::HashMap;

use ajet_protocol::{ChannelId, Message, MessageId, Page, PageQuery, UserId};
use uuid::Uuid;

use super::rows::MessageRow;
use super::{Store, StoreError};

/// The names that fill the slots of some messages.
#[derive(Debug, Default)]
pub struct NameBook {
    users: HashMap<UserId, String>,
    channels: HashMap<ChannelId, String>,
}

impl ajet_markup::Names for NameBook {
    fn user(&self, id: UserId) -> Option<&str> {
        self.users.get(&id).map(String::as_str)
    }
    fn channel(&self, id: ChannelId) -> Option<&str> {
        self.channels.get(&id).map(String::as_str)
    }
}

impl Store {
    /// A page of a channel's messages, oldest first; `None` where the reader may not know of the channel.
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
        let has_more = items.len() > size;
        if has_more && query.after.is_some() {
            items.truncate(size);
        } else if has_more {
            items.remove(0);
        }
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
                 (select * from messages where $4 and channel_id = $1 and id > $2 order by id limit $5)
                 union all
                 (select * from messages where not $4 and channel_id = $1
                    and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) order by id desc limit $5)
               ) m join users u on u.id = m.author_id
               where exists (
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
            reader.0
        )
        .fetch_all(self.reads())
        .await?;
        Ok(rows.into_iter().map(Message::from).collect())
    }

    /// One message, if the reader may know of its channel.
    pub async fn message_for(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError> {
        let Some(channel) = self.channel_of(id).await? else { return Ok(None) };
        if !self.may_read(channel, reader).await? {
            return Ok(None);
        }
        let mut found: Vec<_> = self.messages_in(channel, &[id]).await?.into_values().collect();
        self.fill_names(&mut found).await?;
        Ok(found.pop())
    }

    /// The channel a message stands in.
    pub async fn channel_of(&self, id: MessageId) -> Result<Option<ChannelId>, StoreError> {
        let row = sqlx::query!("select channel_id from messages where id = $1", id.0)
            .fetch_optional(self.commands())
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

    /// Fills the name slots of messages; a private channel's name never shows.
    pub async fn fill_names(&self, messages: &mut [Message]) -> Result<(), StoreError> {
        let targets: Vec<Uuid> = messages
            .iter()
            .flat_map(|message| &message.mentions)
            .filter_map(|mention| mention.target_id)
            .collect();
        let book = if targets.is_empty() { NameBook::default() } else { self.names(&targets).await? };
        for message in messages.iter_mut().filter(|message| !message.mentions.is_empty()) {
            message.body_html = ajet_markup::fill(&message.body_html, &book);
        }
        Ok(())
    }

    /// The names that fill the slots of some mentions.
    pub async fn names_of(&self, mentions: &[ajet_protocol::Mention]) -> Result<NameBook, StoreError> {
        let targets: Vec<Uuid> = mentions.iter().filter_map(|mention| mention.target_id).collect();
        self.names(&targets).await
    }

    async fn names(&self, targets: &[Uuid]) -> Result<NameBook, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", display_name as "name!", true as "person!" from users where id = any($1)
               union all select id, name, false from channels where id = any($1) and visibility = 'public'"#,
            targets
        )
        .fetch_all(self.reads())
        .await?;
        let mut book = NameBook::default();
        for row in rows {
            if row.person {
                book.users.insert(UserId(row.id), row.name);
            } else {
                book.channels.insert(ChannelId(row.id), row.name);
            }
        }
        Ok(book)
    }
}
