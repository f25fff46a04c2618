//! Decisions that concern one person: who is told, of what, and who is not.

use ajet_protocol::NotificationReason;

use super::*;

/// Whom a row has told, and why; `None` for a row of another kind.
pub fn due(change: &Change) -> Option<(UserId, NotificationReason)> {
    if let Change::DueNotice(notice) = change { Some((notice.user_id, notice.reason)) } else { None }
}

/// All rows but those by which somebody is told.
pub fn rows(changes: &[Change]) -> Vec<Change> {
    changes.iter().filter(|change| due(change).is_none()).cloned().collect()
}

fn told<V: Verb<Entity = CommunityCore>>(town: &Town, verb: &V) -> Vec<(UserId, NotificationReason)> {
    let Ok(decision) = town.decide(verb) else { panic!("may") };
    decision.changes.iter().filter_map(due).collect()
}

#[test]
fn who_is_muted_unmuted_or_banned_is_told() {
    let town = town(Some(Role::Admin));
    assert_eq!(told(&town, &mute(MEMBER, None)), [(MEMBER, NotificationReason::Muted)]);
    assert_eq!(told(&town, &unmute(MUTED)), [(MUTED, NotificationReason::Unmuted)]);
    assert_eq!(told(&town, &unmute(MEMBER)), [], "they were not muted");
    assert_eq!(told(&town, &ban(MEMBER)), [(MEMBER, NotificationReason::Banned)]);
    assert_eq!(told(&town, &ban(OUTSIDER)), [], "who was never there learns nothing of the community");
    assert_eq!(told(&town, &unban(BANNED)), [], "they may never have been there");
    assert_eq!(told(&town, &unban(MEMBER)), [], "they were not banned");
}

#[test]
fn who_is_muted_to_the_same_end_again_is_not_told_again() {
    let mut town = town(Some(Role::Admin));
    let muted = [(MUTED, NotificationReason::Muted)];
    assert_eq!(told(&town, &mute(MUTED, None)), muted, "for longer");
    assert_eq!(
        told(&town, &mute(HEARD, Some(60))),
        [(HEARD, NotificationReason::Muted)],
        "the last one is over"
    );
    town.members.get_mut(&MUTED).expect("a member").muted_until = Some(Timestamp::FAR);
    assert_eq!(told(&town, &mute(MUTED, None)), []);
    assert_eq!(told(&town, &mute(MUTED, Some(60))), muted, "for a shorter time");
}

#[test]
fn who_is_invited_is_told_and_of_an_invite_for_anybody_no_one() {
    let invite = |addressee| CreateInvite { code: "c".into(), max_uses: None, expires_at: None, addressee };
    let town = town(Some(Role::Member));
    let decision = town.decide(&invite(Some(OUTSIDER))).expect("may");
    let [Change::AddInvite { id, .. }, Change::DueNotice(notice)] = &decision.changes[..] else {
        panic!("{:?}", decision.changes)
    };
    assert_eq!((notice.user_id, notice.actor), (OUTSIDER, ANN));
    assert_eq!((notice.reason, notice.source_id), (NotificationReason::CommunityInvite, id.0));
    assert_eq!(notice.channel_id, None);
    assert_eq!(told(&town, &invite(None)), []);
}

#[test]
fn two_notices_of_one_kind_are_two() {
    let town = town(Some(Role::Admin));
    let of = |verb: &Mute| {
        let decision = town.decide(verb).expect("may");
        decision.changes.iter().find_map(|change| match change {
            Change::DueNotice(notice) => Some(*notice),
            _ => None,
        })
    };
    let notice = of(&mute(MEMBER, Some(60))).expect("is told");
    assert_eq!(notice.source_id, notice.community_id.expect("a community").0);
    assert_ne!(notice.id, notice.source_id, "its id is its own");
}
