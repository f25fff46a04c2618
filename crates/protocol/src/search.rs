//! Search: what is looked for, and what is shown of what was found.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::{Channel, ChannelId, CommunityId, Message, PageQuery, Trimmed, User, UserId, shape};

/// Characters of a `next` at most; ours are shorter.
const NEXT_CHARS: usize = 200;

/// What kind of things is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchType {
    #[default]
    Messages,
    Channels,
    Users,
}

impl SearchType {
    /// The type of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "messages" => Some(Self::Messages),
            "channels" => Some(Self::Channels),
            "users" => Some(Self::Users),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Channels => "channels",
            Self::Users => "users",
        }
    }
}

/// In which order messages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    #[default]
    Newest,
    /// Of the newest 10,000 that fit, those first that fit best.
    Best,
}

impl SearchSort {
    /// The order of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "newest" => Some(Self::Newest),
            "best" => Some(Self::Best),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Best => "best",
        }
    }
}

/// What to look for: `GET /api/search`.
#[derive(Debug, Clone, Default, Validate)]
#[validate(schema(function = "one_way_to_go_on"))]
pub struct SearchQuery {
    /// What was typed, at most 500 characters.
    #[validate(custom(function = "text_rule"))]
    pub q: Trimmed,
    pub kind: SearchType,
    /// Only there.
    pub community_id: Option<CommunityId>,
    /// Only there.
    pub channel_id: Option<ChannelId>,
    /// Only what they wrote.
    pub author_id: Option<UserId>,
    pub sort: SearchSort,
    pub page: PageQuery,
    /// Where the page before left off, of messages by how well they fit.
    #[validate(custom(function = "next_rule"))]
    pub next: Option<String>,
}

/// Blank text is as good as none.
fn text_rule(text: &str) -> Result<(), ValidationError> {
    if text.is_empty() {
        return Err(ValidationError::new("required").with_message("is missing or blank".into()));
    }
    shape::topic(text)
}

fn next_rule(next: &str) -> Result<(), ValidationError> {
    if next.len() <= NEXT_CHARS
        && next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    {
        return Ok(());
    }
    Err(ValidationError::new("bad_format").with_message("is none that was given out".into()))
}

/// The order of what fits best has no ids that a page could begin at.
fn one_way_to_go_on(query: &SearchQuery) -> Result<(), ValidationError> {
    let best = query.kind == SearchType::Messages && query.sort == SearchSort::Best;
    let (cursors, next) = (query.page.before.or(query.page.after).is_some(), query.next.is_some());
    if best && cursors {
        let message = "can't be given together with sort=best, which goes on by next";
        return Err(shape::of_fields(&["before", "after"], "exclusive", message));
    }
    if !best && next {
        return Err(shape::of_fields(&["next"], "exclusive", "goes with messages and sort=best alone"));
    }
    Ok(())
}

/// What was found, a page of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// The page's items.
    pub items: Vec<SearchHit>,
    /// Whether there are more in the direction of the query.
    pub has_more: bool,
    /// With `sort=best`: what is given as `next` for the page behind this one. Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub next: Option<String>,
}

/// A thing that was found. It has the one of `message`, `channel` and `user` that its type names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SearchHitType,
    /// The message as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Message, required = false)]
    pub message: Option<Box<Message>>,
    /// The channel as it is now, as the caller sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Channel, required = false)]
    pub channel: Option<Box<Channel>>,
    /// The person or bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = User, required = false)]
    pub user: Option<User>,
    /// A piece of its text as safe HTML, with `<mark>` around what was found.
    pub snippet_html: String,
    /// What was found, as places in the text of `snippet_html` without its tags: each is the first code point and the one behind the last.
    #[schema(value_type = Vec<Vec<i64>>)]
    pub ranges: Vec<[usize; 2]>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchHitType {
    Message,
    Channel,
    User,
    /// Something that a later version finds. It is only read, and is in no schema.
    #[serde(other, skip_serializing)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::limits;

    fn wrong(query: &SearchQuery) -> Vec<String> {
        let report = query.validate().err();
        let errors = report.map(|report| shape::field_errors(&report)).unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect()
    }

    fn asked(q: &str) -> SearchQuery {
        SearchQuery { q: q.into(), ..SearchQuery::default() }
    }

    #[test]
    fn a_query_has_a_text() {
        assert!(wrong(&asked("x")).is_empty());
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(limits::TOPIC_CHARS + 1)] {
            assert_eq!(wrong(&asked(bad)), ["q"], "{bad:?}");
        }
    }

    #[test]
    fn there_is_one_way_to_go_on() {
        let before = PageQuery { before: Some(Uuid::nil()), ..PageQuery::default() };
        let best = SearchQuery { sort: SearchSort::Best, ..asked("x") };
        let next = Some("abc".to_owned());
        assert!(wrong(&SearchQuery { page: before, ..asked("x") }).is_empty());
        assert!(wrong(&SearchQuery { next: next.clone(), ..best.clone() }).is_empty());
        assert_eq!(wrong(&SearchQuery { page: before, ..best.clone() }), ["after", "before"]);
        assert_eq!(wrong(&SearchQuery { next, ..asked("x") }), ["next"]);
        assert_eq!(wrong(&SearchQuery { next: Some("a b".into()), ..best }), ["next"]);
    }
}
