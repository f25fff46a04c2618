//! Words of the API in frames.

use super::*;

/// Words of the API that verbs hold: their order is their number in frames.
#[test]
fn words_of_the_api_keep_their_numbers_in_frames() {
    for (number, kind) in
        (0..).zip([ChannelType::Text, ChannelType::Voice, ChannelType::Dm, ChannelType::GroupDm])
    {
        assert_eq!(Bincode.write(&kind), Some(vec![number]), "{kind:?}");
    }
    for (number, visibility) in (0..).zip([Visibility::Public, Visibility::Private]) {
        assert_eq!(Bincode.write(&visibility), Some(vec![number]), "{visibility:?}");
    }
    for (number, presence) in (0..).zip([PresenceMode::Auto, PresenceMode::Invisible]) {
        assert_eq!(Bincode.write(&presence), Some(vec![number]), "{presence:?}");
    }
    for (number, role) in (0..).zip([Role::Member, Role::Admin, Role::Owner]) {
        assert_eq!(Bincode.write(&role), Some(vec![number]), "{role:?}");
    }
    for (number, level) in (0..).zip([NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing]) {
        assert_eq!(Bincode.write(&level), Some(vec![number]), "{level:?}");
    }
}
