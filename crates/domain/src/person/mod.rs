//! A person: what is theirs alone and goes to all of their sessions: how far they have read each channel, which they muted, and what they are
//! told of.
//!
//! Its stream is delivered to the person and to no one else. Whether the person may see what a command names is judged before it
//! is asked; here it is looked up again whether they are in the channel. Nothing is remembered between two batches but the next ids.

mod core;
mod mark_read;
mod mute_channel;
mod notify;
mod read_notifications;
#[cfg(test)]
mod tests;

pub use core::PersonCore;
pub use mark_read::{MarkRead, NotMarked};
pub use mute_channel::MuteChannel;
pub use notify::{Notice, Notify};
pub use read_notifications::{ReadNotifications, Which};

use crate::change::Change;
use crate::verbs;

verbs! {
    PersonCore {
        1 MarkRead since 3,
        2 Notify since 3,
        3 ReadNotifications since 3,
        4 MuteChannel since 3,
    }
}
