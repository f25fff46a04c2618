//! Ends an outgoing webhook. What it was still to be sent is not sent.

use ajet_protocol::{OutgoingWebhookId, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::OutgoingChange;
use crate::need::{Ask, Needs, OutgoingWebhookOf, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An outgoing webhook to be ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteOutgoingWebhook {
    pub webhook_id: OutgoingWebhookId,
}

impl Verb for DeleteOutgoingWebhook {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(OutgoingWebhookOf(self.webhook_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageWebhooks)?;
        turn.facts.of(&OutgoingWebhookOf(self.webhook_id)).ok_or(Denied::NotFound)?;
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Outgoing(OutgoingChange::RemoveWebhook { id: self.webhook_id })],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("outgoing_webhook.delete", AuditTarget::OutgoingWebhook(self.webhook_id)))
    }
}
