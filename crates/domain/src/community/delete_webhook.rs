//! Ends an incoming webhook.

use ajet_protocol::{Permission, WebhookId};
use serde::{Deserialize, Serialize};

use super::rights::holding;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::{Ask, Needs, WebhookOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A webhook to be ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteWebhook {
    pub webhook_id: WebhookId,
}

impl Verb for DeleteWebhook {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(WebhookOf { webhook: self.webhook_id, user: by.rights_of() });
    }

    /// What the webhook's channel allows and denies counts, as where one is created.
    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let question = WebhookOf { webhook: self.webhook_id, user: turn.by.rights_of() };
        let webhook = turn.facts.of(&question).ok_or(Denied::NotFound)?;
        holding(turn.within_scopes(webhook.standing), Permission::ManageWebhooks)?;
        Ok(Decision {
            events: vec![],
            changes: vec![Change::RemoveWebhook { id: self.webhook_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("webhook.delete", AuditTarget::Webhook(self.webhook_id)))
    }
}
