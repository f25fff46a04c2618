//! Conversations: people say something in the rooms, and others react to it, vote on it and pin it.
//!
//! A *topic* is a message with a poll. Each person at a topic writes registers of their own: one for each emoji, and one for their vote. So
//! no two people write the same register, and the counts that a message shows are those of all of their registers together. The text of a
//! topic is written by its author alone.

mod asked;
mod pinner;
mod standing;
mod talker;
mod topics;

pub use pinner::Pinner;
pub use standing::{all_sent, shown};
pub use talker::Talker;
pub use topics::Talk;
