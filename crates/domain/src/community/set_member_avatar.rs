//! Sets the picture that a member has in the community, or takes it away. If it is so already, nothing happens.
//!
//! Everybody has their own, unless they are muted and set another one; that of others is for those who manage members, and for people
//! who do not stand above them.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{Event, Member, Permission, UserId};
use serde::{Deserialize, Serialize};

use super::rights::{Silenced, Untouchable, ask_about, require_unmuted, target};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{MemberOf, Needs};
use crate::picture;
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A member's picture here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMemberAvatar {
    pub user_id: UserId,
    /// Whether the person is the caller. Rights do not rest on it: the audit log does not keep how people show themselves.
    pub own: bool,
    /// Where it is; `None` for that of the account.
    pub avatar_url: Option<String>,
}

refusals! {
    /// Why a member's picture was not set.
    pub enum Refused: Untouchable | Silenced {}
}

impl Verb for SetMemberAvatar {
    type Entity = CommunityCore;
    type Answer = Member;
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let before = self.reached(turn)?;
        if before.avatar_url == self.avatar_url {
            return Ok(Decision::nothing(before));
        }
        if self.avatar_url.is_some() {
            require_unmuted(&turn.rights(None), turn)?;
        }
        let replaced = picture::replaced(before.avatar_url.as_deref(), self.avatar_url.as_deref());
        let (user_id, avatar_url) = (self.user_id, self.avatar_url.clone());
        let after = Member { avatar_url: avatar_url.clone(), ..before };
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberUpdated(MemberPayload { member: after.clone() }))],
            changes: [Change::SetMemberAvatar { user_id, avatar_url }].into_iter().chain(replaced).collect(),
            raises: vec![],
            made: None,
            answer: after,
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.avatar", AuditTarget::Person(self.user_id));
        (!self.own).then_some(audit)
    }
}

impl SetMemberAvatar {
    /// The member as they are, if the caller may set their picture.
    fn reached(&self, turn: &Turn<'_>) -> Result<Member, Refused> {
        let not_there = || Refused::from(Untouchable::from(Denied::NotFound));
        if self.user_id != turn.by.rights_of() {
            return target(turn, self.user_id, Permission::ManageMembers)?.ok_or_else(not_there);
        }
        if !turn.rights(None).in_community {
            return Err(not_there());
        }
        turn.facts.of(&MemberOf(self.user_id)).ok_or_else(not_there)
    }
}
