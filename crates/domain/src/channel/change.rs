//! The rows that a channel changes.

use ajet_protocol::{Message, MessageId, Timestamp};

/// A row to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new message row; `template` is its HTML with placeholders for names. Its key's fingerprint stands in the same row.
    Insert { message: Box<Message>, template: String, fingerprint: i64 },
    /// New text for a message row.
    Edit { message: Box<Message>, template: String },
    /// A message row loses its text.
    Delete { id: MessageId, at: Timestamp },
}
