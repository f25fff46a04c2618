//! Leaves a channel; again changes nothing. The last one in a private channel does not leave it: it would be there for no one any more, and
//! no one could be let in.

use ajet_protocol::events::MemberGone;
use ajet_protocol::{ChannelId, Event, Visibility};
use serde::{Deserialize, Serialize};

use super::rights::visible;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, ChannelOf, MemberOf, Needs, OthersIn, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel that the caller leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveChannel {
    pub channel_id: ChannelId,
}

refusals! {
    /// Why somebody does not leave a channel.
    pub enum Refused: Denied {
        /// No one would see the private channel.
        LastOne => Conflict: "You are the last one in this private channel; delete or archive it.",
    }
}

impl Verb for LeaveChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MemberOf(by.rights_of()));
        needs.ask(ChannelOf(self.channel_id));
        needs.ask(OthersIn { channel: self.channel_id, but: by.id() });
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, _) = visible(turn, self.channel_id)?;
        if !standing.in_channel {
            return Ok(Decision::nothing(()));
        }
        let user_id = turn.by.id();
        let channel = turn.facts.of(&ChannelOf(self.channel_id)).ok_or(Denied::NotFound)?;
        let others = turn.facts.of(&OthersIn { channel: self.channel_id, but: user_id });
        if channel.visibility == Visibility::Private && !others {
            return Err(Refused::LastOne);
        }
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
