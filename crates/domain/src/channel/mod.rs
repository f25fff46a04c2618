//! A channel: its messages, the reactions to them and its pins, and who may write, edit, delete, react and pin.
//!
//! Up to 256 commands are decided together, on remembered rights where possible: the fence refuses a commit that rests on rights
//! which have changed. What is remembered of messages are small heads and spent keys, bounded in bytes.

mod add_attachment;
mod announce_person;
mod attachment;
mod close_poll;
mod core;
mod delete;
mod describe_attachment;
mod edit;
mod found_dm;
mod pin;
mod pinned;
mod poll;
mod post;
mod purge;
mod purge_once;
mod react;
mod reaction;
mod remove_attachment;
mod rename_group;
mod rights;
mod set_previews;
mod settle_attachment;
mod slow;
mod strip_previews;
mod tallies;
#[cfg(test)]
mod tests;
mod unpin;
mod unreact;
mod vote;

pub use add_attachment::AddAttachment;
pub use announce_person::AnnouncePerson;
pub use attachment::{NotAttached, NotTouched};
pub use close_poll::ClosePoll;
pub use core::{ChannelCore, Head};
pub use delete::Delete;
pub use describe_attachment::DescribeAttachment;
pub use edit::Edit;
pub use found_dm::{Direct, DmFounding, NoDm, found_dm};
pub use pin::Pin;
pub use poll::Ballot;
pub use post::Post;
pub use purge::Purge;
pub use purge_once::PurgeOnce;
pub use react::React;
pub use remove_attachment::RemoveAttachment;
pub use rename_group::{NotRenamed, RenameGroup};
pub use rights::Silenced;
pub use rights::may_write;
pub use set_previews::{Preview, SetPreviews};
pub use settle_attachment::{SettleAttachment, Settled};
pub use strip_previews::{NotStripped, StripPreviews};
pub use unpin::Unpin;
pub use unreact::Unreact;
pub use vote::Vote;

use crate::change::Change;
use crate::verbs;

verbs! {
    ChannelCore {
        1 Post since 2,
        2 Edit since 2,
        3 Delete since 2,
        4 React since 3,
        5 Unreact since 3,
        6 AnnouncePerson since 3,
        7 RenameGroup since 3,
    10 Purge since 3, 11 Vote since 3, 12 ClosePoll since 3, 13 AddAttachment since 3, 14 DescribeAttachment since 3, 15 RemoveAttachment since 3, 16 SettleAttachment since 3, 17 SetPreviews since 3, 18 StripPreviews since 3, 8 Pin since 3, 9 Unpin since 3,
        27 PurgeOnce since 3,
    }
}
