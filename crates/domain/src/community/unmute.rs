//! Lifts a mute; again changes nothing.

use ajet_protocol::events::MemberPayload;
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

/// A member who may write again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmute {
    pub user_id: UserId,
    pub reason: Option<String>,
}

impl Verb for Unmute {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let member = target(turn, self.user_id, Permission::MuteMembers)?;
        // Who is not in the community is not muted there.
        let Some(mut member) = member else { return Ok(Decision::nothing(())) };
        if member.muted_until.is_none_or(|until| until <= turn.now) {
            return Ok(Decision::nothing(()));
        }
        member.muted_until = None;
        let unmute = Change::Mute { user_id: self.user_id, until: None };
        let tells = telling::of_act(core, turn, self.user_id, NotificationReason::Unmuted);
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberUpdated(MemberPayload { member }))],
            changes: [unmute].into_iter().chain(tells).collect(),
            raises: vec![Affected::Person(self.user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.unmute", AuditTarget::Person(self.user_id));
        Some(audit.with("reason", self.reason.as_deref()))
    }
}
