//! Joins a channel; again changes nothing.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{ChannelId, Event};
use serde::{Deserialize, Serialize};

use super::rights::visible;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel to be joined by the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinChannel {
    pub channel_id: ChannelId,
}

impl Verb for JoinChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MemberOf(by.rights_of()));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, member) = visible(turn, self.channel_id)?;
        if standing.in_channel {
            return Ok(Decision::nothing(()));
        }
        let event = Event::MemberJoined(MemberPayload { member });
        let change = Change::JoinChannel { channel_id: self.channel_id, user_id: turn.by.id(), at: turn.now };
        Ok(Decision {
            events: vec![Emit::in_channel(&event, self.channel_id)],
            changes: vec![change],
            raises: vec![Affected::Person(turn.by.id())],
            made: None,
            answer: (),
        })
    }
}
