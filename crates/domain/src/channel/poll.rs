//! What the verbs about polls share: what is put to the vote, the poll of a message as the batch leaves it, and the end of a poll.

use ajet_protocol::events::PollPayload;
use ajet_protocol::{Event, Message, MessageId, Poll, PollOption, Timestamp, limits};
use serde::{Deserialize, Serialize};

use super::{Change, ChannelCore};
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Facts, PollFacts, PollOf};

/// What a new message puts to the vote ([`Poll`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    pub question: String,
    /// The texts of the options.
    pub options: Vec<String>,
    pub multiple: bool,
    pub closes_at: Option<Timestamp>,
}

impl From<Poll> for Ballot {
    fn from(poll: Poll) -> Self {
        let Poll { question, options, multiple, closes_at, closed: _ } = poll;
        let options = options.into_iter().map(|PollOption { text, .. }| text).collect();
        Self { question, options, multiple, closes_at }
    }
}

impl From<Ballot> for Poll {
    /// The poll as it is before the first vote.
    fn from(ballot: Ballot) -> Self {
        let Ballot { question, options, multiple, closes_at } = ballot;
        let options = options.into_iter().map(PollOption::unchosen).collect();
        Self { question, options, multiple, closes_at, closed: false }
    }
}

impl ChannelCore {
    /// A message's poll, as this batch leaves it so far; `None` where the message has none.
    pub(super) fn poll(&self, asked: &PollOf, facts: &Facts) -> Option<PollFacts> {
        let stored = facts.of(asked);
        self.tentative.iter().fold(stored, |poll, change| match change {
            Change::InsertMessage { message, .. } if message.id == asked.message => {
                message.poll.as_ref().map(PollFacts::unvoted)
            }
            Change::SetVotes { message_id, user_id, options, votes, .. } if *message_id == asked.message => {
                poll.map(|mut poll| {
                    poll.votes.clone_from(votes);
                    if *user_id == asked.user {
                        poll.mine.clone_from(options);
                    }
                    poll
                })
            }
            _ => poll,
        })
    }

    /// The event that tells of a poll as it is now.
    pub(super) fn tell_of_poll(&self, message_id: MessageId, poll: PollFacts, now: Timestamp) -> Emit {
        let event = Event::PollUpdated(PollPayload { message_id, poll: Some(poll.counted(now)) });
        Emit::in_channel(&event, self.id())
    }
}

/// Whether a poll that is posted now would take votes, and closes at a time that a job may wait for.
pub fn ends_later(poll: Option<&Ballot>, now: Timestamp) -> bool {
    let far = now.plus_seconds(limits::AHEAD_SECONDS);
    poll.and_then(|poll| poll.closes_at).is_none_or(|end| end > now && end <= far)
}

/// The job that tells when the poll of a new message has closed, if it closes.
pub fn closing(message: &Message) -> Option<Change> {
    let closes_at = message.poll.as_ref()?.closes_at?;
    Some(Change::RequestJob(JobRequest::ClosePoll { message_id: message.id, closes_at }))
}
