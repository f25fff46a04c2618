//! What the verbs about polls share: the poll of a message as the batch leaves it, and the end of a poll.

use ajet_protocol::events::PollPayload;
use ajet_protocol::{Event, Message, MessageId, Poll, Timestamp};

use super::{Change, ChannelCore};
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Facts, PollFacts, PollOf};

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

/// Whether a poll that is posted now would take votes.
pub fn ends_later(poll: Option<&Poll>, now: Timestamp) -> bool {
    poll.and_then(|poll| poll.closes_at).is_none_or(|end| end > now)
}

/// The job that tells when the poll of a new message has closed, if it closes.
pub fn closing(message: &Message) -> Option<Change> {
    let closes_at = message.poll.as_ref()?.closes_at?;
    Some(Change::RequestJob(JobRequest::ClosePoll { message_id: message.id, closes_at }))
}
