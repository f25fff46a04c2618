//! Removes a member: they come back by an invite. A person who does not belong to the community is not there already.

use ajet_protocol::events::MemberGone;
use ajet_protocol::{Event, NotificationReason, Permission, UserId};
use serde::{Deserialize, Serialize};

use super::rights::{Untouchable, ask_about, target};
use super::{Change, CommunityCore, telling};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A member to be removed by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kick {
    pub user_id: UserId,
    pub reason: Option<String>,
}

impl Verb for Kick {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = self.user_id;
        if target(turn, user_id, Permission::KickMembers)?.is_none() {
            return Ok(Decision::nothing(()));
        }
        let tells = telling::of_act(core, turn, user_id, NotificationReason::Kicked);
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberKicked(MemberGone { user_id }))],
            changes: [Change::RemoveMember { user_id }].into_iter().chain(tells).collect(),
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.kick", AuditTarget::Person(self.user_id));
        Some(audit.with("reason", self.reason.as_deref()))
    }
}
