//! An entity for the tests of the writer: it takes numbers, and says texts as events.

use ajet_protocol::mint::Mint;
use ajet_protocol::{CommunityId, EventType, Topic, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AuditRow, Core, Decision, SpentKey, Turn};
use crate::acl::Affected;
use crate::event::{Emit, Place};
use crate::journal::DuplicateKey;
use crate::need::{AccountOf, Ask, Facts, Needs, PriorOf, PriorResult, StandingOf};
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::{Caller, Denied, refusals, verbs};

/// Which community the entity is.
pub const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(60));

/// Takes numbers; the store refuses odd ones by a constraint.
pub struct Numbers(pub Mint);

/// A row of [`Numbers`].
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    Taken(u32),
    Said(usize),
    Spent(SpentKey),
    Audited { actor: UserId, action: &'static str, made: Option<Uuid> },
}

/// Takes a number, without an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Take(pub u32);

/// Makes an event of a text; an empty one changes nothing, and `no` is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Say {
    pub text: String,
    pub raises: bool,
}

/// Decides on the answer to a question that it did not ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guess;

/// Makes an event of this type that is about no channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tell(pub EventType);

verbs! {
    Numbers {
        1 Take since 3,
        2 Say since 3,
        3 Guess since 3,
        4 Tell since 3,
    }
}

refusals! {
    /// Why a number was not taken.
    pub enum NotTaken {
        Odd => Conflict: "It is odd.",
    }
}

impl Verb for Take {
    type Entity = Numbers;
    type Answer = u32;
    type Refusal = NotTaken;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &Numbers, _: &Caller, _: &mut Needs) {}

    fn decide(&self, _: &mut Numbers, _: &mut Turn<'_>) -> Decided<Self> {
        let changes = vec![Row::Taken(self.0)];
        Ok(Decision { events: vec![], changes, raises: vec![], made: None, answer: self.0 })
    }

    fn constraint(name: &str) -> Option<NotTaken> {
        (name == "odd").then_some(NotTaken::Odd)
    }
}

impl Verb for Say {
    type Entity = Numbers;
    type Answer = Made<()>;
    type Refusal = Denied;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("texts"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &Numbers, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.id(), channel: None });
    }

    fn decide(&self, core: &mut Numbers, turn: &mut Turn<'_>) -> Decided<Self> {
        if self.text == "no" {
            return Err(Denied::Forbidden);
        }
        if self.text.is_empty() {
            return Ok(Decision::nothing(Made::New(())));
        }
        Ok(Decision {
            events: vec![emit(EventType::CommunityUpdated, &self.text)],
            changes: vec![Row::Said(self.text.len())],
            raises: self.raises.then_some(Affected::Person(turn.by.id())).into_iter().collect(),
            made: Some(core.0.next(turn.now, 1)),
            answer: Made::New(()),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("number.say", AuditTarget::Made("number")))
    }
}

impl Verb for Guess {
    type Entity = Numbers;
    type Answer = bool;
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &Numbers, _: &Caller, _: &mut Needs) {}

    fn decide(&self, _: &mut Numbers, turn: &mut Turn<'_>) -> Decided<Self> {
        let answer = turn.facts.of(&AccountOf(turn.by.id()));
        let raises = vec![Affected::Everyone];
        Ok(Decision { events: vec![], changes: vec![Row::Taken(0)], raises, made: None, answer })
    }
}

impl Verb for Tell {
    type Entity = Numbers;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &Numbers, _: &Caller, _: &mut Needs) {}

    fn decide(&self, _: &mut Numbers, _: &mut Turn<'_>) -> Decided<Self> {
        let events = vec![emit(self.0, "told")];
        Ok(Decision { events, changes: vec![], raises: vec![], made: None, answer: () })
    }
}

/// An event about no channel that carries a text.
fn emit(kind: EventType, text: &str) -> Emit {
    let payload = serde_json::value::to_raw_value(text).expect("a text is JSON");
    Emit { kind, channel: None, audience: kind.audience(None), payload }
}

impl Core for Numbers {
    type Command = Command;
    type Change = Row;

    const BATCH: usize = 16;
    const LOOKS_KEYS_UP: bool = true;

    fn place(&self) -> Place {
        let topic = Topic::Community(COMMUNITY);
        Place { stream: COMMUNITY.into(), topic, community: Some(COMMUNITY), channel: None }
    }
    fn mint(&mut self) -> &mut Mint {
        &mut self.0
    }
    fn narrow(&self, _: &mut Needs) {}
    fn learn(&mut self, _: &Facts) {}
    fn prior(&self, key: &DuplicateKey, facts: &Facts) -> Option<PriorResult> {
        facts.of(&PriorOf(key.clone()))
    }
    fn spend(&self, spent: SpentKey) -> Option<Row> {
        Some(Row::Spent(spent))
    }
    fn audited(&self, row: AuditRow<'_>) -> Option<Row> {
        Some(Row::Audited { actor: row.actor, action: row.audit.action, made: row.made })
    }
    fn note(&mut self, _: &[Row]) {}
    fn settle(&mut self, _: bool) {}
}
