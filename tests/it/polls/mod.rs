//! Polls of messages.

mod asked;
mod close;
mod post;
mod vote;

pub use asked::{asked, poll, read, votes};
