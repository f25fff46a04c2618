//! Lets a member into a channel; again changes nothing. Into a private one only those in it do, since it is not there for others.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{ChannelId, Event, Permission, UserId};
use serde::{Deserialize, Serialize};

use super::rights::require_in;
use super::{Change, CommunityCore, telling};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, MemberOf, MembershipOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A member of the community who is to be in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddToChannel {
    pub channel_id: ChannelId,
    pub user_id: UserId,
}

impl Verb for AddToChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MemberOf(self.user_id));
        needs.ask(MembershipOf { user: self.user_id, channel: self.channel_id });
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, user_id } = *self;
        require_in(turn, channel_id, Permission::ManageChannels)?;
        let member = turn.facts.of(&MemberOf(user_id)).ok_or(Denied::NotFound)?;
        if turn.facts.of(&MembershipOf { user: user_id, channel: channel_id }) {
            return Ok(Decision::nothing(()));
        }
        let event = Event::MemberJoined(MemberPayload { member });
        let joins = Change::JoinChannel { channel_id, user_id, at: turn.now };
        let tells = telling::of_channel(core, turn, user_id, channel_id);
        Ok(Decision {
            events: vec![Emit::in_channel(&event, channel_id)],
            changes: [joins].into_iter().chain(tells).collect(),
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let details = vec![("channel_id", self.channel_id.to_string().into())];
        Some(Audit { action: "channel.member_add", target: AuditTarget::Person(self.user_id), details })
    }
}
