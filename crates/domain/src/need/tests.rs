//! What is known of a person is as old as the oldest of it.

use ajet_protocol::{CommunityId, NotifyLevel, Permissions, RoleId, Unread};
use uuid::Uuid;

use super::*;

const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(3));
const OWN: Scope = Scope(Uuid::from_u128(5));

fn as_of(acl_version: u64) -> Standing {
    Standing { acl_version, ..Standing::default() }
}

#[test]
fn what_is_known_of_a_person_is_as_old_as_the_oldest_of_it() {
    let webhook = WebhookId(Uuid::from_u128(4));
    let mut facts = Facts::default();
    assert!(facts.rests_on(OWN).is_empty());
    facts.put(StandingOf { user: BOB, channel: None }, as_of(4));
    facts.put(StandingOf { user: ANN, channel: None }, as_of(5));
    facts.put(StandingOf { user: ANN, channel: Some(CHANNEL) }, as_of(3));
    let expected = |ann_at, bob_at| {
        [(ANN, ann_at), (BOB, bob_at)].map(|(person, version)| Rests { scope: OWN, person, version })
    };
    assert_eq!(facts.rests_on(OWN), expected(3, 4));
    let found = WebhookFacts { channel: CHANNEL, standing: as_of(2) };
    facts.put(WebhookOf { webhook, user: BOB }, Some(found));
    facts.put(WebhookOf { webhook, user: ANN }, None);
    assert_eq!(facts.rests_on(OWN), expected(3, 2));
    let maker = Some(Maker { user: ANN, standing: as_of(1) });
    let invite = InviteFacts {
        id: InviteId(Uuid::from_u128(7)),
        addressee: None,
        max_uses: None,
        uses: 0,
        expires_at: None,
        revoked: false,
        maker,
    };
    facts.put(InviteOf("c".into()), Some(invite));
    facts.put(InviteOf("d".into()), None);
    assert_eq!(facts.rests_on(OWN), expected(1, 2), "an invite is worth what its maker may do");
    let allowance = Allowance { allow: Permissions::NONE, standing: as_of(0) };
    facts.put(AllowedTo { role: RoleId(Uuid::from_u128(8)), user: BOB }, vec![allowance]);
    assert_eq!(facts.rests_on(OWN), expected(1, 0), "a role is given by what its giver may do in channels");
}

/// Ann's marker at the nth message of a channel, in this scope as of this version.
fn put_marker(facts: &mut Facts, n: u128, scope: Scope, acl_version: u64) {
    let asked = MarkerOf { user: ANN, channel: CHANNEL, message: MessageId(Uuid::from_u128(n)) };
    let unread = Unread { count: 0, mentions: 0 };
    let joined = Joined { scope, acl_version };
    facts.put(asked, Some(MarkerFacts { read_to: None, unread, joined }));
}

#[test]
fn a_marker_rests_on_the_version_of_its_own_scope() {
    let here = Scope::from(CommunityId(Uuid::from_u128(6)));
    let dm = Scope::from(CHANNEL);
    let mut facts = Facts::default();
    facts.put(StandingOf { user: ANN, channel: None }, as_of(1));
    for (n, (scope, version)) in (1..).zip([(here, 9), (here, 8), (dm, 4)]) {
        put_marker(&mut facts, n, scope, version);
    }
    let unjoined = MarkerOf { user: BOB, channel: CHANNEL, message: MessageId(Uuid::from_u128(1)) };
    facts.put(unjoined, None);
    let expected = [(dm, 4), (OWN, 1), (here, 8)];
    let expected = expected.map(|(scope, version)| Rests { scope, person: ANN, version });
    assert_eq!(facts.rests_on(OWN), expected);
}

/// I6.
#[test]
fn what_a_person_is_told_of_and_sets_rests_on_the_version_of_its_own_scope() {
    let here = Scope::from(CommunityId(Uuid::from_u128(6)));
    let dm = Scope::from(CHANNEL);
    let asked = |user, n| NoticeOf { user, channel: CHANNEL, message: MessageId(Uuid::from_u128(n)) };
    let joined = |scope, acl_version| Joined { scope, acl_version };
    let (wishes, community) = (Wishes::default(), None);
    let found = |joined| {
        let wishes = wishes.clone();
        Some(NoticeFacts { told: false, read: false, wishes, community, joined })
    };
    let mut facts = Facts::default();
    put_marker(&mut facts, 1, here, 9);
    facts.put(asked(ANN, 1), found(joined(here, 8)));
    facts.put(asked(ANN, 2), found(joined(dm, 4)));
    facts.put(asked(BOB, 1), None);
    let (notify, elsewhere, hidden) = (None, NotifyLevel::All, false);
    let set = PreferenceFacts { muted: true, notify, elsewhere, community, hidden, joined: joined(dm, 3) };
    facts.put(PreferencesOf { user: ANN, channel: CHANNEL }, Some(set));
    facts.put(PreferencesOf { user: BOB, channel: CHANNEL }, None);
    let (channel, message) = (CHANNEL, MessageId(Uuid::from_u128(1)));
    let from =
        UnreadFromFacts { read_to: None, before: None, unread: Unread::default(), joined: joined(here, 7) };
    facts.put(UnreadFrom { user: ANN, channel, message }, Some(from));
    facts.put(UnreadFrom { user: BOB, channel, message }, None);
    let expected = [(dm, 3), (here, 7)].map(|(scope, version)| Rests { scope, person: ANN, version });
    assert_eq!(facts.rests_on(OWN), expected);
}
