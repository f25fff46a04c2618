//! A person: what is theirs alone and goes to all of their sessions: how far they have read each channel, what they set for it, what they are
//! told of, what others see of them, whom they block, and what they keep for later: drafts, saved messages, messages to be sent.
//!
//! Its stream is delivered to the person and to no one else. Whether the person may see what a command names is judged before it
//! is asked; here it is looked up again whether they are in the channel. Nothing is remembered between two batches but the next ids.

mod answer_command;
mod block;
mod cancel_scheduled;
mod core;
mod drafts;
mod follow_thread;
mod hide_dm;
mod inform;
mod invoke_command;
mod mark_read;
mod mark_unread;
mod mute_channel;
mod notify;
mod preferences;
mod read_notifications;
mod remind;
mod reminders;
mod remove_draft;
mod ring_reminder;
mod save_message;
mod saved;
mod schedule;
mod scheduled;
mod set_community_level;
mod set_deactivated;
mod set_draft;
mod set_notify_level;
mod set_quiet_hours;
mod set_reminder;
mod settle_scheduled;
#[cfg(test)]
mod tests;
mod unblock;
mod unfollow_thread;
mod unsave_message;
mod update_profile;
mod update_scheduled;

pub use answer_command::{AnswerCommand, BotAnswer, NotAnswered};
pub use block::{Block, NotBlocked};
pub use cancel_scheduled::CancelScheduled;
pub use core::PersonCore;
pub use follow_thread::{FollowThread, NotFollowed};
pub use hide_dm::HideDm;
pub use inform::{Inform, Matter};
pub use invoke_command::InvokeCommand;
pub use mark_read::{MarkRead, NotMarked};
pub use mark_unread::MarkUnread;
pub use mute_channel::MuteChannel;
pub use notify::{Notice, Notify};
pub use read_notifications::{ReadNotifications, Which};
pub use remind::Remind;
pub use remove_draft::RemoveDraft;
pub use ring_reminder::RingReminder;
pub use save_message::{NotSaved, SaveMessage};
pub use schedule::{NotScheduled, Schedule};
pub use scheduled::Unchangeable;
pub use set_community_level::SetCommunityLevel;
pub use set_deactivated::{NotDeactivated, SetDeactivated};
pub use set_draft::{NotKept, SetDraft};
pub use set_notify_level::SetNotifyLevel;
pub use set_quiet_hours::{QuietSpan, SetQuietHours};
pub use set_reminder::{NotReminded, SetReminder};
pub use settle_scheduled::{SendStep, SettleScheduled};
pub use unblock::Unblock;
pub use unfollow_thread::UnfollowThread;
pub use unsave_message::UnsaveMessage;
pub use update_profile::UpdateProfile;
pub use update_scheduled::UpdateScheduled;

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
    11 SetDraft since 3, 12 RemoveDraft since 3, 13 SaveMessage since 3, 14 UnsaveMessage since 3, 15 Schedule since 3, 16 UpdateScheduled since 3, 17 CancelScheduled since 3, 18 SettleScheduled since 3, 19 FollowThread since 3, 20 UnfollowThread since 3, 22 Remind since 3,
        23 Inform since 3,
        24 SetCommunityLevel since 3,
        25 SetQuietHours since 3,
        31 SetReminder since 3,
        32 RingReminder since 3,
        33 InvokeCommand since 3,
        37 AnswerCommand since 3,
    28 MarkUnread since 3,
    }
}
