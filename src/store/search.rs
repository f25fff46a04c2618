//! Search in PostgreSQL: the messages of some channels that fit, by an index of their words. Whom the channels are for is not decided
//! here: what is found are ids, and the messages are read afterwards behind the fence of their reader's rights.
//!
//! Newest first takes two steps, both exact. First the newest messages of all are looked through until the page is full: words that are
//! common are found so, and no index would help, since it does not know an order. Where that does not fill the page, the words are rare,
//! and the index finds all that fit.

use std::collections::HashMap;

use ajet_markup::Names;
use ajet_protocol::{AttachmentStatus, ChannelId, Message, MessageId, PageQuery, User, UserId, names};
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::names::NameBook;
use super::rows::UserRow;
use super::{Store, StoreError};

/// Messages that the first step looks at.
const WALKED: i64 = 10_000;
/// Of so many of the newest that fit the best ones are told.
const RANKED: i64 = 10_000;

/// Which messages are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub channels: Vec<Uuid>,
    /// The text of a `tsquery`; `None`: any words.
    pub query: Option<String>,
    /// Only those with a higher id.
    pub above: Uuid,
    /// Only those with a lower id.
    pub below: Uuid,
}

/// A message that fits, and how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    pub place: (MessageId, ChannelId),
    pub score: f32,
    /// The newest of all that fit.
    pub newest: MessageId,
}

fenced_row! {
    pub struct ChannelWords / FencedChannelWords {
        id: Uuid,
        name: String,
        topic: Option<String>,
    }
}

impl Store {
    /// At most so many messages that fit: the newest of them, newest first; or the oldest, oldest first.
    pub async fn messages_found(
        &self,
        wanted: &Wanted,
        oldest: bool,
        most: i64,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let Some(query) = &wanted.query else { return self.any_messages(wanted, oldest, most).await };
        let walked = self.walked(wanted, query, (oldest, most)).await?;
        if i64::try_from(walked.len()).is_ok_and(|found| found >= most) {
            return Ok(walked);
        }
        self.indexed(wanted, query, (oldest, most)).await
    }

