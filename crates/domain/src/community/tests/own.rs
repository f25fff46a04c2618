//! Decisions about the community itself and its invites: who changes and deletes it, and who revokes what.

pub mod bots;
pub mod commands;
pub mod looks;
pub mod outgoing;
mod webhooks;

use std::borrow::Cow;

use ajet_protocol::events::{CommunityGone, CommunityPayload};

use super::*;
use crate::acl::Affected;
use crate::community::create_invite::Refused as NotInvited;
use crate::community::delete_community::Refused as NotDeleted;
use crate::community::update_community::Refused as NotUpdated;
use crate::community::{DeleteCommunity, RevokeInvite, UpdateCommunity};
use crate::job::JobRequest;
use crate::need::{CommunityFacts, InviteOwner, InvitesBy, LivingInvites};
use crate::verb::AuditTarget;

const HOME: CommunityId = CommunityId(Uuid::from_u128(50));
/// A channel that not everybody sees.
const HIDDEN: ChannelId = ChannelId(Uuid::from_u128(9));
/// An invite of Ann's, one of another member's, and one of another member's that was revoked.
const OWN: InviteId = InviteId(Uuid::from_u128(40));
const OTHERS: InviteId = InviteId(Uuid::from_u128(41));
const REVOKED: InviteId = InviteId(Uuid::from_u128(42));

fn stored() -> CommunityFacts {
    CommunityFacts {
        name: "Ferris".into(),
        slug: "ferris".into(),
        default_channel: Some(ChannelId(Uuid::from_u128(7))),
        avatar_url: None,
        created_at: Timestamp::from_unix_millis(0),
    }
}

/// Looks up what is asked of the community itself and its invites.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    needs.communities.iter().for_each(|one| facts.put(*one, Some(stored())));
    needs.open_channels.iter().for_each(|one| facts.put(*one, one.0 == CHANNEL));
    needs.kept_mutes.iter().for_each(|one| facts.put(*one, None));
    looks::answer(needs, facts);
    bots::answer(needs, facts);
    outgoing::answer(needs, facts);
    commands::answer(needs, facts);
    needs.living_invites.iter().for_each(|one| facts.put(*one, 3));
    needs.invites_made.iter().for_each(|one| facts.put(*one, 2));
    let made = |id: InviteId, person| (id, InviteOwner { created_by: Some(person), revoked: id == REVOKED });
    let invites = HashMap::from([made(OWN, ANN), made(OTHERS, MEMBER), made(REVOKED, MEMBER)]);
    needs.invites_by_id.iter().for_each(|one| facts.put(*one, invites.get(&one.0).copied()));
}

/// Changes all that can be changed.
pub fn update() -> UpdateCommunity {
    UpdateCommunity {
        name: Some("Rust".into()),
        slug: Some("rust".into()),
        default_channel_id: Some(CHANNEL),
    }
}

pub fn delete() -> DeleteCommunity {
    DeleteCommunity
}

pub fn revoke() -> RevokeInvite {
    RevokeInvite { invite_id: OTHERS }
}

const NOTHING: UpdateCommunity = UpdateCommunity { name: None, slug: None, default_channel_id: None };

#[test]
fn owners_and_admins_change_a_community() {
    let table: [(Option<Role>, Option<NotUpdated>); 4] = [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some(Denied::Forbidden.into())),
        (None, Some(Denied::NotFound.into())),
    ];
    for (role, refusal) in table {
        assert_eq!(town(role).decide(&update()).err(), refusal, "{role:?}");
    }
}

#[test]
fn a_changed_community_is_shown_as_it_is_afterwards() {
    let decision = town(Some(Role::Admin)).decide(&update()).expect("may");
    let change = Change::UpdateCommunity {
        id: HOME,
        name: Some("Rust".into()),
        slug: Some("rust".into()),
        default_channel: Some(CHANNEL),
    };
    assert_eq!((decision.changes, decision.raises), (vec![change], vec![]));
    let event = &decision.events[0];
    assert_eq!((event.kind, event.audience), (EventType::CommunityUpdated, Some(Audience::Members)));
    let CommunityPayload { community } = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!((community.id, community.name.as_str(), community.slug.as_str()), (HOME, "Rust", "rust"));
    assert_eq!(community.default_channel_id, Some(CHANNEL));
    // What stays is not written: the key of names is that of the slug.
    let renamed = UpdateCommunity { slug: Some("ferris".into()), name: Some("Rust".into()), ..NOTHING };
    let decision = town(Some(Role::Admin)).decide(&renamed).expect("may");
    let name = Some("Rust".to_owned());
    assert_eq!(
        decision.changes,
        [Change::UpdateCommunity { id: HOME, name, slug: None, default_channel: None }]
    );
}

#[test]
fn what_is_so_already_changes_nothing() {
    let same = UpdateCommunity {
        name: Some("Ferris".into()),
        slug: Some("ferris".into()),
        default_channel_id: None,
    };
    for update in [NOTHING, same] {
        let nothing = town(Some(Role::Owner)).decide(&update).expect("may");
        assert_eq!((nothing.changes.len(), nothing.events.len(), nothing.raises.len()), (0, 0, 0));
    }
}

