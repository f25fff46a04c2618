//! What somebody wrote, made ready outside the writer: trimmed, rendered, its mentions found.

use ajet_protocol::Mention;
use serde::{Deserialize, Serialize};

/// A message text before it has a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text as typed, trimmed.
    pub body_md: String,
    /// HTML with slots for names (`ajet_markup::fill`).
    pub body_html: String,
    pub mentions: Vec<Mention>,
}

impl Draft {
    /// Renders a text whose shape is already validated.
    #[must_use]
    pub fn compose(body: &str) -> Self {
        let body_md = body.trim().to_owned();
        let composed = ajet_markup::compose(&body_md);
        Self { body_md, body_html: composed.html, mentions: composed.mentions }
    }
}
