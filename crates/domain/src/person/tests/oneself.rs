//! Decisions on an account: what its person changes, whom they block, and who takes it out of use.

use ajet_protocol::events::{BlockPayload, UserPayload};
use ajet_protocol::{EventType, PresenceMode};

use super::*;
use crate::Via;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{BlockOf, ProfileFacts};
use crate::person::{Block, NotBlocked, NotDeactivated, SetDeactivated, Unblock, UpdateProfile};
use crate::writer::{AuditRow, Core};

/// The owner of the system.
const OWNER: UserId = UserId(Uuid::from_u128(2));
const BOB: UserId = UserId(Uuid::from_u128(3));
/// Ann blocks them.
const TROLL: UserId = UserId(Uuid::from_u128(4));
const UNKNOWN: UserId = UserId(Uuid::from_u128(5));

fn ann() -> User {
    let (avatar_url, status_text) = (Some("https://a".into()), Some("here".into()));
    User { avatar_url, status_text, ..user(ANN) }
}

/// What is stored of ann and of others.
fn facts(needs: &Needs, deactivated: bool) -> Facts {
    let mut facts = Facts::default();
    for one in &needs.profiles {
        let found = ProfileFacts { user: ann(), presence: PresenceMode::Auto, deactivated };
        facts.put(*one, (one.0 == ANN).then_some(found));
    }
    for one in &needs.accounts {
        facts.put(*one, one.0 != UNKNOWN);
    }
    for one in &needs.blocks {
        facts.put(*one, *one == BlockOf { by: ANN, of: TROLL });
    }
    for one in &needs.system_owners {
        facts.put(*one, one.0 == OWNER);
    }
    facts
}

/// Commands that wait together, each decided after those before it: their rows and events.
struct Batch {
    core: PersonCore,
    by: Caller,
    deactivated: bool,
}

impl Batch {
    fn by(id: UserId) -> Self {
        Self { core: core(), by: Caller::session(user(id)), deactivated: false }
    }

    fn decide<V: Verb<Entity = PersonCore>>(&mut self, verb: &V) -> Result<(Vec<Change>, usize), V::Refusal> {
        let mut needs = Needs::default();
        verb.needs(&self.core, &self.by, &mut needs);
        let facts = facts(&needs, self.deactivated);
        let mut universe = Still;
        let now = universe.now();
        let mut turn = Turn { by: &self.by, key: None, facts: &facts, seq: 1, now, universe: &mut universe };
        let decided = verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        let decision = decided?;
        assert!(decision.raises.is_empty() && decision.made.is_none());
        for emit in &decision.events {
            assert_eq!(emit.audience, Some(Audience::Person));
            let told = |change: &Change| tells_of(emit, change);
            assert!(decision.changes.iter().any(told), "it shows what is so afterwards: {emit:?}");
        }
        self.core.note(&decision.changes);
        Ok((decision.changes, decision.events.len()))
    }
}

/// Whether an event tells of a change, as it is written.
fn tells_of(emit: &Emit, change: &Change) -> bool {
    let payload = emit.payload.get();
    let block = |user_id, blocked| {
        let told: BlockPayload = serde_json::from_str(payload).expect("decodes");
        emit.kind == EventType::BlockUpdated && BlockPayload { user_id, blocked } == told
    };
    match change {
        Change::UpdateProfile { user, .. } => {
            let UserPayload { user: told } = serde_json::from_str(payload).expect("decodes");
            emit.kind == EventType::UserUpdated && **user == told
        }
        Change::Block { blocked, .. } => block(*blocked, true),
        Change::Unblock { blocked, .. } => block(*blocked, false),
        _ => false,
    }
}

fn unchanged() -> UpdateProfile {
    UpdateProfile { display_name: None, status_text: None, avatar_url: None, presence: None }
}

fn named(name: &str) -> UpdateProfile {
    UpdateProfile { display_name: Some(name.into()), ..unchanged() }
}

#[test]
fn one_changes_what_is_named_and_nothing_else() {
    let updates = [
        (named("Anna"), User { display_name: "Anna".into(), ..ann() }, PresenceMode::Auto),
        (
            UpdateProfile { status_text: Some("away".into()), ..unchanged() },
            User { status_text: Some("away".into()), ..ann() },
            PresenceMode::Auto,
        ),
        (
            UpdateProfile { status_text: Some("".into()), avatar_url: Some(String::new()), ..unchanged() },
            User { status_text: None, avatar_url: None, ..ann() },
            PresenceMode::Auto,
        ),
        (
            UpdateProfile { presence: Some(PresenceMode::Invisible), ..unchanged() },
            ann(),
            PresenceMode::Invisible,
        ),
    ];
    for (update, expected, presence) in updates {
        let (changes, events) = Batch::by(ANN).decide(&update).expect("one's own");
        let is_seen = expected != ann();
        let row = Change::UpdateProfile { user: Box::new(expected), presence, is_seen };
        let job = is_seen.then_some(Change::RequestJob(JobRequest::AnnounceUser { user_id: ANN }));
        assert_eq!(changes, [row].into_iter().chain(job).collect::<Vec<_>>(), "{update:?}");
        assert_eq!(events, 1, "{update:?}");
    }
}

