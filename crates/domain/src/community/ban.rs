//! Bans a person: they belong to the community no more, and no invite lets them in. Again replaces the reason.

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

/// A person to be banned, whether they belong to the community or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    pub user_id: UserId,
    pub reason: Option<String>,
}

impl Verb for Ban {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { user_id, reason } = self.clone();
        let belongs = target(turn, user_id, Permission::BanMembers)?.is_some();
        let ban = Change::Ban { user_id, actor: turn.by.id(), reason, at: turn.now };
        let gone = belongs.then(|| Emit::new(&Event::MemberBanned(MemberGone { user_id })));
        let removal = belongs.then_some(Change::RemoveMember { user_id });
        // Who was never there learns nothing of the community.
        let tells =
            belongs.then(|| telling::of_act(core, turn, user_id, NotificationReason::Banned)).flatten();
        Ok(Decision {
            events: gone.into_iter().collect(),
            changes: removal.into_iter().chain([ban]).chain(tells).collect(),
            raises: belongs.then_some(Affected::Person(user_id)).into_iter().collect(),
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.ban", AuditTarget::Person(self.user_id));
        Some(audit.with("reason", self.reason.as_deref()))
    }
}
