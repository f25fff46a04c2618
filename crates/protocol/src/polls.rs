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
    /// Whether the caller is one of them; null in events.
    pub voted_by_me: Option<bool>,
}

impl From<NewPoll> for Poll {
    /// The poll before the first vote.
    fn from(new: NewPoll) -> Self {
        let option = |text| PollOption { text, votes: 0, voted_by_me: None };
        Self {
            question: new.question,
            options: new.options.into_iter().map(option).collect(),
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
