//! What a community's activation knows: its id, and which ids come next. All else is looked up.

use ajet_protocol::{CommunityId, Topic, mint::Mint};

use super::{Change, Command};
use crate::event::Place;
use crate::journal::DuplicateKey;
use crate::need::{Facts, Needs, PriorOf, PriorResult};
use crate::writer::{AuditRow, Core, SpentKey, Turn};

/// A community, as its activation knows it.
pub struct CommunityCore {
    id: CommunityId,
    mint: Mint,
}

impl CommunityCore {
    /// A community whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: CommunityId, mint: Mint) -> Self {
        Self { id, mint }
    }

    /// Which it is.
    #[must_use]
    pub fn id(&self) -> CommunityId {
        self.id
    }

    pub(super) fn new_id(&mut self, turn: &mut Turn<'_>) -> uuid::Uuid {
        self.mint.next(turn.now, turn.universe.entropy())
    }
}

impl Core for CommunityCore {
    type Command = Command;
    type Change = Change;

    /// One at a time: the next one may rest on the rights that this one changes, and tables merge rows as if an append were one verb's.
    const BATCH: usize = 1;
    const LOOKS_KEYS_UP: bool = true;

    fn place(&self) -> Place {
        Place {
            stream: self.id.into(),
            topic: Topic::Community(self.id),
            community: Some(self.id),
            channel: None,
        }
    }

    fn mint(&mut self) -> &mut Mint {
        &mut self.mint
    }

    fn narrow(&self, _: &mut Needs) {}

    fn learn(&mut self, _: &Facts) {}

    fn prior(&self, key: &DuplicateKey, facts: &Facts) -> Option<PriorResult> {
        facts.of(&PriorOf(key.clone()))
    }

    fn spend(&self, spent: SpentKey) -> Option<Change> {
        Some(Change::SpendKey(spent))
    }

    fn audited(&self, row: AuditRow<'_>) -> Option<Change> {
        Some(Change::audit(row, self.id.0))
    }

    fn note(&mut self, _: &[Change]) {}

    fn settle(&mut self, _: bool) {}
}
