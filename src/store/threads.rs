//! Threads: their replies, what is shown of them under their first messages, and who follows them.

use std::collections::HashMap;

use ajet_domain::need::{ThreadFacts, ThreadOf};
use ajet_protocol::{ChannelId, Message, MessageId, Page, PageQuery, Thread, Timestamp, User, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::message_runs::{Listed, Stretch};
use super::rows::UserRow;
use super::{Store, StoreError};

/// The newest replies of a thread among which the last repliers are looked for.
const LOOKED_AT: i64 = 20;
/// Repliers that a thread shows.
const SHOWN: i64 = 3;

fenced_row! {
    struct ReplierRow / FencedReplierRow {
        message_id: Uuid,
        // What the reader set; null for nothing.
        set: Option<bool>,
        // Whether the reader began the thread or replied to it.
        takes_part: bool,
        // All null where there is no reply.
        replied_at: Option<OffsetDateTime>,
        id: Option<Uuid>,
        username: Option<String>,
        display_name: Option<String>,
        avatar_url: Option<String>,
        status_text: Option<String>,
        bot: Option<bool>,
        created_at: Option<OffsetDateTime>,
    }
}

impl ReplierRow {
    /// Who replied last, and when.
    fn replier(self) -> Option<(User, Timestamp)> {
        let replier = UserRow {
            id: self.id?,
            username: self.username?,
            display_name: self.display_name?,
            avatar_url: self.avatar_url,
            status_text: self.status_text,
            bot: self.bot?,
            created_at: self.created_at?,
        };
        Some((replier.into(), self.replied_at?.into()))
    }
}

impl Store {
    /// A page of the replies to a message, oldest first, as a channel's history is.
    pub async fn replies(
        &self,
        fence: Fence,
        parent: MessageId,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let found = self.stretch(fence, Stretch::new(*query, Listed::Replies(parent))).await?;
        self.page_with_parts(fence, found).await
    }

    /// Fills in the threads of messages that were let in under the same fence: of those that have replies, and of those of which a
    /// thread is known already. Read after the messages, so the fence is checked once more, as reactions do.
    pub(super) async fn fill_threads(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        let has_thread = |one: &&Message| one.reply_count > 0 || one.thread.is_some();
        let ids: Vec<Uuid> = messages.iter().filter(has_thread).map(|one| one.id.0).collect();
        if ids.is_empty() {
            return Ok(Fenced::Holds(()));
        }
        let rows = fenced!(
            FencedReplierRow,
            fence,
            r#"select f.holds as "holds!", t.id as "message_id?", t.following as "set?", t.takes_part as "takes_part?",
                      r.replied_at as "replied_at?", r.user_id as "id?", r.username as "username?",
                      r.display_name as "display_name?", r.avatar_url as "avatar_url?", r.status_text as "status_text?",
                      r.bot as "bot?", r.created_at as "created_at?"
               from fence f
               left join (
                 select m.id, w.following,
                        m.author_id = $4 or exists (
                          select from messages own
                          where own.parent_id = m.id and own.author_id = $4 and own.deleted_at is null
                        ) as takes_part
                 from messages m
                 left join thread_followers w on w.message_id = m.id and w.user_id = $4
                 where m.id = any($5)
               ) t on f.holds
               left join lateral (
                 select last.id as reply_id, y.created_at as replied_at, u.id as user_id, u.username,
                        coalesce(y.author_name, u.display_name) as display_name,
                        coalesce(y.author_avatar_url, u.avatar_url) as avatar_url, u.status_text, u.bot, u.created_at
                 from (
                   select one.id from (
                     select distinct on (n.author_id) n.id, n.author_id
                     from (
                       select x.id, x.author_id from messages x
                       where x.parent_id = t.id and x.deleted_at is null order by x.id desc limit $6
                     ) n
                     order by n.author_id, n.id desc
                   ) one
                   order by one.id desc limit $7
                 ) last
                 join messages y on y.id = last.id
                 join users u on u.id = y.author_id
               ) r on true
               order by t.id, r.reply_id desc"#,
            &ids,
            LOOKED_AT,
            SHOWN
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| show(rows, messages)))
    }
}

/// Puts threads under the messages that they are of; the rows of each come with the newest replier first.
fn show(rows: Vec<ReplierRow>, messages: &mut [Message]) {
    let mut found: HashMap<Uuid, Thread> = HashMap::new();
    for row in rows {
        let (message, set, takes_part) = (row.message_id, row.set, row.takes_part);
        let replier = row.replier();
        let thread = found.entry(message).or_insert_with(|| {
            let follows_by_itself = takes_part && replier.is_some();
            let following = set.unwrap_or(follows_by_itself);
            Thread { repliers: Vec::new(), last_reply_at: None, following }
        });
        if let Some((user, at)) = replier {
            thread.last_reply_at.get_or_insert(at);
            thread.repliers.push(user);
        }
    }
    for message in messages {
        let thread = found.remove(&message.id.0);
        message.thread = thread.filter(|thread| thread.following || message.reply_count > 0);
    }
}

impl Answers<ThreadOf> for Lookup<'_> {
    async fn answer(&self, asked: &[ThreadOf]) -> Answered<ThreadOf> {
        let (users, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.message.0)).unzip();
        let found = sqlx::query!(
            r#"select q.person as "person!", m.id as "id!", m.channel_id as "channel_id!", m.is_reply as "is_reply!", w.following as "set?"
               from unnest($1::uuid[], $2::uuid[]) as q(person, message)
               -- Each by its id: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select m.id, m.channel_id, (m.parent_id is not null) as is_reply
                 from messages m where m.id = q.message offset 0
               ) m
               left join thread_followers w on w.message_id = m.id and w.user_id = q.person"#,
            &users,
            &messages
        )
        .fetch_all(self.store.commands())
        .await?;
        let facts = found.into_iter().map(|row| {
            let (user, message) = (UserId(row.person), MessageId(row.id));
            let found =
                ThreadFacts { channel: ChannelId(row.channel_id), is_reply: row.is_reply, set: row.set };
            (ThreadOf { user, message }, Some(found))
        });
        Ok(complete(asked, facts))
    }
}
