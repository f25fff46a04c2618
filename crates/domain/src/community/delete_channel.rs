//! Deletes a channel. From this commit on it is there for no one; a job takes its messages.

use ajet_protocol::events::ChannelGone;
use ajet_protocol::{ChannelId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require_in;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Ask, DefaultChannel, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteChannel {
    pub channel_id: ChannelId,
}

refusals! {
    /// Why a channel was not deleted.
    pub enum Refused: Denied {
        /// Everybody who comes joins it.
        Default => Conflict: "Everybody joins this channel on arrival: make another one the default channel first.",
    }
}

impl Verb for DeleteChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(DefaultChannel);
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let channel_id = self.channel_id;
        require_in(turn, channel_id, Permission::ManageChannels)?;
        if turn.facts.of(&DefaultChannel) == Some(channel_id) {
            return Err(Refused::Default);
        }
        let event = Event::ChannelDeleted(ChannelGone { channel_id });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, channel_id)],
            changes: vec![
                Change::DeleteChannel { id: channel_id },
                Change::RequestJob(JobRequest::DeleteChannel { channel_id }),
            ],
            raises: vec![Affected::Channel(channel_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let target = AuditTarget::Channel(self.channel_id);
        Some(Audit { action: "channel.delete", target, details: vec![] })
    }
}
