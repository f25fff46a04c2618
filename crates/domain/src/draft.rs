//! What somebody wrote, made ready outside the writer: trimmed, rendered, its mentions found.

use std::borrow::Cow;

use ajet_protocol::{ChannelId, Mention, MentionType, RoleId, Trimmed, UserId};
use serde::{Deserialize, Serialize};

/// A message text before it has a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text as typed.
    pub body_md: String,
    /// HTML with placeholders for names (`ajet_markup::fill`).
    pub body_html: String,
    pub called: Vec<Called>,
    /// The HTML with its placeholders filled, where it has any: what readers get now.
    pub shown_html: Option<String>,
}

/// Whom or what a text mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Called {
    User(UserId),
    /// Everybody who is online in the channel.
    Here,
    Channel(ChannelId),
    /// Everybody who holds a custom role.
    Role(RoleId),
    /// Everybody in the channel.
    Everyone,
}

impl Called {
    /// None for a mention that names nothing.
    fn of(mention: &Mention) -> Option<Self> {
        match mention.kind {
            MentionType::User => Some(Self::User(UserId(mention.target_id?))),
            MentionType::Here => Some(Self::Here),
            MentionType::Channel => Some(Self::Channel(ChannelId(mention.target_id?))),
            MentionType::Role => Some(Self::Role(RoleId(mention.target_id?))),
            MentionType::Everyone => Some(Self::Everyone),
        }
    }
}

impl From<Called> for Mention {
    fn from(called: Called) -> Self {
        let (kind, target_id) = match called {
            Called::User(id) => (MentionType::User, Some(id.0)),
            Called::Here => (MentionType::Here, None),
            Called::Channel(id) => (MentionType::Channel, Some(id.0)),
            Called::Role(id) => (MentionType::Role, Some(id.0)),
            Called::Everyone => (MentionType::Everyone, None),
        };
        Self { kind, target_id }
    }
}

impl Draft {
    /// Renders a text whose shape is already validated; none if a reader would see nothing of it.
    #[must_use]
    pub fn compose(body: &Trimmed) -> Option<Self> {
        let composed = ajet_markup::compose(body);
        let draft = Self {
            body_md: body.to_string(),
            body_html: composed.html,
            called: composed.mentions.iter().filter_map(Called::of).collect(),
            shown_html: None,
        };
        composed.shows.then_some(draft)
    }

    /// No text: of a message that has files or a poll.
    #[must_use]
    pub fn empty() -> Self {
        Self { body_md: String::new(), body_html: String::new(), called: Vec::new(), shown_html: None }
    }

    /// Whom and what the text mentions.
    pub fn mentions(&self) -> impl Iterator<Item = Mention> + '_ {
        self.called.iter().copied().map(Mention::from)
    }

    /// Whether the text links to anything. No text can hold these characters, since `<` is always escaped.
    #[must_use]
    pub fn has_links(&self) -> bool {
        self.body_html.contains("<a href=")
    }

    /// Fills the placeholders with the names of this moment.
    pub fn fill(&mut self, names: &dyn ajet_markup::Names) {
        self.shown_html = Some(ajet_markup::fill(&self.body_html, names));
    }

    /// The same text, which calls neither everybody nor those who are there.
    #[must_use]
    pub fn without_calls(&self) -> Cow<'_, Self> {
        let calls_all = |called: &Called| matches!(called, Called::Here | Called::Everyone);
        if !self.called.iter().any(calls_all) {
            return Cow::Borrowed(self);
        }
        let (body_html, shown_html) = ajet_markup::without_calls(&self.body_html, self.shown_html.as_deref());
        let called = self.called.iter().copied().filter(|called| !calls_all(called)).collect();
        Cow::Owned(Self { body_md: self.body_md.clone(), body_html, called, shown_html })
    }

    /// The HTML that readers get.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.shown_html.as_deref().unwrap_or(&self.body_html)
    }
}
