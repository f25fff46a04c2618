//! A channel: its messages, and who may write, edit and delete them.
//!
//! Up to 256 commands are decided together, on remembered rights where possible: the fence refuses a commit that rests on rights
//! which have changed. What is remembered of messages are small heads and spent keys, bounded in bytes.

mod change;
mod core;
mod delete;
mod edit;
mod post;
mod rights;
#[cfg(test)]
mod tests;

pub use change::Change;
pub use core::{ChannelCore, Head};
pub use delete::Delete;
pub use edit::Edit;
pub use post::Post;
pub use rights::Silenced;

use crate::verbs;

verbs! {
    ChannelCore {
        1 Post since 2,
        2 Edit since 2,
        3 Delete since 2,
    }
}
