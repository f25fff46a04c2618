//! Puts a member out of a channel; again changes nothing. One leaves a channel oneself by `leave_channel`.

use ajet_protocol::events::MemberGone;
use ajet_protocol::{ChannelId, Event, Permission, UserId};
use serde::{Deserialize, Serialize};

use super::rights::{Untouchable, ask_about, reached, require_in};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, MembershipOf, Needs, StandingOf};
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A person to be put out of a channel by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveFromChannel {
    pub channel_id: ChannelId,
    pub user_id: UserId,
}

impl Verb for RemoveFromChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MembershipOf { user: self.user_id, channel: self.channel_id });
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, user_id } = *self;
        // First of all: a channel that the caller may not know of is not there, whatever the person is to it. What it allows and denies
        // counts, as where somebody is let in.
        let caller = require_in(turn, channel_id, Permission::ManageChannels)?;
        reached(turn, user_id, caller.rank)?;
        if !turn.facts.of(&MembershipOf { user: user_id, channel: channel_id }) {
            return Ok(Decision::nothing(()));
        }
        Ok(Decision {
            events: vec![Emit::in_channel(&Event::MemberLeft(MemberGone { user_id }), channel_id)],
            changes: vec![Change::LeaveChannel { channel_id, user_id }],
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let details = vec![("channel_id", self.channel_id.to_string().into())];
        Some(Audit { action: "channel.member_remove", target: AuditTarget::Person(self.user_id), details })
    }
}
