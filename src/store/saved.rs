//! Messages that people keep for later, each for themselves. Of the message itself nothing stands here: it is read under the rights in its
//! channel, and of one that the person sees no more nothing is shown.

use std::collections::HashMap;

use ajet_domain::need::{SavedFacts, SavedOf};
use ajet_protocol::{ChannelId, MessageId, PageQuery, SavedMark, UserId};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Pool, Store, StoreError};

/// A message that a person saved, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlace {
    pub message: MessageId,
    pub channel: ChannelId,
    pub mark: SavedMark,
}

impl Store {
    /// The messages of a page of what a person saved, by their ids in the direction of the query, and one more if there is one.
    pub async fn saved_by(&self, person: UserId, query: &PageQuery) -> Result<Vec<SavedPlace>, StoreError> {
        let rows = sqlx::query!(
            r#"select message_id, channel_id, note, remind_at from saved_messages
               where user_id = $1 and ($2::uuid is null or message_id > $2) and ($3::uuid is null or message_id < $3)
               order by case when $3::uuid is null then message_id end, message_id desc limit $4::int8 + 1"#,
            person.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let places = rows.into_iter().map(|row| SavedPlace {
            message: MessageId(row.message_id),
            channel: ChannelId(row.channel_id),
            mark: SavedMark { note: row.note, remind_at: row.remind_at.map(Into::into) },
        });
        Ok(places.collect())
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
