//! Golden commands about what a person is told of, and how.

use ajet_domain::Asked;
use ajet_domain::person::{
    self, Inform, Matter, Notice, Notify, QuietSpan, SetCommunityLevel, SetQuietHours,
};
use ajet_protocol::{ChannelId, CommunityId, MessageId, NotifyLevel, Timestamp};

use super::{id, server, session};

/// Each way in which a message concerns a person, some of what is no message, and what a person sets.
pub fn commands() -> Vec<Asked<person::Command>> {
    let (channel_id, message_id) = (ChannelId(id(3)), MessageId(id(2)));
    let community_id = CommunityId(id(5));
    let told = [Notice::Role, Notice::Here, Notice::Channel, Notice::Dm, Notice::ThreadReply]
        .map(|kind| Notify { channel_id, message_id, kind }.into());
    let inform = |matter: Matter, community_id, channel_id| -> person::Command {
        let at = Timestamp::from_unix_millis(1_000);
        Inform { notice: id(20), matter, source_id: id(21), community_id, channel_id, at }.into()
    };
    let informed = [
        inform(Matter::CommunityInvite, Some(community_id), None),
        inform(Matter::ChannelInvite, Some(community_id), Some(channel_id)),
        inform(Matter::WebhookOff, None, None),
    ];
    let span = QuietSpan { from: "22:00".into(), to: "07:00".into(), time_zone: "Europe/Berlin".into() };
    let own: [person::Command; 3] = [
        SetCommunityLevel { community_id, level: NotifyLevel::Mentions }.into(),
        SetQuietHours { hours: Some(span) }.into(),
        SetQuietHours { hours: None }.into(),
    ];
    let by_server = told.into_iter().chain(informed).map(|verb| Asked { by: server(), key: None, verb });
    by_server.chain(own.map(|verb| Asked { by: session(), key: None, verb })).collect()
}

/// What a matter is called in frames.
#[test]
fn matters_and_notices_keep_their_numbers_in_frames() {
    use super::Bincode;
    use ajet_domain::verb::Codec;

    let matters = [
        Matter::CommunityInvite,
        Matter::ChannelInvite,
        Matter::RoleChanged,
        Matter::Muted,
        Matter::Unmuted,
        Matter::Kicked,
        Matter::Banned,
        Matter::SignedIn,
        Matter::AccountLinked,
        Matter::Reminder,
        Matter::WebhookOff,
        Matter::SavedReminder,
        Matter::ExportReady,
    ];
    for (number, matter) in (0..).zip(matters) {
        assert_eq!(Bincode.write(&matter), Some(vec![number]), "{matter:?}");
    }
    let notices =
        [Notice::Mention, Notice::Role, Notice::Here, Notice::Channel, Notice::Dm, Notice::ThreadReply];
    for (number, notice) in (0..).zip(notices) {
        assert_eq!(Bincode.write(&notice), Some(vec![number]), "{notice:?}");
    }
}
