//! Messages that people scheduled, each for themselves, and what a job needs to send them.

use ajet_domain::need::{ScheduledFacts, ScheduledOf};
use ajet_protocol::{
    ChannelId, MessageId, Page, PageQuery, Scheduled, ScheduledId, ScheduledState, Timestamp, User, UserId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::UserRow;
use super::{Inconsistent, Store, StoreError};

/// How long after its time a message that no job sends any more has failed: the queue finds within this time that a node has died.
const FORSAKEN_SECONDS: f64 = 600.0;

fenced_row! {
    struct ScheduledRow / FencedScheduledRow {
        id: Uuid,
        channel_id: Uuid,
        parent_id: Option<Uuid>,
        body_md: String,
        send_at: OffsetDateTime,
        state: String,
        reason: Option<String>,
        message_id: Option<Uuid>,
        created_at: OffsetDateTime,
    }
}

/// The word that is stored of a state; `taken`: it is being sent.
pub fn state_of(state: ScheduledState, taken: bool) -> &'static str {
    match (state, taken) {
        (ScheduledState::Pending, false) => "pending",
        (ScheduledState::Pending, true) => "taken",
        (ScheduledState::Sent, _) => "sent",
        (ScheduledState::Failed, _) => "failed",
    }
}

impl TryFrom<ScheduledRow> for ScheduledFacts {
    type Error = Inconsistent;
    fn try_from(row: ScheduledRow) -> Result<Self, Inconsistent> {
        let (state, taken) = match row.state.as_str() {
            "pending" => (ScheduledState::Pending, false),
            "taken" => (ScheduledState::Pending, true),
            "sent" => (ScheduledState::Sent, false),
            "failed" => (ScheduledState::Failed, false),
            _ => return Err(Inconsistent("scheduled_messages.state")),
        };
        let scheduled = Scheduled {
            id: ScheduledId(row.id),
            channel_id: ChannelId(row.channel_id),
            parent_id: row.parent_id.map(MessageId),
            body_md: row.body_md,
            send_at: row.send_at.into(),
            state,
            reason: row.reason,
            message_id: row.message_id.map(MessageId),
            created_at: row.created_at.into(),
        };
        Ok(Self { scheduled, taken })
    }
}

impl Store {
    /// What the reader scheduled in a channel that they see, by id.
    pub async fn scheduled_in(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Scheduled>>, StoreError> {
        let rows = fenced!(
            FencedScheduledRow,
            fence,
            r#"select f.holds as "holds!", s.id as "id?", s.channel_id as "channel_id?", s.parent_id as "parent_id?",
                      s.body_md as "body_md?", s.send_at as "send_at?", s.state as "state?", s.reason as "reason?",
                      s.message_id as "message_id?", s.created_at as "created_at?"
               from fence f
               left join (
                 select * from scheduled_messages
                 where user_id = $4 and channel_id = $3 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) s on f.holds
               order by case when $6::uuid is null then s.id end, s.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let found = Fenced::all(rows).try_map(|rows| {
            let shown =
                rows.into_iter().map(|row| ScheduledFacts::try_from(row).map(|facts| facts.scheduled));
            shown.collect::<Result<Vec<_>, Inconsistent>>()
        })?;
        Ok(found.map(|items| page_of(items, query)))
    }

    /// What a person scheduled, by its id: their own, wherever it is for.
    pub async fn scheduled_by(
        &self,
        person: UserId,
        id: ScheduledId,
    ) -> Result<Option<Scheduled>, StoreError> {
        let row = sqlx::query_as!(
            ScheduledRow,
            "select id, channel_id, parent_id, body_md, send_at, state, reason, message_id, created_at
             from scheduled_messages where user_id = $1 and id = $2",
            person.0,
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(ScheduledFacts::try_from).transpose()?.map(|facts| facts.scheduled))
    }

    /// Some messages that should have been sent some minutes ago, and for which there is no job that could do so: its last attempt ended with
    /// its node, or an operator removed it. By id, behind one of them; each with whose it is, and for when it was asked for.
    pub async fn forsaken_scheduled(
        &self,
        after: ScheduledId,
        limit: i64,
    ) -> Result<Vec<(UserId, ScheduledId, Timestamp)>, StoreError> {
        let rows = sqlx::query!(
            r#"select s.user_id, s.id, s.send_at from scheduled_messages s
               where s.state in ('pending', 'taken') and s.id > $3 and s.send_at < now() - make_interval(secs => $1)
                 and not exists (select from job_requests r where r.key = 'scheduled:send:' || s.id::text)
                 and not exists (
                   select from graphile_worker.jobs j
                   where j.key = 'scheduled:send:' || s.id::text
                     and (j.attempts < j.max_attempts or j.locked_at is not null))
               order by s.id limit $2"#,
            FORSAKEN_SECONDS,
            limit,
            after.0
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (UserId(row.user_id), ScheduledId(row.id), row.send_at.into()))
            .collect())
    }

    /// The message that a person posted under this key.
    pub async fn posted_under(&self, person: UserId, key: &str) -> Result<Option<MessageId>, StoreError> {
        let row = sqlx::query!(
            "select id from messages where author_id = $1 and client_mutation_id = $2",
            person.0,
            key
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| MessageId(row.id)))
    }

    /// An account that is in use, as others see it.
    pub async fn account_in_use(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = sqlx::query_as!(
            UserRow,
            "select id, username, display_name, avatar_url, status_text, bot, created_at
             from users where id = $1 and deactivated_at is null",
            id.0
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(User::from))
    }
}

impl Answers<ScheduledOf> for Lookup<'_> {
    async fn answer(&self, asked: &[ScheduledOf]) -> Answered<ScheduledOf> {
        let (users, ids): (Vec<Uuid>, Vec<Uuid>) = asked.iter().map(|one| (one.user.0, one.id.0)).unzip();
        let rows = sqlx::query!(
            r#"select s.user_id as "user_id!", s.id as "id!", s.channel_id as "channel_id!", s.parent_id as "parent_id?",
                      s.body_md as "body_md!", s.send_at as "send_at!", s.state as "state!", s.reason as "reason?",
                      s.message_id as "message_id?", s.created_at as "created_at!"
               from unnest($1::uuid[], $2::uuid[]) as q(person, id)
               join scheduled_messages s on s.id = q.id and s.user_id = q.person"#,
            &users,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let asked = ScheduledOf { user: UserId(row.user_id), id: ScheduledId(row.id) };
            let facts = ScheduledFacts::try_from(ScheduledRow {
                id: row.id,
                channel_id: row.channel_id,
                parent_id: row.parent_id,
                body_md: row.body_md,
                send_at: row.send_at,
                state: row.state,
                reason: row.reason,
                message_id: row.message_id,
                created_at: row.created_at,
            })?;
            found.push((asked, Some(facts)));
        }
        Ok(complete(asked, found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_was_stored() {
        for (state, taken) in [
            (ScheduledState::Pending, false),
            (ScheduledState::Pending, true),
            (ScheduledState::Sent, false),
            (ScheduledState::Failed, false),
        ] {
            let row = ScheduledRow {
                id: Uuid::nil(),
                channel_id: Uuid::nil(),
                parent_id: None,
                body_md: String::new(),
                send_at: OffsetDateTime::UNIX_EPOCH,
                state: state_of(state, taken).to_owned(),
                reason: None,
                message_id: None,
                created_at: OffsetDateTime::UNIX_EPOCH,
            };
            let facts = ScheduledFacts::try_from(row).expect("a state");
            assert_eq!((facts.scheduled.state, facts.taken), (state, taken));
        }
    }
}
