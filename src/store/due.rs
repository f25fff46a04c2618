//! What people are still to be told of: `due_notices`, the notifier's work list.
//!
//! The append that inserts a message which concerns others writes its row, and so does one that decides something about one person
//! (`journal/tables/due_notices.rs`). Here rows are taken, and deleted once all is done. A message that calls many is done in parts: its
//! row goes back with how far it is done, behind all that was due before. To take a row is to set the time from which it is due again: a claim, which runs out by itself, so that what
//! a dead node had taken is taken by another one. A node whose claim ran out changes nothing any more: another one may have the row. A row
//! that failed too often is parked, and is not taken again until an operator has it replayed.
//!
//! No text and no name is in a row. Whom a message concerns is read from the message as it is now (`audience.rs`).

use std::time::Duration;

use ajet_protocol::ops::ParkedMessage;
use ajet_protocol::{ChannelId, CommunityId, MessageId, NotificationReason, Page, Timestamp, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

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

/// Something that people are to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueNotice {
    /// The message; of a notice for one person the id of the notice.
    pub message_id: MessageId,
    /// The channel that it is about.
    pub channel_id: Option<ChannelId>,
    /// How often it has failed.
    pub attempts: i32,
    /// When the message was posted, or the notice decided.
    pub created_at: Timestamp,
    pub whom: Whom,
    pub claim: Claim,
}

/// Who is to be told of what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Those whom a message concerns.
    Audience {
        /// Whether it calls people whom it does not name.
        broad: bool,
        /// `None`: those whom it names are not told yet; else all others up to this id are told as well.
        told_to: Option<UserId>,
    },
    /// One person, of what somebody did or of a message.
    Person(PersonNotice),
}

/// What one person is to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonNotice {
    pub user_id: UserId,
    pub reason: NotificationReason,
    pub source_id: Uuid,
    pub community_id: Option<CommunityId>,
    /// Who did it; nil where it is a message, whose author is read with it.
    pub actor: UserId,
}

/// Which rows are taken: so that what calls many delays nothing else, it is done beside the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// All but what the other lane takes.
    Direct,
    /// Messages that call people whom they do not name, once those whom they name are told.
    Broad,
}

/// A person who could not be told together with others, and is to be told by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOver {
    pub message: MessageId,
    pub user: UserId,
    pub reason: NotificationReason,
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

impl Store {
    /// Takes up to `limit` rows that are due, those first that have been due for longest. Rows that another node has taken are left to it
    /// until its claim runs out.
    pub async fn take_due_notices(&self, lane: Lane, limit: i64) -> Result<Vec<DueNotice>, StoreError> {
        // A row whose reason only a newer node knows is left to one: were it claimed, it would take the place of one that is due.
        let known: Vec<String> = NotificationReason::ALL.iter().map(|one| one.as_str().to_owned()).collect();
        // `now()` and not the clock: the index is searched by a value that stays the same throughout the statement.
        let rows = sqlx::query!(
            r#"with due as (
                 select message_id from due_notices
                 where parked_at is null and due_at <= now() and (broad and told_to is not null) = $3
                   and (told_as is null or told_as = any($4))
                 order by due_at, message_id limit $1
                 for update skip locked
               )
               update due_notices d set due_at = now() + make_interval(secs => $2)
               from due where d.message_id = due.message_id
               returning d.message_id as "message_id!", d.channel_id as "channel_id?", d.attempts as "attempts!",
                         d.created_at as "created_at!", d.due_at as "due_at!", d.broad as "broad!", d.told_to as "told_to?",
                         d.user_id as "user_id?", d.told_as as "told_as?", d.source_id as "source_id?",
                         d.community_id as "community_id?", d.actor_id as "actor_id?""#,
            limit,
            CLAIM.as_secs_f64(),
            lane == Lane::Broad,
            &known
        )
        .fetch_all(self.background())
        .await?;
        let taken = rows.into_iter().filter_map(|row| {
            let whom = match row.user_id.map(UserId) {
                None => Whom::Audience { broad: row.broad, told_to: row.told_to.map(UserId) },
                Some(user_id) => Whom::Person(PersonNotice {
                    user_id,
                    reason: NotificationReason::named(row.told_as.as_deref()?)?,
                    source_id: row.source_id.unwrap_or(row.message_id),
                    community_id: row.community_id.map(CommunityId),
                    actor: UserId(row.actor_id.unwrap_or_default()),
                }),
            };
            Some(DueNotice {
                message_id: MessageId(row.message_id),
                channel_id: row.channel_id.map(ChannelId),
                attempts: row.attempts,
                created_at: row.created_at.into(),
                whom,
                claim: Claim(row.due_at),
            })
        });
        Ok(taken.collect())
    }

    /// Gives rows back of which a part is done, each with how far, so that the rest is due at once behind all that waits. Those who could not
    /// be told with their part get rows of their own in the same statement: they hold up no one else.
    pub async fn notice_goes_on(
        &self,
        rows: &[(DueNotice, UserId)],
        left: &[LeftOver],
    ) -> Result<(), StoreError> {
        let (ids, claims): (Vec<Uuid>, Vec<OffsetDateTime>) =
            rows.iter().map(|(due, _)| (due.message_id.0, due.claim.0)).unzip();
        let told_to: Vec<Uuid> = rows.iter().map(|(_, user)| user.0).collect();
        let (messages, users): (Vec<Uuid>, Vec<Uuid>) =
            left.iter().map(|one| (one.message.0, one.user.0)).unzip();
        let reasons: Vec<String> = left.iter().map(|one| one.reason.as_str().to_owned()).collect();
        sqlx::query!(
            "with moved as (
               update due_notices d set broad = true, told_to = q.told_to, tries = 0, due_at = clock_timestamp()
               from unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) as q(id, claim, told_to)
               where d.message_id = q.id and d.due_at = q.claim and d.parked_at is null
               returning d.message_id, d.channel_id, d.created_at
             )
             insert into due_notices (message_id, channel_id, created_at, user_id, told_as, source_id, due_at)
             select gen_random_uuid(), m.channel_id, m.created_at, q.person, q.reason, m.message_id, now() + make_interval(secs => $7)
             from unnest($4::uuid[], $5::uuid[], $6::text[]) as q(message, person, reason)
             join moved m on m.message_id = q.message",
            &ids,
            &claims,
            &told_to,
            &messages,
            &users,
            &reasons,
            REST.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(())
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
            r#"select message_id as "message_id!", channel_id as "channel_id?", coalesce(reason, '') as "reason!",
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
            channel_id: row.channel_id.map(ChannelId),
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
