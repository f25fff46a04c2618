//! Revokes an API token of a bot. Who manages bots may, however high the bot stands: a token that leaked is to end at once.

use ajet_protocol::{Permission, TokenId};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::BotChange;
use crate::need::{Ask, Needs, StandingOf, TokenOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A token to be revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeToken {
    pub token_id: TokenId,
}

impl Verb for RevokeToken {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(TokenOf(self.token_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageBots)?;
        if !turn.facts.of(&TokenOf(self.token_id)) {
            return Err(Denied::NotFound);
        }
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Bot(BotChange::RevokeToken { id: self.token_id })],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("token.revoke", AuditTarget::Token(self.token_id)))
    }
}
