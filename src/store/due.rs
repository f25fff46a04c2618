//! Messages whose people are still to be notified: `due_notices`, the notifier's work list.
//!
//! The append that inserts a message which mentions people writes its row (`journal/tables/due_notices.rs`). Here rows are taken, and
//! deleted once all is done. To take a row is to set the time from which it is due again: a claim, which runs out by itself, so that what
//! a dead node had taken is taken by another one. A node whose claim ran out changes nothing any more: another one may have the row. A row
//! that failed too often is parked, and is not taken again until an operator has it replayed.
//!
//! No text and no name is in a row. Whom a message mentions is read from the message as it is now.

use std::collections::HashMap;
use std::time::Duration;

use ajet_protocol::ops::ParkedMessage;
use ajet_protocol::{ChannelId, MessageId, Page, Timestamp, User, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rows::user_in;
use super::streams::{count, stored};
use super::{Store, StoreError};

/// How long a row stays with the node that took it.
const CLAIM: Duration = Duration::from_secs(30);
/// How long a row rests after a try that did not succeed. Until then rows that come later are taken, so that none waits behind those of
/// a node that is away.
pub const REST: Duration = Duration::from_secs(3);
/// How long it rests at most: the rest doubles with each try that could not be made.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// A row that failed this often is parked.
const ATTEMPTS: i32 = 10;
/// Parked rows in one list.
const LISTED: usize = 100;

/// A message whose people are to be notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueNotice {
    pub message_id: MessageId,
    pub channel_id: ChannelId,
    /// How often it has failed.
    pub attempts: i32,
    /// When the message was posted.
    pub created_at: Timestamp,
    pub claim: Claim,
}

/// A node's claim on a row, known by the time at which it ends: no two claims on one row end at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim(OffsetDateTime);

/// What is left in the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoticesLeft {
    /// Rows that are parked.
    pub parked: u64,
    /// All others: those that wait, rest or are taken.
    pub due: u64,
    /// How long ago the oldest message of these was posted.
    pub oldest: Duration,
}

/// Who is to be told of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Mentioned {
    /// As the message shows them: a webhook under its own name.
    pub author: User,
    /// Those whom it mentions and who are in its channel, each once; never the author.
    pub people: Vec<UserId>,
}

