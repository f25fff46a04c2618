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
const PART: i64 = 200;
/// The same of the first part, which is told in the lane of what is direct.
const FIRST_PART: i64 = 20;

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

/// From the strongest on, as the database's function `audience_of` numbers them from 1.
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
        let mut most = Vec::new();
        for one in due {
            let Whom::Audience { broad, told_to } = one.whom else { continue };
            ids.push(one.message_id.0);
            named.push(told_to.is_none());
            others.push(!broad || told_to.is_some());
            after.push(told_to.unwrap_or(UserId(Uuid::nil())).0);
            most.push(if told_to.is_none() { FIRST_PART } else { PART });
        }
        let rows = sqlx::query!(
            r#"select m.id as "message_id!", jsonb_array_length(m.mentions) as "mentioned!", q.most as "most!",
                      p.user_id as "user_id!", p.strength as "strength!", p.offline as "offline?",
                      u.id as "id!", u.username as "username!", coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as "avatar_url?",
                      u.status_text as "status_text?", u.bot as "bot!", u.created_at as "created_at!"
               from unnest($1::uuid[], $2::bool[], $3::bool[], $4::uuid[], $5::int8[]) as q(message, named, others, behind, most)
               -- Each by its id: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select x.id, x.author_id, x.author_name, x.author_avatar_url, x.mentions
                 from messages x where x.id = q.message and x.deleted_at is null offset 0
               ) m
               join users u on u.id = m.author_id
               cross join lateral audience_of(m.id, q.named, q.others, q.behind, q.most) p
               order by m.id, p.strength > 1, p.user_id"#,
            &ids,
            &named,
            &others,
            &after,
            &most
        )
        .fetch_all(self.background())
        .await?;
        let mut found: HashMap<MessageId, (Audience, i64)> = HashMap::new();
        for row in rows {
            let (message, most) = (MessageId(row.message_id), i64::from(row.mentioned) + row.most);
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
