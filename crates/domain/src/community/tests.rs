//! Decisions of a community.

use ajet_protocol::mint::Mint;
use ajet_protocol::{
    ChannelId, ChannelType, CommunityId, Event, Invite, Member, Permissions, Role, Timestamp, User, UserId,
    Visibility,
};
use uuid::Uuid;

use super::{Answer, Change, Command, CommunityCore, Facts, InviteFacts, NewChannel, NewWebhook, Refusal};
use crate::writer::{Core, Decision, Turn};
use crate::{Standing, Universe};

struct At(u64);

impl Universe for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0)
    }
    fn entropy(&mut self) -> u64 {
        7
    }
}

fn ann() -> User {
    User {
        id: UserId(Uuid::from_u128(1)),
        username: "ann".into(),
        display_name: "Ann".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn facts(role: Option<Role>) -> Facts {
    let member = role.map(|role| Member {
        user: ann(),
        role,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: Timestamp::from_unix_millis(0),
    });
    let standing = Standing {
        acl_version: 4,
        in_community: role.is_some(),
        in_channel: false,
        sees_channel: role.is_some(),
        permissions: role.map_or(Permissions::NONE, Permissions::of_role),
        muted_until: None,
    };
    Facts {
        acl_version: 4,
        standing,
        member,
        general: Some(ChannelId(Uuid::from_u128(8))),
        ..Facts::default()
    }
}

fn decide(command: &Command, facts: &Facts) -> Result<Decision<CommunityCore>, Refusal> {
    let mut core = CommunityCore::new(CommunityId(Uuid::from_u128(5)), Mint::above(1, None));
    core.decide(command, &mut Turn { facts, seq: 3, universe: &mut At(1_000) })
}

fn create() -> Command {
    let channel = NewChannel {
        name: " random ".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
    };
    Command::CreateChannel { by: ann(), key: "k".into(), fingerprint: 1, channel }
}

fn invite(max_uses: Option<i64>, uses: i64, expires_ms: Option<u64>) -> InviteFacts {
    let invite = Invite {
        code: "c".into(),
        community_id: CommunityId(Uuid::from_u128(5)),
        created_by: UserId(Uuid::from_u128(9)),
        max_uses,
        uses,
        expires_at: expires_ms.map(Timestamp::from_unix_millis),
        url: String::new(),
    };
    InviteFacts { invite, addressee: None, revoked: false, maker_may: true }
}

#[test]
fn who_may_make_channels() {
    for (role, refusal) in [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some(Refusal::Forbidden)),
        (None, Some(Refusal::NotFound)),
    ] {
        assert_eq!(decide(&create(), &facts(role)).err(), refusal, "{role:?}");
    }
}

#[test]
fn a_new_channel_raises_the_acl_and_its_event_says_so() {
    let decision = decide(&create(), &facts(Some(Role::Owner))).expect("may");
    assert!(decision.changes.contains(&Change::RaiseAcl));
    assert_eq!((decision.events[0].acl_version, decision.events[0].seq), (Some(5), Some(3)));
    let Ok(Some(Event::ChannelCreated(created))) = decision.events[0].event() else {
        panic!("channel.created")
    };
    assert_eq!(created.channel.name, "random", "trimmed");
}

#[test]
fn invites_are_over_when_they_are() {
    let accept = Command::AcceptInvite { by: ann(), code: "c".into() };
    let with = |invite| Facts { invite: Some(invite), ..facts(None) };
    let joined = decide(&accept, &with(invite(Some(2), 1, Some(1_001)))).expect("the last place");
    assert!(joined.changes.iter().any(|change| matches!(change, Change::UseInvite { .. })));
    assert!(
        joined.changes.iter().any(|change| matches!(change, Change::JoinChannel { .. })),
        "general on arrival"
    );
    let over = [
        invite(Some(2), 2, None),
        invite(None, 0, Some(1_000)),
        InviteFacts { revoked: true, ..invite(None, 0, None) },
        // M7: an invite is worth what its maker may do.
        InviteFacts { maker_may: false, ..invite(None, 0, None) },
    ];
    for one in over {
        assert_eq!(decide(&accept, &with(one)).err(), Some(Refusal::InviteOver));
    }
    assert_eq!(decide(&accept, &facts(None)).err(), Some(Refusal::NotFound));
    let banned = Facts { banned: true, ..with(invite(None, 0, None)) };
    assert_eq!(decide(&accept, &banned).err(), Some(Refusal::Banned));
    let foreign = InviteFacts { addressee: Some(UserId(Uuid::from_u128(77))), ..invite(None, 0, None) };
    assert_eq!(
        decide(&accept, &with(foreign)).err(),
        Some(Refusal::NotFound),
        "a direct invite is its addressee's"
    );
}

#[test]
fn joining_twice_uses_an_invite_once() {
    let accept = Command::AcceptInvite { by: ann(), code: "c".into() };
    let inside = Facts { invite: Some(invite(Some(1), 1, None)), ..facts(Some(Role::Member)) };
    let again = decide(&accept, &inside).expect("belongs already");
    assert_eq!((again.changes.len(), again.events.len()), (0, 0));
    assert_eq!(again.answer, Answer::Member(CommunityId(Uuid::from_u128(5))));
}

#[test]
fn webhooks_are_for_those_who_manage_them() {
    let webhook = NewWebhook {
        channel_id: ChannelId(Uuid::from_u128(8)),
        name: "CI".into(),
        avatar_url: None,
        token_hash: vec![0; 32],
    };
    let command = Command::CreateWebhook { by: ann().id, key: "k".into(), fingerprint: 1, webhook };
    assert_eq!(decide(&command, &facts(Some(Role::Member))).err(), Some(Refusal::Forbidden));
    assert!(decide(&command, &facts(Some(Role::Admin))).is_ok());
    let hidden = Facts {
        standing: Standing { sees_channel: false, ..facts(Some(Role::Admin)).standing },
        ..facts(Some(Role::Admin))
    };
    assert_eq!(decide(&command, &hidden).err(), Some(Refusal::NotFound));
}
