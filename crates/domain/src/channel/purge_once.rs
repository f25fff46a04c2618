//! [`Purge`] under an idempotency key: repeated with the key it deletes nothing, whatever was posted since.

use ajet_protocol::MessageId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ChannelCore;
use super::purge::{PURGE, Purge, purged};
use crate::asked::Caller;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// Messages to be deleted, once under this key. A repetition names others: those that are the newest ones by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PurgeOnce {
    pub message_ids: Vec<MessageId>,
}

impl Verb for PurgeOnce {
    type Entity = ChannelCore;
    /// How many the first request deleted.
    type Answer = u32;
    type Refusal = Denied;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("purges"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        self.unkeyed().needs(core, by, needs);
    }

    /// Nothing is to be decided on what a repetition names.
    fn looks_key_up(&self) -> bool {
        true
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let decision = purged(&self.message_ids, core, turn)?;
        // It makes no object: what a repetition is answered stands in its place. The key is spent where nothing was deleted as well.
        Ok(Decision { made: Some(kept(decision.answer)), ..decision })
    }

    fn replayed(object: Uuid) -> Option<u32> {
        u32::try_from(object.as_u128()).ok()
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of(PURGE, AuditTarget::OwnChannel))
    }
}

impl PurgeOnce {
    fn unkeyed(&self) -> Purge {
        Purge { message_ids: self.message_ids.clone() }
    }
}

/// An answer in the place of an object's id.
fn kept(answer: u32) -> Uuid {
    Uuid::from_u128(answer.into())
}
