//! What makes an entity's state decide: the part that differs between a channel, a community and a person.

use ajet_protocol::{Timestamp, UserId, mint::Mint};
use uuid::Uuid;

use crate::event::Place;
use crate::journal::DuplicateKey;
use crate::need::{Facts, Needs, PriorResult};
use crate::verb::{Audit, Verbs};

/// An entity as its activation knows it. Only what is durable, or decided in the batch at hand, is in it.
pub trait Core: Sized {
    /// Its verbs.
    type Command: Verbs<Entity = Self>;
    /// A row that it may change.
    type Change;

    /// How many commands are decided together at most.
    const BATCH: usize;
    /// Whether keys are looked up before a command is decided, whatever the verb says
    /// ([`Verb::looks_key_up`](crate::verb::Verb::looks_key_up)). Where they are not, the store finds a spent one when it commits, and the
    /// command is decided again.
    const LOOKS_KEYS_UP: bool;

    /// Where its events stand.
    fn place(&self) -> Place;
    /// Whether keys are looked up before the next batch is decided, as far as it is known now: where a repetition could be refused that
    /// is to be answered.
    fn looks_keys_up(&self) -> bool {
        Self::LOOKS_KEYS_UP
    }
    /// Whether the last decision lacked an answer that was not asked for, because the core did not know yet that it is needed; the core
    /// knows it from then on. The command is decided again on what is gathered afresh, whatever came of it.
    fn take_lack(&mut self) -> bool {
        false
    }
    /// Makes its ids.
    fn mint(&mut self) -> &mut Mint;
    /// Takes out of the questions those that need no look-up: their answers are remembered.
    fn narrow(&self, needs: &mut Needs);
    /// Keeps of what was looked up what is worth remembering.
    fn learn(&mut self, facts: &Facts);
    /// What a key made, durable or in this batch.
    fn prior(&self, key: &DuplicateKey, facts: &Facts) -> Option<PriorResult>;
    /// The row that spends a key; `None` where the object's own row holds it.
    fn spend(&self, spent: SpentKey) -> Option<Self::Change>;
    /// Whether the audit log gets a row of an act that was just decided, by this person.
    fn is_audited(&self, _audit: &Audit<'_>, _by: UserId, _facts: &Facts) -> bool {
        true
    }
    /// The row of the audit log; `None` where this entity keeps none.
    fn audited(&self, row: AuditRow<'_>) -> Option<Self::Change>;
    /// Notes what this batch decided, until it is settled.
    fn note(&mut self, changes: &[Self::Change]);
    /// The batch became durable (keep what it decided) or did not (forget it).
    fn settle(&mut self, committed: bool);
}

/// A key that an object was made under.
#[derive(Debug, Clone, PartialEq)]
pub struct SpentKey {
    pub key: DuplicateKey,
    pub object: Uuid,
    pub fingerprint: i64,
    pub at: Timestamp,
}

/// What the audit log gets.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow<'a> {
    pub id: Uuid,
    pub actor: UserId,
    pub at: Timestamp,
    pub audit: Audit<'a>,
    /// The object that the command made, if it made one.
    pub made: Option<Uuid>,
    /// How many changes the command leads to.
    pub changes: usize,
}
