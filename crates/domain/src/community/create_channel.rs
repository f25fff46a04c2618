//! Creates a channel, behind all others; its maker joins it.

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{
    CategoryId, Channel, ChannelId, ChannelType, Event, NotifyLevel, Permission, Trimmed, Unread, Visibility,
    limits,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::{Silenced, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, CategoryOf, ChannelTally, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateChannel {
    pub name: Trimmed,
    pub kind: ChannelType,
    pub visibility: Visibility,
    pub topic: Option<Trimmed>,
    pub category_id: Option<CategoryId>,
}

refusals! {
    /// Why a channel was not created.
    pub enum Refused: Denied | Silenced {
        /// The community has a channel of this name.
        NameTaken => Conflict("name", "taken"): "A channel of this name is already there.",
        /// It would be one more than a community may have.
        TooMany => Limit: "This community has as many channels as a community may have.",
        /// `category_id` names no category of this community.
        CategoryUnknown => Invalid("category_id", "not_found"): "names no category of this community",
    }
}

/// The constraint that keeps channel names apart within a community.
pub(super) const NAME_TAKEN: &str = "channels_name_key";

impl Verb for CreateChannel {
    type Entity = CommunityCore;
    type Answer = Made<Box<Channel>>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("channels"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(ChannelTally);
        if let Some(category) = self.category_id {
            needs.ask(CategoryOf(category));
        }
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require_unmuted(&require(turn, Permission::ManageChannels)?, turn)?;
        if let Some(category) = self.category_id
            && !turn.facts.of(&CategoryOf(category))
        {
            return Err(Refused::CategoryUnknown);
        }
        let others = turn.facts.of(&ChannelTally);
        if others.count >= limits::CHANNELS {
            return Err(Refused::TooMany);
        }
        let behind = others.last.map_or(0, |last| last.saturating_add(1));
        let (channel, by) = (self.compose(behind, core, turn), turn.by.id());
        let event = Event::ChannelCreated(ChannelPayload { channel: channel.clone().into() });
        let changes = vec![
            Change::AddChannel { channel: Box::new(channel.clone()), by },
            Change::JoinChannel { channel_id: channel.id, user_id: by, at: turn.now },
        ];
        Ok(Decision {
            events: vec![Emit::in_channel(&event, channel.id)],
            changes,
            raises: vec![Affected::Channel(channel.id), Affected::Person(by)],
            made: Some(channel.id.0),
            answer: Made::New(Box::new(channel)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("channel.create", AuditTarget::Made("channel"));
        Some(audit.with("name", Some(self.name.as_str())).with("visibility", Some(self.visibility.as_str())))
    }
}

impl CreateChannel {
    fn compose(&self, position: i32, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Channel {
        Channel {
            id: ChannelId(core.new_id(turn)),
            community_id: Some(core.id()),
            name: self.name.to_string(),
            kind: self.kind,
            visibility: self.visibility,
            topic: self.topic.clone().map(String::from),
            category_id: self.category_id,
            position,
            members: Vec::new(),
            last_message_id: None,
            unread: Unread::default(),
            muted: false,
            notify: NotifyLevel::default(),
            archived: false,
            slow_mode_s: 0,
            created_at: turn.now,
        }
    }
}