#[test]
fn people_arrive_where_everybody_may_be() {
    for (channel, refusal) in [
        (CHANNEL, None),
        (HIDDEN, Some(NotUpdated::NotOpen)),
        (ChannelId(Uuid::nil()), Some(NotUpdated::NotOpen)),
    ] {
        let update = UpdateCommunity { default_channel_id: Some(channel), ..NOTHING };
        assert_eq!(town(Some(Role::Owner)).decide(&update).err(), refusal, "{channel}");
    }
    assert_eq!(UpdateCommunity::constraint("communities_slug_key"), Some(NotUpdated::SlugTaken));
}

#[test]
fn an_owner_deletes_a_community_for_everybody() {
    let table: [(Option<Role>, Option<NotDeleted>); 4] = [
        (Some(Role::Owner), None),
        (Some(Role::Admin), Some(NotDeleted::NotTheOwner)),
        (Some(Role::Member), Some(Denied::Forbidden.into())),
        (None, Some(Denied::NotFound.into())),
    ];
    for (role, refusal) in table {
        assert_eq!(town(role).decide(&delete()).err(), refusal, "{role:?}");
    }
    let decision = town(Some(Role::Owner)).decide(&delete()).expect("may");
    let at = Timestamp::from_unix_millis(NOW);
    let job = JobRequest::DeleteCommunity { community_id: HOME };
    assert_eq!(decision.changes, [Change::DeleteCommunity { id: HOME, at }, Change::RequestJob(job)]);
    assert_eq!(decision.raises, [Affected::Everyone]);
    let event = &decision.events[0];
    assert_eq!((event.kind, event.audience), (EventType::CommunityDeleted, Some(Audience::Members)));
    let gone: CommunityGone = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(gone.community_id, HOME);
}

#[test]
fn an_invite_is_revoked_by_its_maker_and_by_who_manages_the_community() {
    let unknown = InviteId(Uuid::nil());
    for (role, invite_id, refusal) in [
        (Some(Role::Member), OWN, None),
        (Some(Role::Member), OTHERS, Some(Denied::Forbidden)),
        (Some(Role::Admin), OTHERS, None),
        (Some(Role::Owner), OTHERS, None),
        (Some(Role::Owner), unknown, Some(Denied::NotFound)),
        (None, OWN, Some(Denied::NotFound)),
    ] {
        let decided = town(role).decide(&RevokeInvite { invite_id });
        assert_eq!(decided.as_ref().err(), refusal.as_ref(), "{role:?} {invite_id}");
        if let Ok(decision) = decided {
            let at = Timestamp::from_unix_millis(NOW);
            assert_eq!(decision.changes, [Change::RevokeInvite { id: invite_id, at }]);
        }
    }
    let again = town(Some(Role::Admin)).decide(&RevokeInvite { invite_id: REVOKED }).expect("may");
    assert!(again.changes.is_empty(), "again changes nothing");
}

#[test]
fn a_community_has_so_many_living_invites_and_so_many_of_one_person() {
    let verb = CreateInvite { code: "c".into(), max_uses: None, expires_at: None, addressee: None };
    let by = Caller::session(user(ANN));
    let mut needs = Needs::default();
    let mut core = CommunityCore::new(HOME, Mint::above(1, None));
    verb.needs(&core, &by, &mut needs);
    let mut facts = town(Some(Role::Member)).facts(&needs);
    for (living, theirs, refusal) in
        [(999, 99, None), (1000, 0, Some(NotInvited::TooMany)), (100, 100, Some(NotInvited::TooManyOfTheirs))]
    {
        facts.put(LivingInvites, living);
        facts.put(InvitesBy(ANN), theirs);
        let mut universe = Still;
        let mut turn =
            Turn { by: &by, key: None, facts: &facts, seq: 3, now: universe.now(), universe: &mut universe };
        assert_eq!(verb.decide(&mut core, &mut turn).err(), refusal, "{living} {theirs}");
    }
}

#[test]
fn acts_of_managers_are_audited_with_what_they_were_done_to() {
    for (command, action, target) in [
        (Command::from(update()), "community.update", AuditTarget::Community),
        (delete().into(), "community.delete", AuditTarget::Community),
        (revoke().into(), "invite.revoke", AuditTarget::Invite(OTHERS)),
        (create().into(), "channel.create", AuditTarget::Made("channel")),
        (ban(MEMBER).into(), "member.ban", AuditTarget::Person(MEMBER)),
    ] {
        let audit = command.audit().expect("is audited");
        assert_eq!((audit.action, audit.target), (action, target));
    }
    let audited = Command::from(ban(MEMBER));
    let details = audited.audit().expect("is audited").details;
    assert_eq!(details, [("reason", Cow::Borrowed("spam"))]);
}
