//! Whom a message concerns, and why: what the notifier asks before it has people told.
//!
//! The audience is fixed by the message's commit: a person who joined the channel later is not among those whom it calls without naming them
//! (`channel_members.last_read_id` says where a membership begins), and a thread is followed by those who had a part in it before. Who has
//! left meanwhile is left out. A mention is only a text, which may name any id: here it is looked up who has joined, so that no stranger's
//! entity wakes for it. Whether a person is told is still decided by that person's entity.

use std::collections::HashMap;

use ajet_protocol::{MessageId, NotificationReason, User, UserId};
use uuid::Uuid;

use super::due::{DueNotice, Whom};
use super::rows::user_in;
use super::{Store, StoreError};

/// People who are told in one part of a message's audience, besides those whom it names.
pub const PART: i64 = 200;

/// A part of those whom a message concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct Audience {
    /// As the message shows them: a webhook under its own name.
    pub author: User,
    /// Each once; never the author.
    pub people: Vec<Concerned>,
    /// Up to whom the audience is known with this part, where it goes on.
    pub goes_on: Option<UserId>,
}

/// A person whom a message concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concerned {
    pub user: UserId,
    /// The strongest reason.
    pub reason: NotificationReason,
    /// The strongest one for a person who is not online.
    pub offline: Option<NotificationReason>,
}

/// From the strongest on: a stored number is a place in this list, and one more.
const REASONS: [NotificationReason; 6] = [
    NotificationReason::User,
    NotificationReason::Role,
    NotificationReason::Channel,
    NotificationReason::Here,
    NotificationReason::Dm,
    NotificationReason::ThreadReply,
];

fn reason(strength: i32) -> Option<NotificationReason> {
    REASONS.get(usize::try_from(strength).ok()?.checked_sub(1)?).copied()
}

