//! Polls: questions that messages put to the vote.
//!
//! A poll has three forms. An answer shows it with the votes and with what the caller chose ([`Poll`]). The event of a vote is for all
//! readers, and shows the votes alone ([`PollCounted`]). An event that shows the message shows neither ([`PollShown`]): the votes change
//! by events of their own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{OptionIndex, PollOptionText, PollQuestion};
use crate::{MessageId, Timestamp, Trimmed, json, limits, shape};

/// The poll of a message, with the votes as of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// What can be chosen. A vote names options by their places here, from 0.
    pub options: Vec<PollOption>,
    /// Whether a person may choose several options.
    pub multiple: bool,
    /// When it closes; null for never.
    pub closes_at: Option<Timestamp>,
    /// Whether it takes no votes any more.
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

/// A poll as the event of a vote shows it: with the votes, and without what one reader chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollCounted {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<PollOptionCounted>,
    /// Whether a person may choose several options.
    pub multiple: bool,
    /// When it closes; null for never.
    pub closes_at: Option<Timestamp>,
    /// Whether it takes no votes any more.
    pub closed: bool,
}

/// What can be chosen in a poll, with how many people chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollOptionCounted {
    /// What it says.
    pub text: String,
    /// How many people chose it.
    #[schema(minimum = 0)]
    pub votes: i64,
}

/// A poll as an event shows it with its message: without the votes, which clients keep as they know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollShown {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<PollOptionShown>,
    /// Whether a person may choose several options.
    pub multiple: bool,
    /// When it closes; null for never.
    pub closes_at: Option<Timestamp>,
    /// Whether it takes no votes any more.
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

impl PollOption {
    /// An option that no one has chosen.
    #[must_use]
    pub fn unchosen(text: String) -> Self {
        Self { text, votes: 0, voted_by_me: false }
    }
}

/// A poll to be posted with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostPoll {
    /// What is asked: 1 to 300 characters after trimming.
    #[validate(custom(function = "shape::poll_question"))]
    #[schema(value_type = PollQuestion)]
    pub question: Trimmed,
    /// What can be chosen: 2 to 10 options of 1 to 100 characters each.
    #[validate(custom(function = "some_options"))]
    #[schema(value_type = Vec<PollOptionText>, min_items = 2, max_items = 10)]
    pub options: Vec<Trimmed>,
    /// Whether a person may choose several options; false by default.
    #[serde(default, deserialize_with = "json::null_as_default")]
    #[schema(value_type = Option<bool>)]
    pub multiple: bool,
    /// When it closes, which is in the future, and at most a year ahead; null or absent for never.
    pub closes_at: Option<Timestamp>,
}

fn some_options(options: &[Trimmed]) -> Result<(), ValidationError> {
    if options.len() < *limits::POLL_OPTIONS.start() {
        return Err(ValidationError::new("too_few").with_message("needs at least 2 options".into()));
    }
    if options.len() > *limits::POLL_OPTIONS.end() {
        return Err(ValidationError::new("too_many").with_message("has more than 10 options".into()));
    }
    options.iter().try_for_each(|option| shape::poll_option(option))
}

impl From<PostPoll> for Poll {
    /// The poll as it is before the first vote.
    fn from(new: PostPoll) -> Self {
        let PostPoll { question, options, multiple, closes_at } = new;
        let options = options.into_iter().map(|text| PollOption::unchosen(text.into())).collect();
        Self { question: question.into(), options, multiple, closes_at, closed: false }
    }
}

/// What the caller chooses in a poll: `PUT /api/messages/{id}/votes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CastVotes {
    /// The places of the chosen options, from 0; all that the caller chooses from now on, so that an empty list withdraws. A place that is
    /// named twice counts once.
    #[validate(custom(function = "places"))]
    #[schema(value_type = Vec<OptionIndex>, max_items = 10)]
    pub options: Vec<i64>,
}

