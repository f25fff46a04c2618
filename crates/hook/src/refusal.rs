//! Why a payload is refused.

/// A payload that can't become a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is no JSON object, or no form that holds one; `at` says what and where, never what it holds.
    Malformed { at: String },
    /// It has no text that could be shown.
    SaysNothing,
}
