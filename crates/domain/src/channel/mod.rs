//! A channel: the one place where its messages are posted, edited and deleted, in one order.
//!
//! What survives a crash: everything that was answered. What does not: commands that were not, and the cache of
//! recent messages and keys, which is looked up again.

mod command;
mod core;
#[cfg(test)]
mod tests;

pub use command::{Answer, Author, Command, Refusal};
pub use core::{Change, ChannelCore, Facts, Made, Needs};
