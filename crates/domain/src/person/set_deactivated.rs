//! Taking an account out of use, or into use again: for the owner of the system alone. Again changes nothing.
//!
//! Nothing of the person is lost. That their sessions end, and that no one signs in as them, is the server's matter, which reads the row.
//! It makes no event: what others see of the person stays as it is.

use ajet_protocol::UserId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::{Caller, Via};
use crate::change::Change;
use crate::need::{Ask, Needs, OwnsSystem, ProfileOf};
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Denied, refusals};

/// Whether the account is out of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDeactivated {
    pub deactivated: bool,
}

refusals! {
    /// Why an account stays as it is.
    pub enum NotDeactivated: Denied {
        /// The owner of the system would lock themselves out.
        Yourself => Invalid("id", "yourself"): "is you",
    }
}

/// What this batch has decided already.
fn decided(core: &PersonCore, of: UserId) -> Option<bool> {
    core.last_decided(|change| match change {
        Change::SetDeactivated { user_id, at } if *user_id == of => Some(at.is_some()),
        _ => None,
    })
}

impl Verb for SetDeactivated {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotDeactivated;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        needs.ask(OwnsSystem(by.id()));
        needs.ask(ProfileOf(core.id()));
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = core.id();
        // No token may, whatever its scopes.
        let in_person = matches!(turn.by.via, Via::Session | Via::Slash) && turn.by.scopes.is_none();
        if !turn.facts.of(&OwnsSystem(turn.by.id())) || !in_person {
            return Err(Denied::Forbidden.into());
        }
        if turn.by.id() == user_id {
            return Err(NotDeactivated::Yourself);
        }
        let found = turn.facts.of(&ProfileOf(user_id)).ok_or(Denied::NotFound)?;
        if decided(core, user_id).unwrap_or(found.deactivated) == self.deactivated {
            return Ok(Decision::nothing(()));
        }
        let set = Change::SetDeactivated { user_id, at: self.deactivated.then_some(turn.now) };
        Ok(Decision { events: vec![], changes: vec![set], raises: vec![], made: None, answer: () })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let action = if self.deactivated { "user.deactivate" } else { "user.reactivate" };
        Some(Audit::of(action, AuditTarget::Account))
    }
}
