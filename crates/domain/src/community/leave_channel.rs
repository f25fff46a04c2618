//! Leaves a channel; again changes nothing.

use ajet_protocol::events::MemberGone;
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

/// A channel that the caller leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveChannel {
    pub channel_id: ChannelId,
}

impl Verb for LeaveChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MemberOf(by.rights_of()));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, _) = visible(turn, self.channel_id)?;
        if !standing.in_channel {
            return Ok(Decision::nothing(()));
        }
        let user_id = turn.by.id();
        let event = Event::MemberLeft(MemberGone { user_id });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, self.channel_id)],
            changes: vec![Change::LeaveChannel { channel_id: self.channel_id, user_id }],
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }
}
