//! Polls: questions that a message puts to the vote.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{Timestamp, json};

/// A poll of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// Whether a person may choose more than one option.
    pub multiple: bool,
    /// When the poll closes; null for never.
    pub closes_at: Option<Timestamp>,
    /// Whether it has closed.
    pub closed: bool,
}

/// What can be chosen in a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollOption {
    /// What it says.
    pub text: String,
    /// How many people chose it.
    #[schema(minimum = 0)]
    pub votes: i64,
    /// Whether the caller is one of them.
    pub voted_by_me: bool,
}

impl PollOption {
    /// An option that no one has chosen.
    #[must_use]
    pub fn unchosen(text: String) -> Self {
        Self { text, votes: 0, voted_by_me: false }
    }
}

/// A poll as an event shows it with its message: without the votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollShown {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<PollOptionShown>,
    /// Whether a person may choose more than one option.
    pub multiple: bool,
    /// When the poll closes; null for never.
    pub closes_at: Option<Timestamp>,
    /// Whether it has closed.
    pub closed: bool,
}

/// What can be chosen in a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollOptionShown {
    /// What it says.
    pub text: String,
}

impl From<Poll> for PollShown {
    fn from(poll: Poll) -> Self {
        let Poll { question, options, multiple, closes_at, closed } = poll;
        let options = options.into_iter().map(|option| PollOptionShown { text: option.text }).collect();
        Self { question, options, multiple, closes_at, closed }
    }
}

impl From<PollShown> for Poll {
    /// The poll as it is before the first vote.
    fn from(shown: PollShown) -> Self {
        let PollShown { question, options, multiple, closes_at, closed } = shown;
        let options = options.into_iter().map(|option| PollOption::unchosen(option.text)).collect();
        Self { question, options, multiple, closes_at, closed }
    }
}

impl From<NewPoll> for Poll {
    /// The poll before the first vote.
    fn from(new: NewPoll) -> Self {
        Self {
            question: new.question,
            options: new.options.into_iter().map(PollOption::unchosen).collect(),
            multiple: new.multiple,
            closes_at: new.closes_at,
            closed: false,
        }
    }
}

/// A poll to be posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPoll {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// Whether a person may choose more than one option.
    #[serde(default, deserialize_with = "json::null_as_default")]
    #[schema(value_type = Option<bool>)]
    pub multiple: bool,
    /// When the poll closes; null or missing for never.
    pub closes_at: Option<Timestamp>,
}
