//! What nodes say to each other: frames of the wire's own types, in every version that this node speaks.
//!
//! A frame holds ids, numbers, texts and the numbers of verbs; never a record of the API, whose fields grow. What is shown to
//! people (a caller's account, an answer) travels as JSON, which may grow. So a field added to a message changes no frame.
//!
//! The version is part of the subject. A node lists the versions that it speaks in its entry of the roster, takes requests in
//! all of them, and sends in the highest one that the peer lists as well: two neighbouring releases always talk.

mod codec;
mod convert;
mod frame;
#[cfg(test)]
mod mention_tests;
#[cfg(test)]
mod post_tests;
#[cfg(test)]
mod tests;
mod v2;
mod version;

pub use convert::{answer_frame, answered, asked_of, verb_frame};
pub use frame::{Frame, Reply, Request, UnavailableFrame, VerbFrame};
pub use version::{SPOKEN, Version};
