//! Has a delivery of an outgoing webhook tried again from the beginning, whatever became of it.

use ajet_protocol::{DeliveryId, DeliveryStatus, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::OutgoingChange;
use crate::need::{Ask, DeliveryOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A delivery to be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayDelivery {
    pub delivery_id: DeliveryId,
}

refusals! {
    /// Why a delivery is not tried again.
    pub enum NotReplayed: Denied {
        /// Its webhook is switched off.
        Off => Conflict: "The webhook is switched off; switch it on first.",
    }
}

impl Verb for ReplayDelivery {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = NotReplayed;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(DeliveryOf(self.delivery_id));
    }

    /// One that waits is as good as replayed.
    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageWebhooks)?;
        let found = turn.facts.of(&DeliveryOf(self.delivery_id)).ok_or(Denied::NotFound)?;
        if found.is_off {
            return Err(NotReplayed::Off);
        }
        if found.status == DeliveryStatus::Pending {
            return Ok(Decision::nothing(()));
        }
        let replayed = OutgoingChange::ReplayDelivery { id: self.delivery_id };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Outgoing(replayed)],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("outgoing_webhook.replay", AuditTarget::Community);
        Some(audit.with("delivery_id", Some(self.delivery_id.to_string())))
    }
}