    /// Those that fit among the next messages of all channels.
    async fn walked(
        &self,
        wanted: &Wanted,
        query: &str,
        (oldest, most): (bool, i64),
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let rows = sqlx::query!(
            r#"select h.message_id as "message_id!", h.channel_id as "channel_id!"
               from (
                 (select w.message_id, w.channel_id
                  from (select s.message_id, s.channel_id, s.tsv from message_search s
                        where not $5::bool and s.message_id > $3 and s.message_id < $4
                        order by s.message_id desc limit $7) w
                  where w.channel_id = any($1) and w.tsv @@ $2::text::tsquery
                  order by w.message_id desc limit $6)
                 union all
                 (select w.message_id, w.channel_id
                  from (select s.message_id, s.channel_id, s.tsv from message_search s
                        where $5::bool and s.message_id > $3 and s.message_id < $4
                        order by s.message_id limit $7) w
                  where w.channel_id = any($1) and w.tsv @@ $2::text::tsquery
                  order by w.message_id limit $6)
               ) h
               order by case when $5::bool then h.message_id end, h.message_id desc"#,
            &wanted.channels,
            query,
            wanted.above,
            wanted.below,
            oldest,
            most,
            WALKED
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.message_id), ChannelId(row.channel_id))).collect())
    }

    /// Those that fit by the index. All of them are found before any is left out, so that no plan walks all messages in their order.
    async fn indexed(
        &self,
        wanted: &Wanted,
        query: &str,
        (oldest, most): (bool, i64),
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let rows = sqlx::query!(
            r#"with hits as materialized (
                 select s.message_id, s.channel_id from message_search s
                 where array[s.channel_id] && $1::uuid[] and s.tsv @@ $2::text::tsquery
                   and s.message_id > $3 and s.message_id < $4
               )
               select h.message_id as "message_id!", h.channel_id as "channel_id!" from hits h
               order by case when $5::bool then h.message_id end, h.message_id desc limit $6"#,
            &wanted.channels,
            query,
            wanted.above,
            wanted.below,
            oldest,
            most
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.message_id), ChannelId(row.channel_id))).collect())
    }

    /// Any messages of the channels: the next ones of each, and the nearest of those.
    async fn any_messages(
        &self,
        wanted: &Wanted,
        oldest: bool,
        most: i64,
    ) -> Result<Vec<(MessageId, ChannelId)>, StoreError> {
        let rows = sqlx::query!(
            r#"select h.id as "id!", h.channel_id as "channel_id!"
               from unnest($1::uuid[]) as c(id)
               cross join lateral (
                 (select m.id, m.channel_id from messages m
                  where not $4::bool and m.channel_id = c.id and m.id > $2 and m.id < $3 and m.deleted_at is null
                  order by m.id desc limit $5)
                 union all
                 (select m.id, m.channel_id from messages m
                  where $4::bool and m.channel_id = c.id and m.id > $2 and m.id < $3 and m.deleted_at is null
                  order by m.id limit $5)
               ) h
               order by case when $4::bool then h.id end, h.id desc limit $5"#,
            &wanted.channels,
            wanted.above,
            wanted.below,
            oldest,
            most
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.id), ChannelId(row.channel_id))).collect())
    }

    /// The next messages in the order of how well they fit, after the one of this score and id. Of two that fit as well the newer comes first.
    pub async fn messages_ranked(
        &self,
        wanted: &Wanted,
        query: &str,
        after: Option<(f32, Uuid)>,
        most: i64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let (score, id) = after.unzip();
        let rows = sqlx::query!(
            r#"with hits as materialized (
                 select s.message_id from message_search s
                 where array[s.channel_id] && $1::uuid[] and s.tsv @@ $2::text::tsquery
                   and s.message_id > $3 and s.message_id < $4
               ), newest as materialized (
                 select h.message_id from hits h order by h.message_id desc limit $8
               ), ranked as (
                 select s.message_id, s.channel_id, ts_rank(s.tsv, $2::text::tsquery) as score
                 from newest n join message_search s on s.message_id = n.message_id
               )
               select r.message_id as "message_id!", r.channel_id as "channel_id!", r.score as "score!",
                      (select n.message_id from newest n order by n.message_id desc limit 1) as "newest!"
               from ranked r
               where $5::float4 is null or (r.score, r.message_id) < ($5, $6::uuid)
               order by r.score desc, r.message_id desc limit $7"#,
            &wanted.channels,
            query,
            wanted.above,
            wanted.below,
            score,
            id,
            most,
            RANKED
        )
        .fetch_all(self.searches())
        .await?;
        let ranked = rows.into_iter().map(|row| Ranked {
            place: (MessageId(row.message_id), ChannelId(row.channel_id)),
            score: row.score,
            newest: MessageId(row.newest),
        });
        Ok(ranked.collect())
    }

    /// Those of some channels that have one of these names, whatever marks and capitals it is written with.
    pub async fn channels_named(
        &self,
        channels: &[Uuid],
        typed: &[String],
    ) -> Result<Vec<ChannelId>, StoreError> {
        let keys: Vec<String> = typed.iter().map(|name| names::key(name)).collect();
        let rows = sqlx::query!(
            r#"select id from channels where id = any($1) and coalesce(name_key, lower(name collate "C")) = any($2)"#,
            channels,
            &keys
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| ChannelId(row.id)).collect())
    }

    /// The accounts of these user names.
    pub async fn accounts_named(&self, typed: &[String]) -> Result<Vec<UserId>, StoreError> {
        let rows = sqlx::query!(
            r#"select u.id as "id!" from unnest($1::text[]) as w(word)
               cross join lateral (
                 select a.id from users a where lower(a.username collate "C") = lower(w.word collate "C") offset 0
               ) u"#,
            typed
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| UserId(row.id)).collect())
    }

    /// What channels of a community are called, and what they are for: those of them that the person of the fence sees.
    pub async fn channel_words(
        &self,
        fence: Fence,
        seen: &[ChannelId],
    ) -> Result<Fenced<Vec<ChannelWords>>, StoreError> {
        let ids: Vec<Uuid> = seen.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedChannelWords,
            fence,
            r#"select f.holds as "holds!", ch.id as "id?", ch.name as "name?", ch.topic
               from fence f left join channels ch on f.holds and ch.id = any($5) and ch.community_id = $1
               order by ch.id"#,
            &ids
        )
        .fetch_all(self.searches())
        .await?;
        Ok(Fenced::all(rows))
    }

    /// The people whom a person may find, in the direction of the query; in one community where one is named, of which the person is a member.
    /// All of them at once: to tell who they are takes as long as it takes to tell the next few.
    pub async fn people_known_to(
        &self,
        reader: UserId,
        community: Option<Uuid>,
        query: &PageQuery,
    ) -> Result<Vec<Uuid>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"select k.id as "id!" from people_known_to($1) k
               where ($3::uuid is null or k.id > $3) and ($4::uuid is null or k.id < $4)
                 and ($2::uuid is null or exists (
                   select from community_members m join community_members own on own.community_id = m.community_id
                   where m.community_id = $2 and m.user_id = k.id and own.user_id = $1))
               order by case when $4::uuid is null then k.id end, k.id desc"#,
            reader.0,
            community,
            query.after,
            query.before
        )
        .fetch_all(self.searches())
        .await?;
        Ok(ids)
    }

    /// Those of some people whom a person may find now, as [`Self::people_known_to`]. Accounts that are out of use are left out.
    ///
    /// Whom the person may know is read in the same statement: it needs no fence.
    pub async fn people_to_search(
        &self,
        reader: UserId,
        community: Option<Uuid>,
        query: &PageQuery,
        among: &[Uuid],
    ) -> Result<Vec<User>, StoreError> {
        let rows = sqlx::query_as!(
            UserRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
               from people_known_to($1) k join users u on u.id = k.id
               where k.id = any($3) and u.deactivated_at is null
                 and ($2::uuid is null or exists (
                   select from community_members m join community_members own on own.community_id = m.community_id
                   where m.community_id = $2 and m.user_id = u.id and own.user_id = $1))
               order by case when $4::uuid is null then u.id end, u.id desc"#,
            reader.0,
            community,
            among,
            query.before
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(User::from).collect())
    }

    /// What a search shows of messages of one channel that were let in: their texts with names, with covered spoilers, and what else they
    /// are found by.
    pub async fn texts_of(&self, messages: &[&Message]) -> Result<Vec<String>, StoreError> {
        let mut books = HashMap::<ChannelId, NameBook>::new();
        for message in messages.iter().filter(|message| !message.mentions.is_empty()) {
            if books.contains_key(&message.channel_id) {
                continue;
            }
            let of_channel = messages.iter().filter(|other| other.channel_id == message.channel_id);
            let mentions: Vec<_> = of_channel.flat_map(|one| one.mentions.iter().copied()).collect();
            let book = self.names_of(message.channel_id, &mentions).await?;
            books.insert(message.channel_id, book);
        }
        let nameless = NameBook::default();
        let text =
            |message: &&Message| shown_text(message, books.get(&message.channel_id).unwrap_or(&nameless));
        Ok(messages.iter().map(text).collect())
    }
}

fn shown_text(message: &Message, names: &dyn Names) -> String {
    let mut text = ajet_markup::preview(&message.body_md, names, usize::MAX);
    let poll = message.poll.iter();
    let poll = poll.flat_map(|poll| {
        std::iter::once(poll.question.as_str()).chain(poll.options.iter().map(|one| one.text.as_str()))
    });
    let files = message.attachments.iter().filter(|file| file.status != AttachmentStatus::Infected);
    for part in poll.chain(files.map(|file| file.filename.as_str())) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
    text
}