impl Store {
    /// Takes up to `limit` rows that are due, those first that have been due for longest. Rows that another node has taken are left to it
    /// until its claim runs out.
    pub async fn take_due_notices(&self, limit: i64) -> Result<Vec<DueNotice>, StoreError> {
        // `now()` and not the clock: the index is searched by a value that stays the same throughout the statement.
        let rows = sqlx::query!(
            r#"with due as (
                 select message_id from due_notices
                 where parked_at is null and due_at <= now()
                 order by due_at, message_id limit $1
                 for update skip locked
               )
               update due_notices d set due_at = now() + make_interval(secs => $2)
               from due where d.message_id = due.message_id
               returning d.message_id as "message_id!", d.channel_id as "channel_id!", d.attempts as "attempts!",
                         d.created_at as "created_at!", d.due_at as "due_at!""#,
            limit,
            CLAIM.as_secs_f64()
        )
        .fetch_all(self.background())
        .await?;
        let taken = rows.into_iter().map(|row| DueNotice {
            message_id: MessageId(row.message_id),
            channel_id: ChannelId(row.channel_id),
            attempts: row.attempts,
            created_at: row.created_at.into(),
            claim: Claim(row.due_at),
        });
        Ok(taken.collect())
    }

    /// Who is to be told of these messages, as they are now. A message that is deleted, or mentions none but its author and strangers to
    /// its channel, is left out.
    ///
    /// A mention is only a text: it may name any id. Here it is looked up who has joined, so that no stranger's entity wakes for it;
    /// whether a person is told is still decided by that person's entity.
    pub async fn mentioned_in(
        &self,
        messages: &[MessageId],
    ) -> Result<HashMap<MessageId, Mentioned>, StoreError> {
        let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            // The messages first, by their ids: a plan that begins with the people of a channel reads all of its messages.
            r#"with m as materialized (
                 select id, channel_id, author_id, author_name, author_avatar_url, mentions from messages
                 where id = any($1) and deleted_at is null
               )
               select m.id as "message_id!", array_agg(cm.user_id) as "people!", u.id as "id!", u.username as "username!",
                      coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as "avatar_url?",
                      u.status_text as "status_text?", u.bot as "bot!", u.created_at as "created_at!"
               from m
               join users u on u.id = m.author_id
               cross join lateral (
                 select distinct (mention ->> 'target_id')::uuid as id
                 from jsonb_array_elements(m.mentions) as listed(mention)
                 where mention ->> 'type' = 'user'
               ) called
               join channel_members cm on cm.channel_id = m.channel_id and cm.user_id = called.id
               where cm.user_id <> m.author_id
               group by m.id, m.author_name, m.author_avatar_url, u.id"#,
            &ids
        )
        .fetch_all(self.background())
        .await?;
        let found = rows.into_iter().map(|row| {
            let author = user_in!(row);
            let people = row.people.into_iter().map(UserId).collect();
            (MessageId(row.message_id), Mentioned { author, people })
        });
        Ok(found.collect())
    }

    /// Removes rows of which all people are told, unless their claim has run out and they were taken again.
    pub async fn notice_done(&self, rows: &[DueNotice]) -> Result<(), StoreError> {
        let (ids, claims) = claimed(rows);
        sqlx::query!(
            "delete from due_notices d using unnest($1::uuid[], $2::timestamptz[]) as q(id, claim)
             where d.message_id = q.id and d.due_at = q.claim",
            &ids,
            &claims
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Gives rows back that could not be done now, through no fault of theirs: no attempt is counted. They rest for [`REST`], and twice as
    /// long with each time.
    pub async fn notice_later(&self, rows: &[DueNotice]) -> Result<(), StoreError> {
        let (ids, claims) = claimed(rows);
        sqlx::query!(
            "update due_notices d
             set tries = d.tries + 1, due_at = now() + make_interval(secs => least($3 * 2 ^ least(d.tries, 16), $4))
             from unnest($1::uuid[], $2::timestamptz[]) as q(id, claim)
             where d.message_id = q.id and d.due_at = q.claim and d.parked_at is null",
            &ids,
            &claims,
            REST.as_secs_f64(),
            LONGEST_REST.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Gives a row back that failed, with the reason; after ten attempts it is parked. Whether it is.
    pub async fn notice_failed(&self, due: &DueNotice, reason: &str) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"update due_notices
               set attempts = attempts + 1, reason = $3, due_at = now() + make_interval(secs => $4),
                   parked_at = case when attempts + 1 >= $5 then clock_timestamp() end
               where message_id = $1 and due_at = $2 and parked_at is null
               returning (parked_at is not null) as "parked!""#,
            due.message_id.0,
            due.claim.0,
            reason,
            REST.as_secs_f64(),
            ATTEMPTS
        )
        .fetch_optional(self.background())
        .await?;
        // None: the claim has run out, and another node has taken the row or has done it.
        Ok(row.is_some_and(|row| row.parked))
    }

    /// How much is left to be done.
    pub async fn notices_left(&self) -> Result<NoticesLeft, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) filter (where parked_at is not null) as "parked!",
                      count(*) filter (where parked_at is null) as "due!",
                      coalesce(greatest(extract(epoch from
                        now() - min(created_at) filter (where parked_at is null)), 0), 0)::float8 as "oldest!"
               from due_notices"#
        )
        .fetch_one(self.background())
        .await?;
        let oldest = Duration::try_from_secs_f64(row.oldest).unwrap_or_default();
        Ok(NoticesLeft { parked: count(row.parked), due: count(row.due), oldest })
    }

    /// How many rows are parked.
    pub async fn parked_notices(&self) -> Result<u64, StoreError> {
        let row = sqlx::query!(r#"select count(*) as "count!" from due_notices where parked_at is not null"#)
            .fetch_one(self.background())
            .await?;
        Ok(count(row.count))
    }

    /// The rows that were parked last, the newest first.
    pub async fn parked_notices_page(&self) -> Result<Page<ParkedMessage>, StoreError> {
        let rows = sqlx::query!(
            r#"select message_id as "message_id!", channel_id as "channel_id!", coalesce(reason, '') as "reason!",
                      attempts as "attempts!", parked_at as "parked_at!"
               from due_notices where parked_at is not null
               order by parked_at desc, message_id limit $1"#,
            stored(LISTED as u64 + 1)
        )
        .fetch_all(self.background())
        .await?;
        let has_more = rows.len() > LISTED;
        let items = rows.into_iter().take(LISTED).map(|row| ParkedMessage {
            message_id: MessageId(row.message_id),
            channel_id: ChannelId(row.channel_id),
            reason: row.reason,
            attempts: row.attempts.unsigned_abs(),
            parked_at: row.parked_at.into(),
        });
        Ok(Page { items: items.collect(), has_more })
    }

    /// Makes a parked row due again; whether there was one. Its attempts stay, so that it is parked again as soon as it fails.
    pub async fn replay_parked_notice(&self, message: MessageId) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update due_notices set parked_at = null, tries = 0, due_at = now()
             where message_id = $1 and parked_at is not null",
            message.0
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// The rows' ids, and for each the claim on it.
fn claimed(rows: &[DueNotice]) -> (Vec<Uuid>, Vec<OffsetDateTime>) {
    rows.iter().map(|due| (due.message_id.0, due.claim.0)).unzip()
}
