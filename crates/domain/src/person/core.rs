//! What a person's activation knows: their id, which ids come next, and what the batch at hand has decided.

use std::collections::HashMap;

use ajet_protocol::{ChannelId, MessageId, Topic, UserId, mint::Mint};

use super::{Change, Command};
use crate::event::Place;
use crate::journal::DuplicateKey;
use crate::need::{Facts, Needs, PriorResult};
use crate::writer::{AuditRow, Core, SpentKey};

/// A person, as their activation knows them.
pub struct PersonCore {
    id: UserId,
    mint: Mint,
    /// How far this batch has moved the read markers; durable only once it is settled, and looked up from then on.
    marked: HashMap<ChannelId, MessageId>,
}

impl PersonCore {
    /// A person whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: UserId, mint: Mint) -> Self {
        Self { id, mint, marked: HashMap::new() }
    }

    /// Who it is.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// How far this batch has moved the read marker of a channel; `None` where it has not.
    pub(super) fn marked(&self, channel: ChannelId) -> Option<MessageId> {
        self.marked.get(&channel).copied()
    }
}

impl Core for PersonCore {
    type Command = Command;
    type Change = Change;

    /// What one person does at once; each question counts messages.
    const BATCH: usize = 64;
    /// No verb takes a key.
    const LOOKS_KEYS_UP: bool = false;

    fn place(&self) -> Place {
        Place { stream: self.id.into(), topic: Topic::Person(self.id), community: None, channel: None }
    }

    fn mint(&mut self) -> &mut Mint {
        &mut self.mint
    }

    fn narrow(&self, _: &mut Needs) {}

    fn learn(&mut self, _: &Facts) {}

    fn prior(&self, _: &DuplicateKey, _: &Facts) -> Option<PriorResult> {
        None
    }

    fn spend(&self, _: SpentKey) -> Option<Change> {
        None
    }

    fn audited(&self, _: AuditRow<'_>) -> Option<Change> {
        None
    }

    fn note(&mut self, changes: &[Change]) {
        let marks = changes.iter().filter_map(|change| match change {
            Change::MarkRead { channel_id, message_id, .. } => Some((*channel_id, *message_id)),
            _ => None,
        });
        self.marked.extend(marks);
    }

    fn settle(&mut self, _: bool) {
        self.marked.clear();
    }
}
