//! What an event shows on any page that is open: the same for all readers. Everything that a script can tell from the event itself goes
//! out as the event; a message and a channel come as the fragments that they are.

use ajet_protocol::{Event, Message};
use maud::Markup;

use super::message::row;
use super::sidebar::{self, Shown};
use crate::strings::Language;

/// The fragment of an event, where it has one.
#[must_use]
pub fn fragment(event: &Event) -> Option<Markup> {
    Some(match event {
        Event::MessageCreated(told) | Event::MessageEdited(told) => {
            row(Language::English, &Message::from(told.message.clone()), false)
        }
        Event::ChannelCreated(told) | Event::ChannelUpdated(told) => {
            let shown = Shown { slug: None, current: false, joined: false };
            sidebar::item(Language::English, &told.channel.clone().into(), &shown)
        }
        _ => return None,
    })
}

/// Whether a page does something with an event that has no fragment.
#[must_use]
pub fn is_told(event: &Event) -> bool {
    matches!(
        event,
        Event::MessageDeleted(_)
            | Event::MessagePinned(_)
            | Event::MessageUnpinned(_)
            | Event::ReactionAdded(_)
            | Event::ReactionRemoved(_)
            | Event::PollUpdated(_)
            | Event::ChannelDeleted(_)
            | Event::ChannelClosed(_)
            | Event::ChannelPreferences(_)
            | Event::CategoryCreated(_)
            | Event::CategoryUpdated(_)
            | Event::CategoryDeleted(_)
            | Event::CommunityUpdated(_)
            | Event::CommunityDeleted(_)
            | Event::MemberJoined(_)
            | Event::MemberUpdated(_)
            | Event::MemberLeft(_)
            | Event::MemberKicked(_)
            | Event::MemberBanned(_)
            | Event::RoleUpdated(_)
            | Event::RoleDeleted(_)
            | Event::OverwriteUpdated(_)
            | Event::OverwriteDeleted(_)
            | Event::NotificationNew(_)
            | Event::NotificationRead(_)
            | Event::ReadUpdated(_)
            | Event::ThreadPreferences(_)
            | Event::DraftUpdated(_)
            | Event::SavedUpdated(_)
            | Event::CommandAnswered(_)
            | Event::ScheduledFailed(_)
            | Event::TypingStart(_)
            | Event::TypingStop(_)
    )
}
