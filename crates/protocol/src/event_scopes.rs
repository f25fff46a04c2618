//! Which scope a token needs to get an event: each type has one, or is for signed-in people alone.

use crate::{EventType, TokenScope};

impl EventType {
    /// The scope without which a token's stream does not bring events of this type; `None` where no scope is enough, since they are a
    /// person's own.
    #[must_use]
    pub fn scope(self) -> Option<TokenScope> {
        match self {
            Self::MessageCreated
            | Self::MessageEdited
            | Self::MessageDeleted
            | Self::MessagePinned
            | Self::MessageUnpinned
            | Self::ReactionAdded
            | Self::ReactionRemoved
            | Self::PollUpdated
            | Self::TypingStart
            | Self::TypingStop => Some(TokenScope::MessagesRead),
            Self::ChannelCreated
            | Self::ChannelUpdated
            | Self::ChannelDeleted
            | Self::ChannelClosed
            | Self::CategoryCreated
            | Self::CategoryUpdated
            | Self::CategoryDeleted
            | Self::CommunityUpdated
            | Self::CommunityDeleted
            | Self::EmojiCreated
            | Self::EmojiDeleted => Some(TokenScope::ChannelsRead),
            Self::MemberJoined
            | Self::MemberLeft
            | Self::MemberKicked
            | Self::MemberBanned
            | Self::MemberUpdated
            | Self::RoleCreated
            | Self::RoleUpdated
            | Self::RoleDeleted
            | Self::OverwriteUpdated
            | Self::OverwriteDeleted
            | Self::UserUpdated
            | Self::PresenceOnline
            | Self::PresenceOffline => Some(TokenScope::MembersRead),
            Self::CommandInvoked => Some(TokenScope::CommandsWrite),
            Self::ChannelPreferences
            | Self::CommunityPreferences
            | Self::CommandAnswered
            | Self::ScheduledFailed
            | Self::NotificationNew
            | Self::NotificationRead
            | Self::ReadUpdated
            | Self::ThreadPreferences
            | Self::BlockUpdated
            | Self::DraftUpdated
            | Self::SavedUpdated
            | Self::ScheduledSent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Readers;

    /// What a slash command brings goes to the stream of the bot that answers it, though it is for that account alone.
    fn is_of_commands(kind: EventType) -> bool {
        kind.as_str().starts_with("command.")
    }

    #[test]
    fn what_is_a_persons_own_is_for_sessions_alone() {
        for kind in EventType::ALL.iter().copied().filter(|kind| !is_of_commands(*kind)) {
            let own = matches!(kind.readers(), Readers::Person);
            assert_eq!(kind.scope().is_none(), own, "{}", kind.as_str());
        }
    }

    #[test]
    fn events_take_a_scope_that_reads() {
        for kind in EventType::ALL.iter().copied().filter(|kind| !is_of_commands(*kind)) {
            assert!(kind.scope().is_none_or(|scope| scope.as_str().ends_with(":read")), "{}", kind.as_str());
        }
    }
}
