//! Sets the picture that an incoming webhook posts under, or takes it away.

use ajet_protocol::{Permission, WebhookId};
use serde::{Deserialize, Serialize};

use super::rights::{Unpublished, holding, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::{Ask, Needs, PictureOf, WebhookOf};
use crate::picture;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A webhook's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetWebhookAvatar {
    pub webhook_id: WebhookId,
    /// Where it is; `None` for none.
    pub avatar_url: Option<String>,
}

impl Verb for SetWebhookAvatar {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Unpublished;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(WebhookOf { webhook: self.webhook_id, user: by.rights_of() });
        needs.ask(PictureOf::Webhook(self.webhook_id));
    }

    /// What the webhook's channel allows and denies counts, as where one is created.
    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let question = WebhookOf { webhook: self.webhook_id, user: turn.by.rights_of() };
        let webhook = turn.facts.of(&question).ok_or(Denied::NotFound)?;
        let standing = holding(turn.within_scopes(webhook.standing), Permission::ManageWebhooks)?;
        if self.avatar_url.is_some() {
            require_unmuted(&standing, turn)?;
        }
        let before = turn.facts.of(&PictureOf::Webhook(self.webhook_id));
        let replaced = picture::replaced(before.as_deref(), self.avatar_url.as_deref());
        let (id, avatar_url) = (self.webhook_id, self.avatar_url.clone());
        Ok(Decision {
            events: vec![],
            changes: [Change::SetWebhookAvatar { id, avatar_url }].into_iter().chain(replaced).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("webhook.avatar", AuditTarget::Webhook(self.webhook_id)))
    }
}
