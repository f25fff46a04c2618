//! Changes a channel: its name, its topic, who may find it, where it stands. If all of it is so already, nothing happens.

use ajet_protocol::events::{ChannelGone, ChannelPayload, MemberPayload};
use ajet_protocol::{CategoryId, Channel, ChannelId, Event, Member, Permission, Trimmed, Visibility};
use serde::{Deserialize, Serialize};

use super::create_channel::NAME_TAKEN;
use super::rights::{Silenced, require_unmuted, visible};
use super::{Change, CommunityCore};
use crate::Standing;
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, CategoryOf, ChannelOf, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a channel; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateChannel {
    pub channel_id: ChannelId,
    pub name: Option<Trimmed>,
    /// An empty one takes the topic away.
    pub topic: Option<Trimmed>,
    pub visibility: Option<Visibility>,
    /// `Some(None)` takes it out of its category.
    pub category_id: Option<Option<CategoryId>>,
    pub position: Option<i32>,
}

refusals! {
    /// Why a channel was not changed.
    pub enum Refused: Denied | Silenced {
        /// The community has another channel of this name.
        NameTaken => Conflict("name", "taken"): "A channel of this name is already there.",
        /// `category_id` names no category of this community.
        CategoryUnknown => Invalid("category_id", "not_found"): "names no category of this community",
    }
}

impl Verb for UpdateChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(MemberOf(by.rights_of()));
        needs.ask(ChannelOf(self.channel_id));
        if let Some(Some(category)) = self.category_id {
            needs.ask(CategoryOf(category));
        }
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, member) = self.allowed(turn)?;
        let (id, by) = (self.channel_id, turn.by.id());
        let before = turn.facts.of(&ChannelOf(id)).ok_or(Denied::NotFound)?;
        if let Some(Some(category)) = self.category_id
            && !turn.facts.of(&CategoryOf(category))
        {
            return Err(Refused::CategoryUnknown);
        }
        let after = self.applied_to(&before);
        if after == before {
            return Ok(Decision::nothing(()));
        }
        let visibility = (after.visibility != before.visibility).then_some(after.visibility);
        let (mut events, mut changes) = (Vec::new(), changes_of(&before, &after));
        let mut raises: Vec<Affected> = visibility.map(|_| Affected::Channel(id)).into_iter().collect();
        // The person who makes a channel private joins it, or it could be left without anybody who sees it.
        if visibility == Some(Visibility::Private) && !standing.in_channel {
            events.push(Emit::in_channel(&Event::MemberJoined(MemberPayload { member }), id));
            changes.push(Change::JoinChannel { channel_id: id, user_id: by, at: turn.now });
            raises.push(Affected::Person(by));
        }
        let updated = ChannelPayload { channel: after.into() };
        events.push(Emit::in_channel(&Event::ChannelUpdated(updated), id));
        if visibility == Some(Visibility::Private) {
            // Those outside get nothing of it any more, so not that it is private either.
            events.push(Emit::in_channel(&Event::ChannelClosed(ChannelGone { channel_id: id }), id));
        }
        Ok(Decision { events, changes, raises, made: None, answer: () })
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    /// A topic is not a manager's business alone.
    fn audit(&self) -> Option<Audit<'_>> {
        if self.is_topic_alone() {
            return None;
        }
        let audit = Audit::of("channel.update", AuditTarget::Channel(self.channel_id));
        let audit = audit.with("name", self.name.as_deref()).with("topic", self.topic.as_deref());
        Some(audit.with("visibility", self.visibility.map(Visibility::as_str)))
    }
}

/// What makes a channel of this one.
fn changes_of(before: &Channel, after: &Channel) -> Vec<Change> {
    let id = after.id;
    let visibility = (after.visibility != before.visibility).then_some(after.visibility);
    let name = (after.name != before.name).then(|| after.name.clone());
    let updates = name.is_some() || visibility.is_some() || after.topic != before.topic;
    let update = updates.then(|| Change::UpdateChannel { id, name, topic: after.topic.clone(), visibility });
    let (category_id, position) = (after.category_id, after.position);
    let moves = (category_id, position) != (before.category_id, before.position);
    let place = moves.then_some(Change::MoveChannel { id, category_id, position });
    update.into_iter().chain(place).collect()
}

impl UpdateChannel {
    /// The caller's rights and membership, if they may change this.
    fn allowed(&self, turn: &Turn<'_>) -> Result<(Standing, Member), Refused> {
        let (standing, member) = visible(turn, self.channel_id)?;
        let may = standing.may(Permission::ManageChannels)
            || (self.is_topic_alone() && standing.may(Permission::SetTopic));
        if !may {
            return Err(Denied::Forbidden.into());
        }
        require_unmuted(&standing, turn)?;
        Ok((standing, member))
    }

    /// Whether nothing but the topic is to be changed.
    fn is_topic_alone(&self) -> bool {
        let names = self.name.is_some() || self.visibility.is_some();
        let moves = self.category_id.is_some() || self.position.is_some();
        !names && !moves
    }

    fn applied_to(&self, before: &Channel) -> Channel {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = name.to_string();
        }
        if let Some(topic) = &self.topic {
            after.topic = (!topic.is_empty()).then(|| topic.to_string());
        }
        after.visibility = self.visibility.unwrap_or(before.visibility);
        after.category_id = self.category_id.unwrap_or(before.category_id);
        after.position = self.position.unwrap_or(before.position);
        after
    }
}
