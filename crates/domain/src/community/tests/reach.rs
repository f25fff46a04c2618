//! Decisions about what is within somebody's reach: by their rights in a channel, by their rank, and by what they hold themselves.

use ajet_protocol::{Channel, Overwrite, OverwriteTarget};

use super::*;
use crate::community::grants::Beyond;
use crate::community::leave_channel::Refused as NotLeft;
use crate::community::set_overwrite::Refused as NotSet;
use crate::community::update_member::Refused as NotChanged;
use crate::community::{
    CreateCategory, RemoveFromChannel, UpdateCategory, UpdateCommunity, UpdateMember, UpdateRole,
};
use crate::need::{Allowance, AllowedTo, ChannelOf, HeldRoles, OthersIn, OverwriteOf, StandingOf, WebhookOf};

/// Decides a verb of Ann's by what is stored, some of which is as `change` has it.
pub(super) fn decide_where<V: Verb<Entity = CommunityCore>>(
    town: &Town,
    verb: &V,
    change: impl FnOnce(&mut Facts),
) -> Decided<V> {
    let (by, mut universe, mut asked) = (Caller::session(user(ANN)), Still, Needs::default());
    let mut core = CommunityCore::new(CommunityId(Uuid::from_u128(50)), Mint::above(1, None));
    verb.needs(&core, &by, &mut asked);
    let mut facts = town.facts(&asked);
    change(&mut facts);
    let now = universe.now();
    let mut turn = Turn { by: &by, key: None, facts: &facts, seq: 3, now, universe: &mut universe };
    verb.decide(&mut core, &mut turn)
}

/// The caller's rights in the channel, which are others than in the community.
fn with_rights_here(permissions: &[Permission]) -> Standing {
    Standing { permissions: Permissions::of(permissions), ..standing(Some(Role::Member)) }
}

/// What a channel denies there is not done there, whatever the community grants; and what it allows is done.
#[test]
fn a_webhook_is_ended_by_the_rights_in_its_channel() {
    let delete = DeleteWebhook { webhook_id: WEBHOOK };
    let question = WebhookOf { webhook: WEBHOOK, user: ANN };
    for (role, here, refusal) in [
        (Role::Admin, with_rights_here(&[]), Some(Denied::Forbidden)),
        (Role::Member, with_rights_here(&[Permission::ManageWebhooks]), None),
    ] {
        let facts = |facts: &mut Facts| {
            facts.put(question, Some(WebhookFacts { channel: CHANNEL, standing: here }));
        };
        assert_eq!(decide_where(&town(Some(role)), &delete, facts).err(), refusal, "{role:?}");
    }
}

#[test]
fn members_are_put_out_of_a_channel_by_the_rights_there() {
    let remove = RemoveFromChannel { channel_id: CHANNEL, user_id: MEMBER };
    let here = |standing: Standing| {
        move |facts: &mut Facts| {
            facts.put(StandingOf { user: ANN, channel: Some(CHANNEL) }, standing);
        }
    };
    let denied = here(with_rights_here(&[]));
    let refused = decide_where(&town(Some(Role::Admin)), &remove, denied).err();
    assert_eq!(refused, Some(Denied::Forbidden.into()));
    let allowed = with_rights_here(&[Permission::ManageChannels]);
    let mut town = town(Some(Role::Member));
    assert!(decide_where(&town, &remove, here(allowed)).is_ok());
    town.ranks.insert(MEMBER, Rank::Role(1));
    let above = decide_where(&town, &remove, here(allowed)).err();
    assert_eq!(above, Some(Untouchable::Above), "the rank counts here as well");
}

/// A name is read by others, as messages are.
#[test]
fn a_muted_person_publishes_no_names() {
    let by = Caller::session(user(ANN));
    let mut town = town(Some(Role::Owner));
    let category_id = CategoryId(Uuid::from_u128(20));
    let names: [Command; 8] = [
        create().into(),
        CreateCategory { name: "Groups".into(), position: None }.into(),
        UpdateCategory { category_id, name: Some("Groups".into()), position: None }.into(),
        channels::update().into(),
        roles::create(5).into(),
        roles::update().into(),
        own::update().into(),
        webhook().into(),
    ];
    let position = Some(3);
    let no_names: [Command; 4] = [
        UpdateCategory { category_id, name: None, position }.into(),
        UpdateRole { role_id: roles::LOW, name: None, permissions: None, position }.into(),
        UpdateCommunity { name: None, slug: None, default_channel_id: Some(CHANNEL) }.into(),
        ban(MEMBER).into(),
    ];
    for (until, refused) in [(NOW + 1, Err("Muted")), (NOW, Ok(()))] {
        town.standing.muted_until = Some(Timestamp::from_unix_millis(until));
        let decided = |command: &Command| town.allows(&by, command).map_err(Command::refusal_name);
        names.iter().for_each(|command| assert_eq!(decided(command), refused, "{command:?}"));
        no_names.iter().for_each(|command| assert_eq!(decided(command), Ok(()), "{command:?}"));
    }
}

