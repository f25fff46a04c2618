//! Messages, as people read them and as their channel looks them up. Every read for a person is fenced by the rights that it rests on.

use std::collections::HashMap;

use ajet_domain::channel::Head;
use ajet_domain::need::{HeadOf, MessageOf};
use ajet_protocol::{
    ChannelId, LinkPreview, Message, MessageId, MessageQuery, Page, PageQuery, UserId, limits,
};
use sqlx::types::Json;
use uuid::Uuid;

use super::fence::{Fence, Fenced};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::message_rows::fenced_messages;
use super::message_runs::{Listed, Stretch};
use super::rows::{Known, MessageRow, StoredPoll};
use super::{Store, StoreError};

impl Store {
    /// A page of a channel's messages, oldest first. A page holds as many of them as were asked for, or fewer where their texts are
    /// long.
    pub async fn message_page(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        self.history(fence, &MessageQuery { page: *query, ..MessageQuery::default() }).await
    }

    /// The same, as a query of messages says.
    pub async fn history(
        &self,
        fence: Fence,
        query: &MessageQuery,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let of = if query.top_level { Listed::TopLevel } else { Listed::All };
        let found = match query.around {
            Some(middle) => self.around(fence, query.page.size(), middle, of).await?,
            None => self.stretch(fence, Stretch::new(query.page, of)).await?,
        };
        self.page_with_parts(fence, found).await
    }

    /// A page, with what stands beside its messages.
    pub(super) async fn page_with_parts(
        &self,
        fence: Fence,
        found: Fenced<Page<Message>>,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let Fenced::Holds(mut page) = found else { return Ok(Fenced::Stale) };
        let filled = self.fill_parts(fence, &mut page.items).await?;
        Ok(filled.map(|()| page))
    }

    /// A page with a message in its middle, and what follows where it would stand if it is not there. Each half has half of the text
    /// that a page may hold. There is more where there is more on either side.
    async fn around(
        &self,
        fence: Fence,
        size: i64,
        middle: Uuid,
        of: Listed,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let (older, bytes) = (size / 2, limits::PAGE_BYTES / 2);
        // The message itself comes after the id before its own.
        let start = Uuid::from_u128(middle.as_u128().saturating_sub(1));
        let before = PageQuery { before: Some(middle), after: None, limit: Some(older.max(1)) };
        let after = PageQuery { before: None, after: Some(start), limit: Some(size - older) };
        let before = self.stretch(fence, Stretch { page: before, of, bytes }).await?;
        let after = self.stretch(fence, Stretch { page: after, of, bytes }).await?;
        let (Fenced::Holds(mut page), Fenced::Holds(rest)) = (before, after) else {
            return Ok(Fenced::Stale);
        };
        if older == 0 {
            page = Page { has_more: !page.items.is_empty(), items: Vec::new() };
        }
        page.has_more |= rest.has_more;
        page.items.extend(rest.items);
        Ok(Fenced::Holds(page))
    }

    /// One message of a channel.
    pub async fn message_for(
        &self,
        fence: Fence,
        id: MessageId,
    ) -> Result<Fenced<Option<Message>>, StoreError> {
        let found = fenced_messages!(
            fence,
            "left join messages m on f.holds and m.id = $5 and m.channel_id = $3"; "",
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        let Fenced::Holds(found) = Fenced::one(found) else { return Ok(Fenced::Stale) };
        let mut found: Vec<Message> = found.into_iter().map(Message::from).collect();
        let filled = self.fill_parts(fence, &mut found).await?;
        Ok(filled.map(|()| found.pop()))
    }

    /// Messages of one channel by id, with placeholders for names, their files, and nothing else that stands beside them.
    async fn messages_in(
        &self,
        channel: ChannelId,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query_as!(
            MessageRow,
            r#"select m.id as "id!", m.channel_id as "channel_id!", m.parent_id, m.body_md as "body_md!",
                      m.body_html as "body_html!", m.mentions as "mentions!: _", m.seq as "seq!",
                      m.client_mutation_id as "client_mutation_id!", m.created_at as "created_at!", m.edited_at, (m.deleted_at is not null) as "deleted!",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count!",
                      u.id as "author_id!", u.username as "author_username!",
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as "author_bot!",
                      u.created_at as "author_created_at!",
                      m.also_to_channel as "also_to_channel!", m.attachments as "attachments!",
                      m.poll as "poll?: Json<StoredPoll>",
                      p.previews as "previews?: Json<Known<LinkPreview>>",
                      exists (select from pins x where x.message_id = m.id) as "pinned!", false as "reacted!",
                      false as "followed!"
               from messages m join users u on u.id = m.author_id
               left join message_previews p on p.message_id = m.id and not p.stripped
               where m.channel_id = $1 and m.id = any($2)"#,
            channel.0,
            &ids
        )
        .fetch_all(self.commands())
        .await?;
        let mut messages: Vec<Message> = rows.into_iter().map(Message::from).collect();
        // An event of an edit shows them.
        self.fill_attachments_on(self.commands(), &mut messages).await?;
        Ok(messages.into_iter().map(|message| (message.id, message)).collect())
    }

    /// The channel a message stands in.
    pub async fn channel_of(&self, id: MessageId) -> Result<Option<ChannelId>, StoreError> {
        let row = sqlx::query!("select channel_id from messages where id = $1", id.0)
            .fetch_optional(self.live())
            .await?;
        Ok(row.map(|row| ChannelId(row.channel_id)))
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