#[test]
fn what_is_so_already_changes_nothing() {
    let same = UpdateProfile {
        display_name: Some("Ann".into()),
        status_text: Some("here".into()),
        avatar_url: Some("https://a".into()),
        presence: Some(PresenceMode::Auto),
    };
    for update in [unchanged(), same] {
        assert_eq!(Batch::by(ANN).decide(&update), Ok((vec![], 0)), "{update:?}");
    }
    assert_eq!(Batch::by(BOB).decide(&named("Ann")), Err(Denied::NotFound), "of another person");
}

/// I7: the second of two that wait together keeps what the first one set.
#[test]
fn of_updates_that_wait_together_each_is_decided_after_those_before_it() {
    let mut batch = Batch::by(ANN);
    batch.decide(&named("Anna")).expect("changes");
    assert_eq!(batch.decide(&named("Anna")), Ok((vec![], 0)), "it is so already");
    let hidden = UpdateProfile { presence: Some(PresenceMode::Invisible), ..unchanged() };
    let (changes, _) = batch.decide(&hidden).expect("changes");
    let user = Box::new(User { display_name: "Anna".into(), ..ann() });
    assert_eq!(changes, [Change::UpdateProfile { user, presence: PresenceMode::Invisible, is_seen: false }]);
}

#[test]
fn one_blocks_others_and_nothing_is_done_twice() {
    let at = Timestamp::from_unix_millis(1);
    let block = |user_id| Block { user_id };
    let unblock = |user_id| Unblock { user_id };
    let blocked = Change::Block { user_id: ANN, blocked: BOB, at };
    let lifted = Change::Unblock { user_id: ANN, blocked: TROLL };
    assert_eq!(Batch::by(ANN).decide(&block(BOB)), Ok((vec![blocked.clone()], 1)));
    assert_eq!(Batch::by(ANN).decide(&block(TROLL)), Ok((vec![], 0)));
    assert_eq!(Batch::by(ANN).decide(&unblock(TROLL)), Ok((vec![lifted], 1)));
    assert_eq!(Batch::by(ANN).decide(&unblock(BOB)), Ok((vec![], 0)));
    let mut batch = Batch::by(ANN);
    batch.decide(&block(BOB)).expect("blocks");
    assert_eq!(batch.decide(&block(BOB)), Ok((vec![], 0)), "in the same batch");
    let lifted = Change::Unblock { user_id: ANN, blocked: BOB };
    assert_eq!(batch.decide(&unblock(BOB)), Ok((vec![lifted], 1)));
    assert_eq!(batch.decide(&block(BOB)), Ok((vec![blocked], 1)));
}

#[test]
fn no_one_blocks_themselves_or_whom_there_is_not_or_for_others() {
    for (by, person, refusal) in [
        (ANN, ANN, NotBlocked::Yourself),
        (ANN, UNKNOWN, Denied::NotFound.into()),
        (BOB, TROLL, Denied::NotFound.into()),
        (BOB, BOB, Denied::NotFound.into()),
    ] {
        let refused = |error: Option<NotBlocked>| assert_eq!(error, Some(refusal), "{by} {person}");
        refused(Batch::by(by).decide(&Block { user_id: person }).err());
        refused(Batch::by(by).decide(&Unblock { user_id: person }).err());
    }
}

#[test]
fn that_an_account_is_taken_out_of_use_is_audited_outside_of_communities() {
    for (deactivated, action) in [(true, "user.deactivate"), (false, "user.reactivate")] {
        let verb = SetDeactivated { deactivated };
        let (id, at) = (Uuid::from_u128(9), Timestamp::from_unix_millis(1));
        let audit = verb.audit().expect("is audited");
        let line = core().audited(AuditRow { id, actor: OWNER, at, audit, made: None, changes: 1 });
        let (target_type, target_id) = ("user", Some(ANN.0));
        let expected =
            Change::AuditSystem { id, actor: OWNER, action, target_type, target_id, details: vec![], at };
        assert_eq!(line, Some(expected));
    }
}

#[test]
fn only_the_owner_of_the_system_takes_an_account_out_of_use() {
    let at = Timestamp::from_unix_millis(1);
    let set = |at| Change::SetDeactivated { user_id: ANN, at };
    for (before, deactivated, expected) in [
        (false, true, vec![set(Some(at))]),
        (true, true, vec![]),
        (true, false, vec![set(None)]),
        (false, false, vec![]),
    ] {
        let mut batch = Batch { deactivated: before, ..Batch::by(OWNER) };
        assert_eq!(
            batch.decide(&SetDeactivated { deactivated }),
            Ok((expected, 0)),
            "{before} {deactivated}"
        );
    }
    for deactivated in [true, false] {
        let verb = SetDeactivated { deactivated };
        let forbidden = Err(NotDeactivated::Denied(Denied::Forbidden));
        assert_eq!(Batch::by(BOB).decide(&verb), forbidden);
        assert_eq!(Batch::by(ANN).decide(&verb), forbidden, "for oneself");
        let by = Caller { via: Via::Token, ..Caller::session(user(OWNER)) };
        assert_eq!(Batch { by, ..Batch::by(OWNER) }.decide(&verb), forbidden, "by a token");
        let mut own = Batch { core: PersonCore::new(OWNER, Mint::above(1, None)), ..Batch::by(OWNER) };
        assert_eq!(own.decide(&verb), Err(NotDeactivated::Yourself));
        let mut none = Batch { core: PersonCore::new(UNKNOWN, Mint::above(1, None)), ..Batch::by(OWNER) };
        assert_eq!(none.decide(&verb), Err(Denied::NotFound.into()));
    }
}
