//! What somebody wrote, made ready outside the writer: trimmed, rendered, its mentions found.

use ajet_protocol::{ChannelId, Mention, MentionType, Trimmed, UserId};
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
}

impl Called {
    /// None for a mention that names nothing.
    fn of(mention: &Mention) -> Option<Self> {
        match mention.kind {
            MentionType::User => Some(Self::User(UserId(mention.target_id?))),
            MentionType::Here => Some(Self::Here),
            MentionType::Channel => Some(Self::Channel(ChannelId(mention.target_id?))),
        }
    }
}

impl From<Called> for Mention {
    fn from(called: Called) -> Self {
        let (kind, target_id) = match called {
            Called::User(id) => (MentionType::User, Some(id.0)),
            Called::Here => (MentionType::Here, None),
            Called::Channel(id) => (MentionType::Channel, Some(id.0)),
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

    /// Fills the placeholders with the names of this moment.
    pub fn fill(&mut self, names: &dyn ajet_markup::Names) {
        self.shown_html = Some(ajet_markup::fill(&self.body_html, names));
    }

    /// The HTML that readers get.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.shown_html.as_deref().unwrap_or(&self.body_html)
    }
}
