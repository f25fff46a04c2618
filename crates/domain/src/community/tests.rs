//! Decisions of a community: tables of who may do what to whom, and what a token's scopes take away.

mod announce;
mod channels;
mod found;
mod invites;
mod members;
mod own;
mod ranks;
mod reach;
mod removal;
mod roles;
mod rooms;
mod telling;

use std::collections::{HashMap, HashSet};

use ajet_protocol::events::{ChannelPayload, MemberPayload};
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    Audience, CategoryId, ChannelId, ChannelType, CommunityId, EventType, InviteId, Member, Permission,
    Permissions, Role, Timestamp, User, UserId, Visibility, WebhookId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::rights::Untouchable;
use super::{
    AcceptInvite, AnnounceMember, Ban, Change, Command, CommunityCore, CreateChannel, CreateInvite,
    CreateWebhook, DeleteWebhook, JoinChannel, Kick, LeaveChannel, LeaveCommunity, Mute, Refused, Unban,
    Unmute, UpdateChannel,
};
use crate::acl::Affected;
use crate::need::{Facts, Find, InviteFacts, Maker, Needs, WebhookFacts};
use crate::verb::{Decided, Verb, Verbs};
use crate::writer::Turn;
use crate::{Caller, Denied, Rank, Standing, Universe, Via};

/// The wall clock, in milliseconds.
const NOW: u64 = 1_000;
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(8));
const WEBHOOK: WebhookId = WebhookId(Uuid::from_u128(30));

/// The caller.
const ANN: UserId = UserId(Uuid::from_u128(1));
const OWNER: UserId = UserId(Uuid::from_u128(2));
const ADMIN: UserId = UserId(Uuid::from_u128(3));
const MEMBER: UserId = UserId(Uuid::from_u128(4));
/// A member who is muted.
const MUTED: UserId = UserId(Uuid::from_u128(5));
/// A member whose mute ends right now.
const HEARD: UserId = UserId(Uuid::from_u128(6));
/// A person who is banned.
const BANNED: UserId = UserId(Uuid::from_u128(7));
/// Somebody with an account and without a membership.
const OUTSIDER: UserId = UserId(Uuid::from_u128(8));
const UNKNOWN: UserId = UserId(Uuid::from_u128(9));

struct Still;

impl Universe for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(NOW)
    }
    fn entropy(&mut self) -> u64 {
        7
    }
}

