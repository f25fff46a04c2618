//! Telling a community how a person who belongs to it looks now. The server asks for it when the person has changed something, and may ask
//! again: readers replace what they know of the person.

use ajet_protocol::events::UserPayload;
use ajet_protocol::{Event, UserId};
use serde::{Deserialize, Serialize};

use super::CommunityCore;
use crate::asked::{Caller, Via};
use crate::event::Emit;
use crate::need::{Ask, MemberOf, Needs};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A person whose name, picture or status has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnounceMember {
    pub user_id: UserId,
}

impl Verb for AnnounceMember {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    /// It tells how the person looks when it is decided.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "status_text";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(MemberOf(self.user_id));
        }
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound);
        }
        // Who has left meanwhile is no one to tell of.
        let Some(member) = turn.facts.of(&MemberOf(self.user_id)) else { return Ok(Decision::nothing(())) };
        let told = Event::UserUpdated(UserPayload { user: member.user });
        Ok(Decision {
            events: vec![Emit::on(core.place(), &told)],
            changes: vec![],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
