//! Mutes a member: they read on and may not write, for a time or until it is lifted. Muted again to the same end they are not told again.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{Event, NotificationReason, Permission, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::rights::{Untouchable, ask_about, target};
use super::{Change, CommunityCore, telling};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A member to be muted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    pub user_id: UserId,
    /// For how long from the decision on; `None`: until it is lifted.
    pub seconds: Option<u64>,
    pub reason: Option<String>,
}

impl Verb for Mute {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let member = target(turn, self.user_id, Permission::MuteMembers)?;
        let mut member = member.ok_or(Denied::NotFound)?;
        let ends = self.seconds.map_or(Timestamp::FAR, |seconds| turn.now.plus_seconds(seconds));
        let is_news = member.muted_until.replace(ends) != Some(ends);
        let mute = Change::Mute { user_id: self.user_id, until: Some(ends) };
        let tells =
            is_news.then(|| telling::of_act(core, turn, self.user_id, NotificationReason::Muted)).flatten();
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberUpdated(MemberPayload { member }))],
            changes: [mute].into_iter().chain(tells).collect(),
            raises: vec![Affected::Person(self.user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.mute", AuditTarget::Person(self.user_id));
        let seconds = self.seconds.map(|seconds| seconds.to_string());
        Some(audit.with("seconds", seconds).with("reason", self.reason.as_deref()))
    }
}
