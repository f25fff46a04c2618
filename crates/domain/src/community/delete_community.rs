//! Deletes the community: from this commit on it is not there for anybody, and its slug is free. Its rows go later, by a job.

use ajet_protocol::events::CommunityGone;
use ajet_protocol::{Event, Permission, Role};
use serde::{Deserialize, Serialize};

use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Ask, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// The community is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteCommunity;

refusals! {
    /// Why a community was not deleted.
    pub enum Refused: Denied {
        /// Only an owner may.
        NotTheOwner => Forbidden: "Only an owner deletes a community.",
    }
}

impl Verb for DeleteCommunity {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(MemberOf(by.rights_of()));
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = turn.rights(None);
        if !standing.in_community {
            return Err(Denied::NotFound.into());
        }
        if !standing.may(Permission::ManageCommunity) {
            return Err(Denied::Forbidden.into());
        }
        let member = turn.facts.of(&MemberOf(turn.by.rights_of())).ok_or(Denied::NotFound)?;
        if member.role != Role::Owner {
            return Err(Refused::NotTheOwner);
        }
        let community_id = core.id();
        Ok(Decision {
            events: vec![Emit::new(&Event::CommunityDeleted(CommunityGone { community_id }))],
            changes: vec![
                Change::DeleteCommunity { id: community_id, at: turn.now },
                Change::RequestJob(JobRequest::DeleteCommunity { community_id }),
            ],
            raises: vec![Affected::Everyone],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("community.delete", AuditTarget::Community))
    }
}