/// What an admin set for themselves would outlast their being one.
#[test]
fn an_overwrite_for_oneself_is_an_owners_alone() {
    for (role, refusal) in [
        (Role::Owner, None),
        (Role::Admin, Some(Beyond::OwnOverwrite)),
        (Role::Member, Some(Denied::Forbidden.into())),
    ] {
        let refused = town(Some(role)).decide(&roles::set(ANN.0, roles::KICK)).err();
        assert_eq!(refused, refusal.map(NotSet::from), "{role:?}");
    }
    let own = |facts: &mut Facts| {
        let (channel_id, target_id, target_type) = (CHANNEL, ANN.0, OverwriteTarget::User);
        let own = Overwrite { channel_id, target_id, target_type, allow: vec![], deny: vec![roles::KICK] };
        facts.put(OverwriteOf { channel: CHANNEL, target: ANN.0 }, Some(own));
    };
    let removed = decide_where(&roles::manager(), &roles::remove(ANN.0), own);
    assert_eq!(removed.err(), Some(Beyond::OwnOverwrite));
}

/// No rank stands in the way of the overwrite for everybody.
#[test]
fn what_everybody_may_do_in_a_channel_is_for_those_who_manage_roles_everywhere() {
    let everybody = roles::set(Uuid::from_u128(50), Permission::SendMessages);
    let here = with_rights_here(&[Permission::ManageRoles, Permission::SendMessages]);
    let there = |facts: &mut Facts| facts.put(StandingOf { user: ANN, channel: Some(CHANNEL) }, here);
    let town = town(Some(Role::Member));
    let refused = decide_where(&town, &everybody, there).err();
    assert_eq!(refused, Some(Beyond::from(Denied::Forbidden).into()), "not by an overwrite alone");
    let person = roles::set(MUTED.0, Permission::SendMessages);
    assert!(decide_where(&town, &person, there).is_ok());
    assert!(roles::manager().decide(&everybody).is_ok());
}

/// What a channel allows a role, those may do who hold it: else it would be given by who may not do it there.
#[test]
fn a_role_is_given_by_who_may_do_what_channels_allow_it() {
    let roles = Some(vec![roles::LOW]);
    let give = UpdateMember { user_id: MEMBER, own: false, role: None, nickname: None, roles };
    let question = AllowedTo { role: roles::LOW, user: ANN };
    for (here, refusal) in [
        (with_rights_here(&[Permission::SendMessages]), Some(Beyond::NotHeld)),
        (with_rights_here(&[Permission::PinMessages]), None),
    ] {
        let allowed = |facts: &mut Facts| {
            let allow = Permissions::of(&[Permission::PinMessages]);
            facts.put(question, vec![Allowance { allow, standing: here }]);
        };
        let refused = decide_where(&roles::manager(), &give, allowed).err();
        assert_eq!(refused, refusal.map(NotChanged::from));
    }
}

#[test]
fn a_role_that_one_holds_is_deleted_by_others() {
    let held = |facts: &mut Facts| {
        let role = roles::stored(roles::LOW);
        facts.put(HeldRoles(ANN), role.into_iter().collect());
    };
    let delete = roles::delete(roles::LOW);
    assert_eq!(decide_where(&roles::manager(), &delete, held).err(), Some(Beyond::HeldRole));
    assert!(decide_where(&town(Some(Role::Admin)), &delete, held).is_ok(), "may do all already");
}

/// What was imposed on a person stays when they leave: it is lifted by who may, or changed.
#[test]
fn an_overwrite_for_a_person_who_has_left_may_be_lifted() {
    let (channel_id, target_id) = (CHANNEL, OUTSIDER.0);
    let left = |facts: &mut Facts| {
        let (target_type, deny) = (OverwriteTarget::User, vec![roles::KICK]);
        let left = Overwrite { channel_id, target_id, target_type, allow: vec![], deny };
        facts.put(OverwriteOf { channel: CHANNEL, target: OUTSIDER.0 }, Some(left));
    };
    let removed = decide_where(&roles::manager(), &roles::remove(target_id), left).expect("may");
    assert_eq!(removed.changes, [Change::RemoveOverwrite { channel_id, target_id }]);
    let changed = decide_where(&roles::manager(), &roles::set(target_id, roles::KICK), left).expect("may");
    assert_eq!(changed.answer.target_type, OverwriteTarget::User);
}

/// Else a private channel would be there for no one.
#[test]
fn the_last_one_stays_in_a_private_channel() {
    let mut town = town(Some(Role::Member));
    town.standing.in_channel = true;
    let leave = LeaveChannel { channel_id: CHANNEL };
    for (visibility, others, refusal) in [
        (Visibility::Private, false, Some(NotLeft::LastOne)),
        (Visibility::Private, true, None),
        (Visibility::Public, false, None),
    ] {
        let stored = |facts: &mut Facts| {
            let channel = channels::stored(CHANNEL).map(|channel| Channel { visibility, ..channel });
            facts.put(ChannelOf(CHANNEL), channel);
            facts.put(OthersIn { channel: CHANNEL, but: ANN }, others);
        };
        let refused = decide_where(&town, &leave, stored).err();
        assert_eq!(refused, refusal, "{visibility:?}, others: {others}");
    }
    town.standing.in_channel = false;
    let nothing =
        decide_where(&town, &leave, |facts| facts.put(OthersIn { channel: CHANNEL, but: ANN }, false));
    assert!(nothing.expect("is not in it").changes.is_empty());
}
