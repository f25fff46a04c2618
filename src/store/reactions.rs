//! Reactions to messages: as their channel looks them up, and as people read them.

use std::collections::HashMap;

use ajet_domain::channel::ChannelCore;
use ajet_domain::need::{ReactionFacts, ReactionOf};
use ajet_domain::writer::Core;
use ajet_protocol::{Message, MessageId, Page, PageQuery, Reaction, User, UserId, limits};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::user_in;
use super::{Store, StoreError};

/// People with an emoji are counted up to here for a decision: each command of a batch takes back one at most, so somebody is left.
const PEOPLE: i64 = ChannelCore::BATCH as i64 + 1;
/// Different emoji are counted up to here for a decision: all that a message may have, and one more.
const DIFFERENT: i64 = limits::REACTIONS + 1;

fenced_row! {
    struct ReactionRow / FencedReactionRow {
        message_id: Uuid,
        emoji: String,
        people: i64,
        mine: bool,
    }
}

fenced_row! {
    struct ReactorRow / FencedReactorRow {
        id: Uuid,
        username: String,
        display_name: String,
        avatar_url: Option<String>,
        status_text: Option<String>,
        bot: bool,
        created_at: OffsetDateTime,
    }
}

impl Store {
    /// The people who put an emoji under a message, by their ids. Under a deleted one are none, whatever a node of release 0.1.0 has left.
    pub async fn who_reacted(
        &self,
        fence: Fence,
        (message, emoji): (MessageId, &str),
        query: &PageQuery,
    ) -> Result<Fenced<Page<User>>, StoreError> {
        let rows = fenced!(
            FencedReactorRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?",
                      u.avatar_url, u.status_text, u.bot as "bot?", u.created_at as "created_at?"
               from fence f
               left join (
                 (select user_id from reactions where $8::uuid is null and message_id = $5 and emoji = $6
                    and user_id > coalesce($7, '00000000-0000-0000-0000-000000000000'::uuid) order by user_id limit $9::int8 + 1)
                 union all
                 (select user_id from reactions where $8::uuid is not null and message_id = $5 and emoji = $6
                    and user_id < $8 and ($7::uuid is null or user_id > $7) order by user_id desc limit $9::int8 + 1)
               ) r on f.holds and exists (select from messages m where m.id = $5 and m.deleted_at is null)
               left join users u on u.id = r.user_id
               order by case when $8::uuid is null then u.id end, u.id desc"#,
            message.0,
            emoji,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let people = |rows: Vec<ReactorRow>| rows.into_iter().map(|row| user_in!(row)).collect();
        Ok(Fenced::all(rows).map(|rows| page_of(people(rows), query)))
    }

    /// Fills in the reactions to messages that were let in under the same fence, as the person of the fence gets them: in the order in
    /// which the emoji were first put there. Asks for those of messages that have any by now, be it one that stands for all of them.
    ///
    /// The fence is checked once more. Reactions are read after the messages, in a snapshot of their own: without it they could be
    /// newer than the end of the reader's rights.
    pub(super) async fn fill_reactions(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        let has_any = |one: &&Message| !one.reactions.is_empty() && !one.deleted;
        let ids: Vec<Uuid> = messages.iter().filter(has_any).map(|one| one.id.0).collect();
        if ids.is_empty() {
            return Ok(Fenced::Holds(()));
        }
        let rows = fenced!(
            FencedReactionRow,
            fence,
            r#"select f.holds as "holds!", r.message_id as "message_id?", r.emoji as "emoji?", r.people as "people?",
                      r.mine as "mine?"
               from fence f
               left join (
                 select message_id, emoji, count(*) as people, bool_or(user_id = $4) as mine, min(created_at) as since
                 from reactions where message_id = any($5) group by message_id, emoji
               ) r on f.holds
               order by r.since, r.emoji"#,
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| show(rows, messages)))
    }
}

/// Puts reactions to the messages that they are of, in the order of the rows.
fn show(rows: Vec<ReactionRow>, messages: &mut [Message]) {
    let mut found: HashMap<Uuid, Vec<Reaction>> = HashMap::new();
    for row in rows {
        let reaction = Reaction { emoji: row.emoji, count: row.people, reacted_by_me: row.mine };
        found.entry(row.message_id).or_default().push(reaction);
    }
    for message in messages {
        message.reactions = found.remove(&message.id.0).unwrap_or_default();
    }
}

impl Answers<ReactionOf> for Lookup<'_> {
    /// What is read is bounded, however many people reacted (I18): up to [`PEOPLE`] rows of an emoji that is asked for, once for all
    /// questions about it, and one row for each emoji of a message, up to [`DIFFERENT`]. The emoji are found by steps over the primary
    /// key (message_id, emoji, user_id), each to the first row of the next emoji.
    async fn answer(&self, asked: &[ReactionOf]) -> Answered<ReactionOf> {
        let messages: Vec<Uuid> = asked.iter().map(|one| one.message.0).collect();
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let emoji: Vec<String> = asked.iter().map(|one| one.emoji.clone()).collect();
        let found = sqlx::query!(
            r#"with recursive asked as materialized (
                 select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as a(message_id, user_id, emoji)
               ), step as (
                 select a.message_id, one.emoji, 1::bigint as nth
                 from (select distinct message_id from asked) a
                 cross join lateral (
                   select r.emoji from reactions r where r.message_id = a.message_id order by r.emoji limit 1
                 ) one
                 union all
                 select s.message_id, one.emoji, s.nth + 1
                 from step s
                 cross join lateral (
                   select r.emoji from reactions r where r.message_id = s.message_id and r.emoji > s.emoji
                   order by r.emoji limit 1
                 ) one
                 where s.nth < $5::bigint
               ), kinds as (
                 select s.message_id, count(*) as different from step s group by s.message_id
               ), counted as (
                 select a.message_id, a.emoji, found.people
                 from (select distinct message_id, emoji from asked) a
                 cross join lateral (
                   select count(*) as people from (
                     select 1 from reactions r where r.message_id = a.message_id and r.emoji = a.emoji limit $4::bigint
                   ) those
                 ) found
               )
               select a.message_id as "message_id!", a.user_id as "user_id!", a.emoji as "emoji!",
                      exists (select from reactions r where r.message_id = a.message_id and r.emoji = a.emoji
                                and r.user_id = a.user_id) as "mine!",
                      c.people as "people!", coalesce(k.different, 0) as "different!"
               from asked a
               join counted c on c.message_id = a.message_id and c.emoji = a.emoji
               left join kinds k on k.message_id = a.message_id"#,
            &messages,
            &users,
            &emoji,
            PEOPLE,
            DIFFERENT
        )
        .fetch_all(self.store.commands())
        .await?;
        let facts = found.into_iter().map(|row| {
            let (message, user) = (MessageId(row.message_id), UserId(row.user_id));
            let known = ReactionFacts { mine: row.mine, people: row.people, different: row.different };
            (ReactionOf { message, user, emoji: row.emoji }, known)
        });
        Ok(complete(asked, facts))
    }
}
