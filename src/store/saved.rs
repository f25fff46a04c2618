//! Messages that people keep for later, each for themselves. Of the message itself nothing stands here: it is read under the rights in its
//! channel, and of one that the person sees no more nothing is shown.

use std::collections::HashMap;

use ajet_domain::Scope;
use ajet_domain::need::{SavedFacts, SavedOf};
use ajet_protocol::{ChannelId, CommunityId, Message, MessageId, PageQuery, SavedMark, UserId};
use uuid::Uuid;

use super::fence::{Fence, Fenced};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::message_rows::fenced_messages;
use super::{Pool, Store, StoreError};

/// A message that a person saved, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlace {
    pub message: MessageId,
    pub channel: ChannelId,
    /// Whose rights say who sees the channel.
    pub scope: Scope,
    pub mark: SavedMark,
}

impl Store {
    /// Up to so many messages that a person saved, by their ids in the direction of the query, and one more if there is one. Those of channels
    /// that are gone, and of communities that they do not belong to, are left out: whether they see the others is for their rights to say.
    pub async fn saved_by(
        &self,
        person: UserId,
        query: &PageQuery,
        most: i64,
    ) -> Result<Vec<SavedPlace>, StoreError> {
        let rows = sqlx::query!(
            r#"select s.message_id as "message_id!", s.channel_id as "channel_id!", c.community_id as "community_id?", s.note as "note?",
                      s.remind_at as "remind_at?"
               from saved_messages s
               join channels c on c.id = s.channel_id
               where s.user_id = $1 and ($2::uuid is null or s.message_id > $2) and ($3::uuid is null or s.message_id < $3)
                 and (c.community_id is null or exists (
                   select from community_members cm where cm.community_id = c.community_id and cm.user_id = $1))
               order by case when $3::uuid is null then s.message_id end, s.message_id desc limit $4::int8 + 1"#,
            person.0,
            query.after,
            query.before,
            most
        )
        .fetch_all(self.reads())
        .await?;
        let places = rows.into_iter().map(|row| SavedPlace {
            message: MessageId(row.message_id),
            channel: ChannelId(row.channel_id),
            scope: row.community_id.map_or(Scope(row.channel_id), |id| CommunityId(id).into()),
            mark: SavedMark { note: row.note, remind_at: row.remind_at.map(Into::into) },
        });
        Ok(places.collect())
    }

    /// Messages by their ids, of those channels that the person of the fence sees.
    pub async fn messages_seen(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        ids: &[MessageId],
    ) -> Result<Fenced<Vec<Message>>, StoreError> {
        let channels: Vec<Uuid> = seen.iter().map(|id| id.0).collect();
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = fenced_messages!(
            fence,
            "left join messages m on f.holds and m.id = any($5) and m.channel_id = any($6)"; "",
            &ids,
            &channels
        )
        .fetch_all(self.reads())
        .await?;
        let Fenced::Holds(rows) = Fenced::all(rows) else { return Ok(Fenced::Stale) };
        let mut messages: Vec<Message> = rows.into_iter().map(Message::from).collect();
        let filled = self.fill_parts(fence, &mut messages).await?;
        Ok(filled.map(|()| messages))
    }

    /// How some messages are saved now.
    pub(super) async fn saved_among(
        &self,
        asked: &[SavedOf],
        pool: &Pool,
    ) -> Result<HashMap<SavedOf, SavedFacts>, StoreError> {
        let (users, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.message.0)).unzip();
        let rows = sqlx::query!(
            r#"select s.user_id as "user_id!", s.message_id as "message_id!", s.channel_id as "channel_id!", s.note as "note?",
                      s.remind_at as "remind_at?"
               from unnest($1::uuid[], $2::uuid[]) as q(person, message)
               join saved_messages s on s.user_id = q.person and s.message_id = q.message"#,
            &users,
            &messages
        )
        .fetch_all(pool)
        .await?;
        let found = rows.into_iter().map(|row| {
            let facts = SavedFacts {
                channel_id: ChannelId(row.channel_id),
                note: row.note,
                remind_at: row.remind_at.map(Into::into),
            };
            (SavedOf { user: UserId(row.user_id), message: MessageId(row.message_id) }, facts)
        });
        Ok(found.collect())
    }
}

impl Answers<SavedOf> for Lookup<'_> {
    async fn answer(&self, asked: &[SavedOf]) -> Answered<SavedOf> {
        let found = self.store.saved_among(asked, self.store.commands()).await?;
        Ok(complete(asked, found.into_iter().map(|(asked, facts)| (asked, Some(facts)))))
    }
}
