//! Decisions about channels: who makes and changes them, and who manages their webhooks.

use ajet_protocol::{Channel, NotifyLevel, Unread};

use super::*;
use crate::acl::Affected;
use crate::community::create_channel::Refused as NotCreated;
use crate::community::rights::{Silenced, Unpublished};
use crate::community::update_channel::Refused as NotUpdated;

/// A channel as it is stored: public, with a topic.
pub fn stored(id: ChannelId) -> Option<Channel> {
    let channel = Channel {
        id,
        community_id: Some(CommunityId(Uuid::from_u128(50))),
        name: "plans".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: Some("Next week".into()),
        category_id: None,
        position: 0,
        members: vec![],
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::default(),
        archived: false,
        slow_mode_s: 0,
        created_at: Timestamp::from_unix_millis(0),
    };
    (id == CHANNEL).then_some(channel)
}

/// Changes all that can be changed but for where it stands.
pub fn update() -> UpdateChannel {
    UpdateChannel {
        channel_id: CHANNEL,
        name: Some("secret plans".into()),
        topic: Some("This week".into()),
        visibility: Some(Visibility::Private),
        category_id: None,
        position: None,
    }
}

fn topic(text: &str) -> UpdateChannel {
    UpdateChannel { name: None, topic: Some(text.into()), visibility: None, ..update() }
}

#[test]
fn who_may_make_channels() {
    let table: [(Option<Role>, Option<NotCreated>); 4] = [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some(Denied::Forbidden.into())),
        (None, Some(Denied::NotFound.into())),
    ];
    for (role, refusal) in table {
        assert_eq!(town(role).decide(&create()).err(), refusal, "{role:?}");
    }
    let category_id = Some(CategoryId(Uuid::from_u128(21)));
    let elsewhere = CreateChannel { category_id, ..create() };
    assert_eq!(town(Some(Role::Owner)).decide(&elsewhere).err(), Some(NotCreated::CategoryUnknown));
}

#[test]
fn webhooks_are_for_those_who_manage_them() {
    let delete = DeleteWebhook { webhook_id: WEBHOOK };
    let unseen = Standing { sees_channel: false, ..town(Some(Role::Admin)).standing };
    let hidden = Town { standing: unseen, ..town(Some(Role::Admin)) };
    for (town, refusal) in [
        (town(Some(Role::Member)), Some(Denied::Forbidden)),
        (town(Some(Role::Admin)), None),
        (hidden, Some(Denied::NotFound)),
    ] {
        assert_eq!(town.decide(&webhook()).err(), refusal.map(Unpublished::from));
        assert_eq!(town.decide(&delete).err(), refusal);
    }
    let unknown = DeleteWebhook { webhook_id: WebhookId(Uuid::nil()) };
    assert_eq!(town(Some(Role::Admin)).decide(&unknown).err(), Some(Denied::NotFound));
}

#[test]
fn managers_change_a_channel_and_members_its_topic() {
    let unseen = Standing { sees_channel: false, ..town(Some(Role::Admin)).standing };
    let hidden = Town { standing: unseen, ..town(Some(Role::Admin)) };
    for (town, whole, alone) in [
        (town(Some(Role::Owner)), None, None),
        (town(Some(Role::Admin)), None, None),
        (town(Some(Role::Member)), Some(Denied::Forbidden), None),
        (hidden, Some(Denied::NotFound), Some(Denied::NotFound)),
        (town(None), Some(Denied::NotFound), Some(Denied::NotFound)),
    ] {
        assert_eq!(town.decide(&update()).err(), whole.map(NotUpdated::Denied));
        assert_eq!(town.decide(&topic("x")).err(), alone.map(NotUpdated::Denied));
    }
    let unknown = UpdateChannel { channel_id: ChannelId(Uuid::nil()), ..update() };
    assert_eq!(town(Some(Role::Owner)).decide(&unknown).err(), Some(Denied::NotFound.into()));
}

/// A name and a topic are read by others, as messages are.
#[test]
fn a_muted_person_changes_no_channel() {
    let mut town = town(Some(Role::Admin));
    town.standing.muted_until = Some(Timestamp::from_unix_millis(NOW + 1));
    for verb in [update(), topic("x")] {
        assert_eq!(town.decide(&verb).err(), Some(Silenced::Muted.into()));
    }
    town.standing.muted_until = Some(Timestamp::from_unix_millis(NOW));
    assert!(town.decide(&update()).is_ok(), "the mute is over");
}

#[test]
fn what_changes_is_written_and_told() {
    let mut town = town(Some(Role::Admin));
    town.standing.in_channel = true;
    let decision = town.decide(&update()).expect("may");
    let change = Change::UpdateChannel {
        id: CHANNEL,
        name: Some("secret plans".into()),
        topic: Some("This week".into()),
        visibility: Some(Visibility::Private),
    };
    assert_eq!((decision.changes, decision.raises), (vec![change], vec![Affected::Channel(CHANNEL)]));
    let [event, closed] = &decision.events[..] else { panic!("two events") };
    assert_eq!((event.kind, event.channel), (EventType::ChannelUpdated, Some(CHANNEL)));
    assert_eq!((closed.kind, closed.channel), (EventType::ChannelClosed, Some(CHANNEL)));
    assert!(!closed.payload.get().contains("plans"), "its name is not for those outside");
    let told: ChannelPayload = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(
        (told.channel.name.as_str(), told.channel.visibility),
        ("secret plans", Visibility::Private),
        "as it is afterwards"
    );
    let cleared = town.decide(&topic("")).expect("may");
    let change = Change::UpdateChannel { id: CHANNEL, name: None, topic: None, visibility: None };
    assert_eq!((cleared.changes, cleared.raises, cleared.events.len()), (vec![change], vec![], 1));
}

#[test]
fn what_is_so_already_changes_nothing() {
    let visibility = Some(Visibility::Public);
    let same = UpdateChannel { name: Some("plans".into()), visibility, ..topic("Next week") };
    let empty = UpdateChannel { topic: None, ..topic("") };
    for verb in [same, empty, topic(" Next week ")] {
        let nothing = town(Some(Role::Admin)).decide(&verb).expect("may");
        assert_eq!((nothing.changes.len(), nothing.events.len(), nothing.raises), (0, 0, vec![]), "{verb:?}");
    }
}

/// Else a channel could be left that no one sees any more.
#[test]
fn the_person_who_makes_a_channel_private_is_in_it() {
    let decision = town(Some(Role::Admin)).decide(&update()).expect("may");
    assert_eq!(decision.raises, [Affected::Channel(CHANNEL), Affected::Person(ANN)]);
    let joins = |change: &Change| matches!(change, Change::JoinChannel { user_id, .. } if *user_id == ANN);
    assert!(decision.changes.iter().any(joins), "{:?}", decision.changes);
    let kinds: Vec<_> = decision.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventType::MemberJoined, EventType::ChannelUpdated, EventType::ChannelClosed]);
    assert!(decision.events.iter().all(|event| event.channel == Some(CHANNEL)));
}

#[test]
fn a_name_that_is_taken_is_a_conflict() {
    assert_eq!(UpdateChannel::constraint("channels_name_key"), Some(NotUpdated::NameTaken));
}
