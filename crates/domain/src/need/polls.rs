//! Questions about the polls of messages.

use ajet_protocol::{MessageId, Poll, PollCounted, PollOptionCounted, Timestamp, UserId};

/// [`super::Needs::polls`]: the poll of a message, as a person votes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PollOf {
    pub message: MessageId,
    pub user: UserId,
}

/// A poll, with what was chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollFacts {
    pub question: String,
    /// The texts of the options.
    pub options: Vec<String>,
    pub multiple: bool,
    pub closes_at: Option<Timestamp>,
    /// How many people chose each option; as long as `options`.
    pub votes: Vec<i64>,
    /// The places of the options that the person chose, in their order.
    pub mine: Vec<i16>,
}

impl PollFacts {
    /// A poll that was posted just now.
    #[must_use]
    pub fn unvoted(poll: &Poll) -> Self {
        Self {
            question: poll.question.clone(),
            options: poll.options.iter().map(|option| option.text.clone()).collect(),
            multiple: poll.multiple,
            closes_at: poll.closes_at,
            votes: vec![0; poll.options.len()],
            mine: Vec::new(),
        }
    }

    /// Whether it takes no votes any more.
    #[must_use]
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.closes_at.is_some_and(|end| end <= now)
    }

    /// As all its readers are shown it.
    #[must_use]
    pub fn counted(self, now: Timestamp) -> PollCounted {
        let closed = self.is_closed(now);
        let Self { question, options, multiple, closes_at, votes, mine: _ } = self;
        let options = options.into_iter().zip(votes).map(|(text, votes)| PollOptionCounted { text, votes });
        PollCounted { question, options: options.collect(), multiple, closes_at, closed }
    }
}
