//! A person: what is theirs alone and goes to all of their sessions: how far they have read each channel, what they set for it, what they are
//! told of, what others see of them, and whom they block.
//!
//! Its stream is delivered to the person and to no one else. Whether the person may see what a command names is judged before it
//! is asked; here it is looked up again whether they are in the channel. Nothing is remembered between two batches but the next ids.

mod block;
mod core;
mod follow_thread;
mod hide_dm;
mod mark_read;
mod mute_channel;
mod notify;
mod preferences;
mod read_notifications;
mod set_deactivated;
mod set_notify_level;
#[cfg(test)]
mod tests;
mod unblock;
mod unfollow_thread;
mod update_profile;

pub use block::{Block, NotBlocked};
pub use core::PersonCore;
pub use follow_thread::{FollowThread, NotFollowed};
pub use hide_dm::HideDm;
pub use mark_read::{MarkRead, NotMarked};
pub use mute_channel::MuteChannel;
pub use notify::{Notice, Notify};
pub use read_notifications::{ReadNotifications, Which};
pub use set_deactivated::{NotDeactivated, SetDeactivated};
pub use set_notify_level::SetNotifyLevel;
pub use unblock::Unblock;
pub use unfollow_thread::UnfollowThread;
pub use update_profile::UpdateProfile;

use crate::change::Change;
use crate::verbs;

verbs! {
    PersonCore {
        1 MarkRead since 3,
        2 Notify since 3,
        3 ReadNotifications since 3,
        4 MuteChannel since 3,
        6 UpdateProfile since 3,
        7 Block since 3,
        8 Unblock since 3,
        10 SetDeactivated since 3,
        5 SetNotifyLevel since 3,
        9 HideDm since 3,
        19 FollowThread since 3,
        20 UnfollowThread since 3,
    }
}
