//! What somebody wrote, made ready outside the writer: trimmed, rendered, its mentions found.

use ajet_protocol::{Mention, Trimmed};
use serde::{Deserialize, Serialize};

/// A message text before it has a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text as typed.
    pub body_md: String,
    /// HTML with slots for names (`ajet_markup::fill`).
    pub body_html: String,
    pub mentions: Vec<Mention>,
    /// The HTML with its slots filled, where it has any: what readers get now.
    pub shown_html: Option<String>,
}

impl Draft {
    /// Renders a text whose shape is already validated; none if a reader would see nothing of it.
    #[must_use]
    pub fn compose(body: &Trimmed) -> Option<Self> {
        let composed = ajet_markup::compose(body);
        let draft = Self {
            body_md: body.to_string(),
            body_html: composed.html,
            mentions: composed.mentions,
            shown_html: None,
        };
        composed.shows.then_some(draft)
    }

    /// Fills the slots with the names of this moment.
    pub fn fill(&mut self, names: &dyn ajet_markup::Names) {
        self.shown_html = Some(ajet_markup::fill(&self.body_html, names));
    }

    /// The HTML that readers get.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.shown_html.as_deref().unwrap_or(&self.body_html)
    }
}