fn user(id: UserId) -> User {
    User {
        id,
        username: format!("u{id}"),
        display_name: format!("U{id}"),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn member(id: UserId, role: Role, muted_until: Option<u64>) -> (UserId, Member) {
    let member = Member {
        user: user(id),
        role,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: muted_until.map(Timestamp::from_unix_millis),
        joined_at: Timestamp::from_unix_millis(0),
    };
    (id, member)
}

/// A community as it is stored.
struct Town {
    /// The caller's.
    standing: Standing,
    /// How high others stand by their custom roles.
    ranks: HashMap<UserId, Rank>,
    members: HashMap<UserId, Member>,
    /// All who are banned.
    banned: Vec<UserId>,
    invite: Option<InviteFacts>,
}

/// What a person of this role, or of none, may do.
fn standing(role: Option<Role>) -> Standing {
    Standing {
        acl_version: 4,
        in_community: role.is_some(),
        in_channel: false,
        sees_channel: role.is_some(),
        permissions: role.map_or(Permissions::NONE, Permissions::of_role),
        rank: match role {
            Some(Role::Owner) => Rank::Owner,
            Some(Role::Admin) => Rank::Admin,
            Some(Role::Member) | None => Rank::None,
        },
        ..Standing::default()
    }
}

/// A community in which the caller has this role.
fn town(role: Option<Role>) -> Town {
    let others = [
        member(OWNER, Role::Owner, None),
        member(ADMIN, Role::Admin, None),
        member(MEMBER, Role::Member, None),
        member(MUTED, Role::Member, Some(NOW + 1)),
        member(HEARD, Role::Member, Some(NOW)),
    ];
    let members = others.into_iter().chain(role.map(|role| member(ANN, role, None))).collect();
    Town { standing: standing(role), ranks: HashMap::new(), members, banned: vec![BANNED], invite: None }
}

impl Town {
    /// The owner, where there is one alone.
    fn only_owner(&self) -> Option<UserId> {
        let mut owners = self.members.values().filter(|member| member.role == Role::Owner);
        owners.next().filter(|_| owners.next().is_none()).map(|owner| owner.user.id)
    }

    /// What a person may do, by their role alone if it is not the caller.
    fn standing_of(&self, user: UserId) -> Standing {
        if user == ANN {
            return self.standing;
        }
        let of_role = standing(self.members.get(&user).map(|member| member.role));
        Standing { rank: self.ranks.get(&user).copied().unwrap_or(of_role.rank), ..of_role }
    }

    /// Looks up what a verb asks, and nothing else.
    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        needs.standings.iter().for_each(|one| facts.put(*one, self.standing_of(one.user)));
        needs.members.iter().for_each(|one| facts.put(*one, self.members.get(&one.0).cloned()));
        needs.sole_owners.iter().for_each(|one| facts.put(*one, self.only_owner() == Some(one.0)));
        needs.channels.iter().for_each(|one| facts.put(*one, channels::stored(one.0)));
        needs.bans.iter().for_each(|one| facts.put(*one, self.banned.contains(&one.0)));
        needs.accounts.iter().for_each(|one| facts.put(*one, one.0 != UNKNOWN));
        needs.invites.iter().for_each(|one| facts.put(one.clone(), self.invite.clone()));
        needs.categories.iter().for_each(|one| facts.put(*one, one.0 == CategoryId(Uuid::from_u128(20))));
        let webhook = WebhookFacts { channel: CHANNEL, standing: self.standing };
        needs.webhooks.iter().for_each(|one| facts.put(*one, (one.webhook == WEBHOOK).then_some(webhook)));
        rooms::answer(needs, &mut facts);
        needs.arrivals.iter().for_each(|one| facts.put(*one, Some(CHANNEL)));
        own::answer(needs, &mut facts);
        roles::answer(needs, &mut facts);
        facts
    }

    fn turn<R>(
        &self,
        by: &Caller,
        needs: impl FnOnce(&CommunityCore, &mut Needs),
        decide: impl FnOnce(&mut CommunityCore, &mut Turn<'_>) -> R,
    ) -> R {
        let mut core = CommunityCore::new(CommunityId(Uuid::from_u128(50)), Mint::above(1, None));
        let (mut asked, mut universe) = (Needs::default(), Still);
        needs(&core, &mut asked);
        let facts = self.facts(&asked);
        let mut turn =
            Turn { by, key: None, facts: &facts, seq: 3, now: universe.now(), universe: &mut universe };
        let decided = decide(&mut core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        decided
    }

    /// Decides a verb of Ann's.
    fn decide<V: Verb<Entity = CommunityCore>>(&self, verb: &V) -> Decided<V> {
        let by = Caller::session(user(ANN));
        self.turn(&by, |core, needs| verb.needs(core, &by, needs), |core, turn| verb.decide(core, turn))
    }

    /// Whether any verb is allowed.
    fn allows(&self, by: &Caller, command: &Command) -> Result<(), Refused> {
        let needs = |core: &CommunityCore, needs: &mut Needs| command.needs(core, by, needs);
        self.turn(by, needs, |core, turn| command.decide(core, turn).map(|_| ()))
    }
}

fn create() -> CreateChannel {
    CreateChannel {
        name: " random ".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
    }
}

fn webhook() -> CreateWebhook {
    CreateWebhook { channel_id: CHANNEL, name: "CI".into(), avatar_url: None, token_hash: vec![0; 32] }
}

fn accept() -> AcceptInvite {
    AcceptInvite { code: "c".into() }
}

fn mute(user_id: UserId, seconds: Option<u64>) -> Mute {
    Mute { user_id, seconds, reason: None }
}

fn unmute(user_id: UserId) -> Unmute {
    Unmute { user_id, reason: None }
}

fn ban(user_id: UserId) -> Ban {
    Ban { user_id, reason: Some("spam".into()) }
}

fn unban(user_id: UserId) -> Unban {
    Unban { user_id, reason: None }
}

fn invite(max_uses: Option<i64>, uses: i64, expires_ms: Option<u64>) -> InviteFacts {
    InviteFacts {
        id: InviteId(Uuid::from_u128(40)),
        addressee: None,
        max_uses,
        uses,
        expires_at: expires_ms.map(Timestamp::from_unix_millis),
        revoked: false,
        maker: Some(Maker { user: MEMBER, standing: standing(Some(Role::Member)) }),
    }
}

#[test]
fn a_new_channel_raises_the_acl_and_its_event_shows_it() {
    let decision = town(Some(Role::Owner)).decide(&create()).expect("may");
    let event = &decision.events[0];
    let ChannelPayload { channel } = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(decision.raises, [Affected::Channel(channel.id), Affected::Person(ANN)]);
    assert_eq!((event.kind, event.audience), (EventType::ChannelCreated, Some(Audience::Seers(channel.id))));
    assert_eq!(decision.made, Some(channel.id.0));
    assert_eq!(channel.name, "random", "trimmed");
}

#[test]
fn owners_and_admins_mute_unmute_and_unban() {
    for (role, refusal) in [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some(Denied::Forbidden)),
        (None, Some(Denied::NotFound)),
    ] {
        let (town, untouched) = (town(role), refusal.map(Untouchable::Denied));
        assert_eq!(town.decide(&mute(MEMBER, None)).err(), untouched, "mute by {role:?}");
        assert_eq!(town.decide(&unmute(MUTED)).err(), untouched, "unmute by {role:?}");
        assert_eq!(town.decide(&unban(BANNED)).err(), refusal, "unban by {role:?}");
        if untouched.is_some() {
            for person in [ANN, OWNER, OUTSIDER, UNKNOWN] {
                assert_eq!(town.decide(&mute(person, None)).err(), untouched, "mute by {role:?}");
            }
        }
    }
}

#[test]
fn members_are_muted_but_no_owner_and_not_oneself() {
    for (person, refusal) in [
        (MEMBER, None),
        (MUTED, None),
        (ADMIN, None),
        (OWNER, Some(Untouchable::Owner)),
        (ANN, Some(Untouchable::Yourself)),
        (OUTSIDER, Some(Denied::NotFound.into())),
        (UNKNOWN, Some(Denied::NotFound.into())),
    ] {
        for role in [Role::Owner, Role::Admin] {
            let town = town(Some(role));
            assert_eq!(town.decide(&mute(person, Some(60))).err(), refusal, "{role:?} mutes {person}");
            let kept = refusal.filter(|_| person != OUTSIDER);
            assert_eq!(town.decide(&unmute(person)).err(), kept, "{role:?} unmutes {person}");
        }
    }
}

#[test]
fn a_ban_removes_who_belongs_and_keeps_out_who_does_not() {
    let at = Timestamp::from_unix_millis(NOW);
    for (person, belongs) in [(MEMBER, true), (ADMIN, true), (OUTSIDER, false), (BANNED, false)] {
        let decision = town(Some(Role::Admin)).decide(&ban(person)).expect("may");
        let kept_out = Change::Ban { user_id: person, actor: ANN, reason: Some("spam".into()), at };
        let removed = belongs.then_some(Change::RemoveMember { user_id: person }).into_iter();
        assert_eq!(telling::rows(&decision.changes), removed.chain([kept_out]).collect::<Vec<_>>());
        assert_eq!(decision.events.len(), usize::from(belongs), "{person}");
        assert_eq!(decision.raises, belongs.then_some(Affected::Person(person)).as_slice());
    }
    for (role, person, refusal) in [
        (Role::Member, MEMBER, Denied::Forbidden.into()),
        (Role::Admin, OWNER, Untouchable::Owner),
        (Role::Owner, ANN, Untouchable::Yourself),
        (Role::Owner, UNKNOWN, Denied::NotFound.into()),
    ] {
        assert_eq!(town(Some(role)).decide(&ban(person)).err(), Some(refusal), "{role:?} bans {person}");
    }
}

#[test]
fn a_mute_lasts_for_its_seconds_or_until_it_is_lifted() {
    let now = Timestamp::from_unix_millis(NOW);
    for (seconds, ends) in [(Some(60), now.plus_seconds(60)), (None, Timestamp::FAR)] {
        for person in [MEMBER, MUTED] {
            let decision = town(Some(Role::Admin)).decide(&mute(person, seconds)).expect("may");
            assert_eq!(
                telling::rows(&decision.changes),
                [Change::Mute { user_id: person, until: Some(ends) }]
            );
            assert_eq!(decision.raises, [Affected::Person(person)]);
            assert_eq!(decision.events[0].kind, EventType::MemberUpdated);
            let updated: MemberPayload =
                serde_json::from_str(decision.events[0].payload.get()).expect("decodes");
            assert_eq!((updated.member.user.id, updated.member.muted_until), (person, Some(ends)));
        }
    }
}

#[test]
fn an_unmute_lifts_a_mute_that_still_lasts_and_changes_nothing_else() {
    let town = town(Some(Role::Admin));
    let lifted = town.decide(&unmute(MUTED)).expect("may");
    assert_eq!(telling::rows(&lifted.changes), [Change::Mute { user_id: MUTED, until: None }]);
    assert_eq!(lifted.raises, [Affected::Person(MUTED)]);
    let updated: MemberPayload = serde_json::from_str(lifted.events[0].payload.get()).expect("decodes");
    assert_eq!((lifted.events[0].kind, updated.member.muted_until), (EventType::MemberUpdated, None));
    for person in [MEMBER, HEARD] {
        let nothing = town.decide(&unmute(person)).expect("may");
        assert_eq!((nothing.changes.len(), nothing.events.len(), nothing.raises.len()), (0, 0, 0));
    }
}

/// Every verb that a permission allows.
fn with_a_permission() -> Vec<Command> {
    let invite = CreateInvite { code: "c".into(), max_uses: None, expires_at: None, addressee: None };
    let all = vec![
        create().into(),
        invite.into(),
        webhook().into(),
        DeleteWebhook { webhook_id: WEBHOOK }.into(),
        mute(MEMBER, None).into(),
        unmute(MUTED).into(),
        unban(BANNED).into(),
        ban(MEMBER).into(),
        channels::update().into(),
        Kick { user_id: MEMBER, reason: None }.into(),
        own::update().into(),
        own::delete().into(),
        own::revoke().into(),
        roles::create(5).into(),
        roles::update().into(),
        roles::delete(roles::LOW).into(),
        roles::set(roles::LOW.0, roles::KICK).into(),
        roles::remove(roles::HIGH.0).into(),
        members::update(MEMBER).into(),
    ];
    all.into_iter().chain(rooms::commands()).collect()
}

/// Every verb that asks for no permission: what one does for oneself.
fn without_a_permission() -> Vec<Command> {
    vec![
        JoinChannel { channel_id: CHANNEL }.into(),
        LeaveChannel { channel_id: CHANNEL }.into(),
        accept().into(),
        LeaveCommunity.into(),
        AnnounceMember { user_id: MEMBER }.into(),
    ]
}

fn token(scopes: Permissions) -> Caller {
    Caller { via: Via::Token, scopes: Some(scopes), ..Caller::session(user(ANN)) }
}

#[test]
fn every_verb_is_tried_with_tokens() {
    let mut tried: Vec<_> =
        with_a_permission().iter().chain(&without_a_permission()).map(Verbs::tag).collect();
    tried.sort_unstable();
    tried.dedup();
    let mut all: Vec<_> = Command::LIST.iter().map(|(tag, _)| *tag).collect();
    all.sort_unstable();
    assert_eq!(tried, all);
}

fn altered(change: &Change) -> Option<Affected> {
    let person = match change {
        Change::AddMember { user_id, .. } | Change::RemoveMember { user_id } => user_id,
        Change::Mute { user_id, .. } | Change::JoinChannel { user_id, .. } => user_id,
        Change::LeaveChannel { user_id, .. } => user_id,
        Change::AddChannel { channel, .. } => return Some(Affected::Channel(channel.id)),
        Change::UpdateChannel { id, visibility, .. } => {
            return visibility.is_some().then_some(Affected::Channel(*id));
        }
        Change::Ban { .. } | Change::Unban { .. } | Change::AddInvite { .. } => return None,
        Change::UseInvite { .. } | Change::AddWebhook { .. } | Change::RemoveWebhook { .. } => return None,
        Change::SpendKey(_) | Change::Audit { .. } | Change::UpdateCommunity { .. } => return None,
        Change::RevokeInvite { .. } | Change::DueNotice(_) => return None,
        Change::DeleteCommunity { .. } => return Some(Affected::Everyone),
        Change::AddRole { .. } | Change::RemoveRole { .. } => return Some(Affected::Everyone),
        Change::UpdateRole { permissions, position, .. } => {
            return (permissions.is_some() || position.is_some()).then_some(Affected::Everyone);
        }
        Change::SetOverwrite(overwrite) => return Some(Affected::Channel(overwrite.channel_id)),
        Change::RemoveOverwrite { channel_id, .. } => return Some(Affected::Channel(*channel_id)),
        Change::SetNickname { .. } => return None,
        Change::SetRole { user_id, .. } | Change::SetMemberRoles { user_id, .. } => user_id,
        other => return rooms::altered(other),
    };
    Some(Affected::Person(*person))
}

#[test]
fn a_verb_raises_exactly_where_rights_change_and_knows_its_own_constraints_alone() {
    let by = Caller::session(user(ANN));
    let mut joined = town(Some(Role::Owner));
    joined.standing.in_channel = true;
    let outside = Town { invite: Some(invite(None, 0, None)), ..town(None) };
    for place in [town(Some(Role::Owner)), joined, outside] {
        for command in with_a_permission().iter().chain(&without_a_permission()) {
            let needs = |core: &CommunityCore, needs: &mut Needs| command.needs(core, &by, needs);
            let Ok(done) = place.turn(&by, needs, |core, turn| command.decide(core, turn)) else { continue };
            let altered: HashSet<_> = done.changes.iter().filter_map(altered).collect();
            assert_eq!(HashSet::from_iter(done.raises), altered, "{command:?}");
            assert_eq!(command.constraint("another_key"), None, "{command:?}");
        }
    }
}

/// Else the writer would decide it again under a key that is spent, until its caller gives up.
#[test]
fn every_verb_that_takes_a_key_answers_a_repetition() {
    for command in with_a_permission().iter().chain(&without_a_permission()) {
        assert_eq!(command.keys().is_some(), command.replayed(Uuid::nil()).is_some(), "{command:?}");
    }
}

/// Each verb that asks for a permission asks for one: with all of them it is allowed, with none it is not.
#[test]
fn an_empty_set_of_scopes_refuses_every_verb_that_takes_a_permission() {
    let town = town(Some(Role::Owner));
    for command in with_a_permission() {
        let all = token(Permissions::of(Permission::ALL));
        assert_eq!(town.allows(&all, &command), Ok(()), "{command:?}");
        let refused = town.allows(&token(Permissions::NONE), &command);
        let name = refused.map_err(Command::refusal_name);
        assert_eq!(name, Err("Forbidden"), "{command:?}");
    }
}

proptest! {
    /// A token may do what its person may do with the rights that both have, and no more.
    #[test]
    fn scopes_never_allow_what_the_person_may_not_do(
        held in any::<u32>(), scopes in any::<u32>(), inside in any::<bool>(), sees in any::<bool>()
    ) {
        let (held, scopes) = (Permissions::from_bits(held), Permissions::from_bits(scopes));
        let with = |permissions| {
            let standing = Standing { in_community: inside, sees_channel: sees, permissions, ..Standing::default() };
            Town { standing, invite: Some(invite(None, 0, None)), ..town(Some(Role::Member)) }
        };
        let person = Caller::session(user(ANN));
        for command in with_a_permission().iter().chain(&without_a_permission()) {
            let (whole, scoped) = (with(held).allows(&person, command), with(held).allows(&token(scopes), command));
            prop_assert!(scoped.is_err() || whole.is_ok(), "{:?}", command);
            prop_assert_eq!(scoped, with(held.and(scopes)).allows(&person, command), "{:?}", command);
        }
        for command in with_a_permission() {
            prop_assert!(with(held).allows(&token(Permissions::NONE), &command).is_err(), "{:?}", command);
        }
    }
}
