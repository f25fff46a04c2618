//! Revokes an invite: the person who made it, or who manages the community. Again changes nothing.

use ajet_protocol::{InviteId, Permission};
use serde::{Deserialize, Serialize};

use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::{Ask, InviteById, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An invite by which no one may come in any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeInvite {
    pub invite_id: InviteId,
}

impl Verb for RevokeInvite {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(InviteById(self.invite_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = turn.rights(None);
        if !standing.in_community {
            return Err(Denied::NotFound);
        }
        let invite = turn.facts.of(&InviteById(self.invite_id)).ok_or(Denied::NotFound)?;
        // Also who lost the right to invite: the invite is over then, and may as well be taken away.
        let in_scope = turn.by.scopes.is_none_or(|scopes| scopes.contains(Permission::CreateInvites));
        let own = in_scope && invite.created_by == Some(turn.by.rights_of());
        if !own && !standing.may(Permission::ManageCommunity) {
            return Err(Denied::Forbidden);
        }
        if invite.revoked {
            return Ok(Decision::nothing(()));
        }
        Ok(Decision {
            events: vec![],
            changes: vec![Change::RevokeInvite { id: self.invite_id, at: turn.now }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("invite.revoke", AuditTarget::Invite(self.invite_id)))
    }
}
