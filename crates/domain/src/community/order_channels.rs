//! Puts channels in order, and into categories. Those that stand where they should already are not changed.

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{CategoryId, Channel, ChannelId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, CategoryOf, ChannelOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// Channels, each once, with where they are to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChannels {
    pub places: Vec<Placed>,
}

/// Where a channel is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub channel_id: ChannelId,
    /// `None`: it stays in the category in which it is; `Some(None)`: it stands in none.
    pub category_id: Option<Option<CategoryId>>,
    pub position: i32,
}

refusals! {
    /// Why channels were not put in order.
    pub enum Refused: Denied {
        /// One of them is no channel of the community that the caller may know of.
        ChannelUnknown => Invalid("channels", "not_found"): "names what is no channel of this community",
        /// One of the categories is none of the community.
        CategoryUnknown => Invalid("channels", "not_found"): "names what is no category of this community",
    }
}

impl Verb for OrderChannels {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "channels";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        for place in &self.places {
            needs.ask(StandingOf { user: by.rights_of(), channel: Some(place.channel_id) });
            needs.ask(ChannelOf(place.channel_id));
            if let Some(Some(category)) = place.category_id {
                needs.ask(CategoryOf(category));
            }
        }
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageChannels)?;
        let mut moved = Vec::new();
        for place in &self.places {
            moved.extend(place.moved(turn)?);
        }
        let change = |channel: &Channel| Change::MoveChannel {
            id: channel.id,
            category_id: channel.category_id,
            position: channel.position,
        };
        Ok(Decision {
            changes: moved.iter().map(change).collect(),
            events: moved.into_iter().map(updated).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit { action: "channel.order", target: AuditTarget::Community, details: vec![] })
    }
}

impl Placed {
    /// The channel as it is afterwards; `None` where it stands there already. One that the caller may not know of is not there.
    fn moved(self, turn: &Turn<'_>) -> Result<Option<Channel>, Refused> {
        let standing = turn.rights(Some(self.channel_id));
        let found = turn.facts.of(&ChannelOf(self.channel_id)).filter(|_| standing.sees());
        let before = found.ok_or(Refused::ChannelUnknown)?;
        if !standing.may(Permission::ManageChannels) {
            return Err(Denied::Forbidden.into());
        }
        if let Some(Some(category)) = self.category_id
            && !turn.facts.of(&CategoryOf(category))
        {
            return Err(Refused::CategoryUnknown);
        }
        let category_id = self.category_id.unwrap_or(before.category_id);
        let after = Channel { category_id, position: self.position, ..before.clone() };
        Ok((after != before).then_some(after))
    }
}

fn updated(channel: Channel) -> Emit {
    let id = channel.id;
    Emit::in_channel(&Event::ChannelUpdated(ChannelPayload { channel: channel.into() }), id)
}
