//! Telling a direct message how a person who takes part in it looks now. The server asks for it when the person has changed something, and
//! may ask again: readers replace what they know of the person. Channels of a community leave it to that.

use ajet_protocol::events::UserPayload;
use ajet_protocol::{Event, UserId};
use serde::{Deserialize, Serialize};

use super::ChannelCore;
use crate::asked::{Caller, Via};
use crate::event::Emit;
use crate::need::{Ask, Needs, ProfileOf, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A person whose name, picture or status has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncePerson {
    pub user_id: UserId,
}

impl AnnouncePerson {
    fn standing(self, core: &ChannelCore) -> StandingOf {
        StandingOf { user: self.user_id, channel: Some(core.id()) }
    }
}

/// Whether it is for the server to ask, and for this channel to tell.
fn is_asked_for(core: &ChannelCore, by: &Caller) -> bool {
    by.via == Via::System && core.place().community.is_none()
}

impl Verb for AnnouncePerson {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Denied;

    /// It tells how the person looks when it is decided.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "status_text";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        if is_asked_for(core, by) {
            needs.ask(self.standing(core));
            needs.ask(ProfileOf(self.user_id));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if !is_asked_for(core, turn.by) {
            return Err(Denied::NotFound);
        }
        let takes_part = turn.facts.of(&self.standing(core)).in_channel;
        let found = turn.facts.of(&ProfileOf(self.user_id)).filter(|_| takes_part);
        // Who has left meanwhile is no one to tell of.
        let Some(found) = found else { return Ok(Decision::nothing(())) };
        let told = Event::UserUpdated(UserPayload { user: found.user });
        Ok(Decision {
            events: vec![Emit::on(core.place(), &told)],
            changes: vec![],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