impl Store {
    /// Who is to be told next of these messages, as they are now. A message that is deleted, or concerns no one else, is left out.
    ///
    /// Of one that calls many these are first those whom it names, and then parts of the others, by their ids. Of all others they are
    /// those whom it names and the first part together.
    pub async fn audiences(&self, due: &[DueNotice]) -> Result<HashMap<MessageId, Audience>, StoreError> {
        let (mut ids, mut named, mut others, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in due {
            let Whom::Audience { broad, told_to } = one.whom else { continue };
            ids.push(one.message_id.0);
            named.push(told_to.is_none());
            others.push(!broad || told_to.is_some());
            after.push(told_to.unwrap_or(UserId(Uuid::nil())).0);
        }
        let rows = sqlx::query!(
            // The messages first, by their ids: a plan that begins with the people of a channel reads all of its messages.
            r#"with m as materialized (
                 select q.named, q.others, q.after, x.*
                 from unnest($1::uuid[], $2::bool[], $3::bool[], $4::uuid[]) as q(message, named, others, after)
                 cross join lateral (
                   select y.id, y.channel_id, y.parent_id, y.author_id, y.author_name, y.author_avatar_url, y.mentions,
                          y.mentions @> '[{"type": "everyone"}]' as calls_all, y.mentions @> '[{"type": "here"}]' as calls_here
                   from messages y where y.id = q.message and y.deleted_at is null offset 0
                 ) x
               )
               select m.id as "message_id!", jsonb_array_length(m.mentions) as "mentioned!",
                      p.user_id as "user_id!", p.strength as "strength!", p.offline as "offline?",
                      u.id as "id!", u.username as "username!", coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as "avatar_url?",
                      u.status_text as "status_text?", u.bot as "bot!", u.created_at as "created_at!"
               from m
               join users u on u.id = m.author_id
               join channels ch on ch.id = m.channel_id
               cross join lateral (
                 select c.user_id, min(c.strength) as strength, min(c.strength) filter (where c.strength <> 4) as offline
                 from (
                   select cm.user_id, 1 as strength
                   from (
                     select distinct (mention ->> 'target_id')::uuid as id
                     from jsonb_array_elements(m.mentions) as listed(mention) where mention ->> 'type' = 'user'
                   ) called
                   join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = called.id
                   union all
                   select cm.user_id, 2
                   from (
                     select distinct (mention ->> 'target_id')::uuid as id
                     from jsonb_array_elements(m.mentions) as listed(mention) where mention ->> 'type' = 'role'
                   ) called
                   join member_roles h on h.community_id = ch.community_id and h.role_id = called.id
                   join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = h.user_id
                   where m.others and h.user_id > m.after and not coalesce(cm.last_read_id >= m.id, false)
                   union all
                   select cm.user_id, case when m.calls_all then 3 else 4 end
                   from channel_members cm
                   where m.others and (m.calls_all or m.calls_here) and cm.channel_id = m.channel_id and cm.user_id > m.after
                     and not coalesce(cm.last_read_id >= m.id, false)
                   union all
                   select cm.user_id, 5
                   from channel_members cm
                   where m.others and ch.community_id is null and cm.channel_id = m.channel_id and cm.user_id > m.after
                     and not coalesce(cm.last_read_id >= m.id, false)
                   union all
                   select cm.user_id, 6
                   from (
                     select x.author_id as id from messages x where x.id = m.parent_id
                     union
                     select x.author_id from messages x
                     where x.parent_id = m.parent_id and x.id < m.id and x.deleted_at is null
                     union
                     select w.user_id from thread_followers w where w.message_id = m.parent_id and w.following
                   ) t
                   join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = t.id
                   where m.others and m.parent_id is not null and t.id > m.after
                     and not coalesce(cm.last_read_id >= m.id, false)
                     and not exists (
                       select 1 from thread_followers w
                       where w.message_id = m.parent_id and w.user_id = t.id and not w.following
                     )
                 ) c
                 where c.user_id <> m.author_id
                 group by c.user_id
                 having case when min(c.strength) = 1 then m.named else c.user_id > m.after end
                 order by min(c.strength) > 1, c.user_id
                 limit jsonb_array_length(m.mentions) + $5::int8
               ) p
               order by m.id, p.strength > 1, p.user_id"#,
            &ids,
            &named,
            &others,
            &after,
            PART
        )
        .fetch_all(self.background())
        .await?;
        let mut found: HashMap<MessageId, (Audience, i64)> = HashMap::new();
        for row in rows {
            let (message, most) = (MessageId(row.message_id), i64::from(row.mentioned) + PART);
            let (user, strength, offline) = (UserId(row.user_id), row.strength, row.offline);
            let author = user_in!(row);
            let (audience, left) = found
                .entry(message)
                .or_insert_with(|| (Audience { author, people: Vec::new(), goes_on: None }, most));
            let Some(reason) = reason(strength) else { continue };
            let offline = offline.and_then(self::reason);
            audience.people.push(Concerned { user, reason, offline });
            *left -= 1;
            // A full part: the next one begins behind its last one.
            audience.goes_on = (*left == 0 && strength > 1).then_some(user);
        }
        Ok(found.into_iter().map(|(message, (audience, _))| (message, audience)).collect())
    }

    /// The authors of these messages, as the messages show them. Those that are deleted are left out.
    pub async fn authors_of(&self, messages: &[MessageId]) -> Result<HashMap<MessageId, User>, StoreError> {
        let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            r#"select m.id as "message_id!", u.id, u.username, coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as avatar_url, u.status_text, u.bot, u.created_at
               from messages m join users u on u.id = m.author_id
               where m.id = any($1) and m.deleted_at is null"#,
            &ids
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.message_id), user_in!(row))).collect())
    }

    /// The accounts of those who did what people are told of.
    pub async fn actors_of(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            "select id, username, display_name, avatar_url, status_text, bot, created_at from users where id = any($1)",
            &ids
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), user_in!(row))).collect())
    }
}
