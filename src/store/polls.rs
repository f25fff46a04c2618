//! Polls of messages: as their channel looks them up, as people read them, and as the log shows them.
//!
//! A message's row holds what its poll asks. What people chose, and how many chose what, stands in tables of its own, which the channel alone
//! writes. So nothing here counts votes, however many there are (I18).

use std::collections::HashMap;

use ajet_domain::need::{PollFacts, PollOf};
use ajet_protocol::events::PollPayload;
use ajet_protocol::{ChannelId, Message, MessageId, PollCounted, PollOptionCounted, User, UserId};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{StoredPoll, user_in};
use super::{Pool, Store, StoreError};

fenced_row! {
    struct VotesRow / FencedVotesRow {
        message_id: Uuid,
        // How many people chose each option; empty before the first vote.
        votes: Vec<i64>,
        // What the reader chose.
        mine: Vec<i16>,
        closed: bool,
    }
}

impl Store {
    /// Fills in the votes in the polls of messages that were let in under the same fence, as the person of the fence gets them.
    ///
    /// The fence is checked once more: they are read after the messages, in a snapshot of their own.
    pub(super) async fn fill_votes(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        let ids: Vec<Uuid> =
            messages.iter().filter(|one| one.poll.is_some() && !one.deleted).map(|one| one.id.0).collect();
        if ids.is_empty() {
            return Ok(Fenced::Holds(()));
        }
        let rows = fenced!(
            FencedVotesRow,
            fence,
            r#"select f.holds as "holds!", p.id as "message_id?", p.votes as "votes?", p.mine as "mine?", p.closed as "closed?"
               from fence f
               left join (
                 select m.id, coalesce(t.votes, '{}') as votes, coalesce(v.options, '{}') as mine,
                        coalesce((m.poll ->> 'closes_at')::timestamptz <= now(), false) as closed
                 from messages m
                 left join poll_tallies t on t.message_id = m.id
                 left join poll_votes v on v.message_id = m.id and v.user_id = $4
                 where m.id = any($5) and m.poll is not null
               ) p on f.holds"#,
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| show(&rows, messages)))
    }

    /// Polls by the ids of their messages, with their votes, wherever they are. One whose message was deleted is left out.
    pub(super) async fn polls_by_id(
        &self,
        ids: &[Uuid],
        pool: &Pool,
    ) -> Result<HashMap<MessageId, PollCounted>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sqlx::query!(
            r#"select m.id, m.poll as "poll!: Json<StoredPoll>", coalesce(t.votes, '{}') as "votes!",
                      coalesce((m.poll ->> 'closes_at')::timestamptz <= now(), false) as "closed!"
               from messages m left join poll_tallies t on t.message_id = m.id
               where m.id = any($1) and m.poll is not null and m.deleted_at is null"#,
            ids
        )
        .fetch_all(pool)
        .await?;
        let polls = rows.into_iter().map(|row| {
            let StoredPoll { question, options, multiple, closes_at } = row.poll.0;
            let votes = of_each(row.votes, options.len());
            let options = options
                .into_iter()
                .zip(votes)
                .map(|(text, votes)| PollOptionCounted { text, votes })
                .collect();
            (MessageId(row.id), PollCounted { question, options, multiple, closes_at, closed: row.closed })
        });
        Ok(polls.collect())
    }

    /// The channel of a message that has a poll, and its author.
    pub async fn poll_by(&self, id: MessageId) -> Result<Option<(ChannelId, User)>, StoreError> {
        let row = sqlx::query!(
            r#"select m.channel_id, u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
               from messages m join users u on u.id = m.author_id
               where m.id = $1 and m.poll is not null and m.deleted_at is null"#,
            id.0
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| (ChannelId(row.channel_id), user_in!(row))))
    }
}

/// Puts votes to the messages that they are of.
fn show(rows: &[VotesRow], messages: &mut [Message]) {
    let found: HashMap<Uuid, &VotesRow> = rows.iter().map(|row| (row.message_id, row)).collect();
    for message in messages {
        let (Some(poll), Some(row)) = (&mut message.poll, found.get(&message.id.0)) else { continue };
        poll.closed = row.closed;
        for (place, option) in (0..).zip(&mut poll.options) {
            option.votes = usize::try_from(place).ok().and_then(|at| row.votes.get(at)).copied().unwrap_or(0);
            option.voted_by_me = row.mine.contains(&place);
        }
    }
}

/// How many people chose each option. Before the first vote nothing is stored.
fn of_each(mut votes: Vec<i64>, options: usize) -> Vec<i64> {
    votes.resize(options, 0);
    votes
}

impl Answers<PollOf> for Lookup<'_> {
    async fn answer(&self, asked: &[PollOf]) -> Answered<PollOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let messages: Vec<Uuid> = asked.iter().map(|one| one.message.0).collect();
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let found = sqlx::query!(
            r#"select a.message_id as "message_id!", a.user_id as "user_id!", m.poll as "poll!: Json<StoredPoll>",
                      coalesce(t.votes, '{}') as "votes!", coalesce(v.options, '{}') as "mine!"
               from unnest($2::uuid[], $3::uuid[]) as a(message_id, user_id)
               join messages m on m.id = a.message_id and m.channel_id = $1
               left join poll_tallies t on t.message_id = a.message_id
               left join poll_votes v on v.message_id = a.message_id and v.user_id = a.user_id
               where m.poll is not null and m.deleted_at is null"#,
            channel.0,
            &messages,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        let facts = found.into_iter().map(|row| {
            let asked = PollOf { message: MessageId(row.message_id), user: UserId(row.user_id) };
            let StoredPoll { question, options, multiple, closes_at } = row.poll.0;
            let votes = of_each(row.votes, options.len());
            (asked, Some(PollFacts { question, options, multiple, closes_at, votes, mine: row.mine }))
        });
        Ok(complete(asked, facts))
    }
}

/// The message of an event's payload about a poll.
pub(super) fn of_poll(payload: &str) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct About {
        message_id: MessageId,
    }
    serde_json::from_str::<About>(payload).ok().map(|about| about.message_id)
}

/// The payload of an event about a poll, with the message's id alone.
pub(super) fn without_poll(payload: &str) -> Option<String> {
    serde_json::to_string(&PollPayload { message_id: of_poll(payload)?, poll: None }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I19.
    #[test]
    fn the_log_keeps_no_text_of_a_poll() {
        let options = vec![PollOptionCounted { text: "secret".into(), votes: 3 }];
        let poll = PollCounted {
            question: "secret".into(),
            options,
            multiple: true,
            closes_at: None,
            closed: false,
        };
        let payload = PollPayload { message_id: MessageId(Uuid::from_u128(7)), poll: Some(poll) };
        let kept =
            without_poll(&serde_json::to_string(&payload).expect("encodes")).expect("an event of a poll");
        assert!(!kept.contains("secret"), "{kept}");
        assert_eq!(of_poll(&kept), Some(payload.message_id));
        assert_eq!(without_poll("{}"), None);
    }

    #[test]
    fn before_the_first_vote_no_one_has_chosen_anything() {
        assert_eq!(of_each(vec![], 3), [0, 0, 0]);
        assert_eq!(of_each(vec![1, 2], 2), [1, 2]);
    }
}