fn places(options: &[i64]) -> Result<(), ValidationError> {
    if options.len() > *limits::POLL_OPTIONS.end() {
        return Err(ValidationError::new("too_many").with_message("names more than 10 options".into()));
    }
    if options.iter().any(|place| !(0..=limits::POLL_OPTION_LAST).contains(place)) {
        let message = "names a place that is not between 0 and 9";
        return Err(ValidationError::new("out_of_range").with_message(message.into()));
    }
    Ok(())
}

impl CastVotes {
    /// The chosen places in their order, each once.
    #[must_use]
    pub fn chosen(&self) -> Vec<i16> {
        let mut chosen: Vec<i16> =
            self.options.iter().filter_map(|place| i16::try_from(*place).ok()).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

/// `{"message_id": …, "poll": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PollPayload {
    /// The message whose poll it is.
    pub message_id: MessageId,
    /// The poll with its votes, without what single people chose; null where the message was deleted meanwhile.
    pub poll: Option<PollCounted>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn codes<T: Validate>(value: &T) -> Vec<String> {
        let report = value.validate().err().unwrap_or_default();
        shape::field_errors(&report).into_iter().map(|one| format!("{}:{}", one.field, one.code)).collect()
    }

    fn new(question: &str, options: &[&str]) -> PostPoll {
        let options = options.iter().map(|text| Trimmed::from(*text)).collect();
        PostPoll { question: question.into(), options, multiple: false, closes_at: None }
    }

    #[test]
    fn a_poll_has_a_question_and_a_choice() {
        let (long, longer) = ("x".repeat(100), "x".repeat(101));
        assert_eq!(codes(&new("q", &["a", "b"])), Vec::<String>::new());
        assert_eq!(codes(&new(&"x".repeat(300), &[long.as_str(); 10])), Vec::<String>::new());
        assert_eq!(codes(&new(" ", &["a"])), ["options:too_few", "question:too_short"]);
        assert_eq!(codes(&new(&"x".repeat(301), &["a"; 11])), ["options:too_many", "question:too_long"]);
        assert_eq!(codes(&new("\u{301}", &["a", " "])), ["options:too_short", "question:blank"]);
        assert_eq!(codes(&new("a\nb", &["a", &longer])), ["options:too_long", "question:control_character"]);
    }

    #[test]
    fn votes_name_places_of_options() {
        let cast = |options: &[i64]| CastVotes { options: options.to_vec() };
        for fits in [&[][..], &[0], &[9, 0, 9]] {
            assert_eq!(codes(&cast(fits)), Vec::<String>::new(), "{fits:?}");
        }
        for bad in [&[-1][..], &[0, 10]] {
            assert_eq!(codes(&cast(bad)), ["options:out_of_range"], "{bad:?}");
        }
        assert_eq!(codes(&cast(&[0; 11])), ["options:too_many"]);
        assert_eq!(cast(&[9, 0, 9]).chosen(), [0, 9]);
    }

    #[test]
    fn what_is_left_out_is_no_choice_of_several_and_no_end() {
        let read = |body: Value| serde_json::from_value::<PostPoll>(body);
        let poll = read(json!({ "question": " q ", "options": ["a", "b"] })).expect("decodes");
        assert_eq!(poll, new("q", &["a", "b"]));
        let nulls = json!({ "question": "q", "options": ["a", "b"], "multiple": null, "closes_at": null });
        assert_eq!(read(nulls).expect("decodes"), poll);
        assert!(read(json!({ "question": "q", "options": ["a", "b"], "more": 1 })).is_err());
    }

    #[test]
    fn events_show_no_votes_with_a_message() {
        let mut poll = Poll::from(new("q", &["a", "b"]));
        let before = poll.clone();
        poll.options[0] = PollOption { text: "a".into(), votes: 3, voted_by_me: true };
        let shown = PollShown::from(poll);
        let expected = json!({
            "question": "q", "options": [{ "text": "a" }, { "text": "b" }], "multiple": false, "closes_at": null,
            "closed": false
        });
        assert_eq!(serde_json::to_value(&shown).expect("encodes"), expected);
        assert_eq!(Poll::from(shown), before);
    }
}
