//! What of a community one wants to be told of, where one set nothing for the channel: for all of one's sessions, and for no one else.
//!
//! It rests on the person's membership of the community: of one that they left nothing is set.

use ajet_protocol::events::CommunityPreferencesPayload;
use ajet_protocol::{CommunityId, Event, NotifyLevel};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::{Change, NoticeChange};
use crate::event::Emit;
use crate::need::{Ask, CommunityLevelOf, Needs};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// What of a community's channels the person wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCommunityLevel {
    pub community_id: CommunityId,
    pub level: NotifyLevel,
}

impl Verb for SetCommunityLevel {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(CommunityLevelOf { user: core.id(), community: self.community_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { community_id, level: notify } = *self;
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let found = turn.facts.of(&CommunityLevelOf { user: user_id, community: community_id });
        let found = found.ok_or(Denied::NotFound)?;
        if core.community_level(community_id).unwrap_or(found.notify) == notify {
            return Ok(Decision::nothing(()));
        }
        let event = Event::CommunityPreferences(CommunityPreferencesPayload { community_id, notify });
        Ok(Decision {
            events: vec![Emit::new(&event)],
            changes: vec![Change::Notice(NoticeChange::SetCommunityLevel { user_id, community_id, notify })],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
