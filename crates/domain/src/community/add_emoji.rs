//! Adds a custom emoji. Its picture is in the object store already.

use ajet_protocol::{Emoji, EmojiId, EmojiPayload, Event, Permission, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::{Silenced, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, EmojiCount, EmojiNamed, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An emoji to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddEmoji {
    /// Without colons.
    pub name: String,
    /// Where its picture is.
    pub url: String,
}

/// The constraint that keeps the emoji of a community apart.
const NAME_TAKEN: &str = "emoji_community_id_name_key";

refusals! {
    /// Why an emoji was not added.
    pub enum Refused: Denied | Silenced {
        /// It would be one more than a community may have.
        TooMany => Limit: "This community has as many emoji as a community may have.",
        /// Unicode has an emoji of this name, which messages would show instead.
        Reserved => Invalid("name", "reserved"): "is the name of an emoji that everybody has",
        /// Another emoji of the community has the name.
        NameTaken => Conflict("name", "taken"): "Another emoji here has this name.",
    }
}

impl Verb for AddEmoji {
    type Entity = CommunityCore;
    type Answer = Made<Emoji>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("emoji"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(EmojiNamed(self.name.clone()));
        needs.ask(EmojiCount);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = require(turn, Permission::ManageCommunity)?;
        require_unmuted(&standing, turn)?;
        if ajet_markup::is_shortcode(&self.name) {
            return Err(Refused::Reserved);
        }
        if turn.facts.of(&EmojiNamed(self.name.clone())) {
            return Err(Refused::NameTaken);
        }
        if turn.facts.of(&EmojiCount) >= limits::EMOJI {
            return Err(Refused::TooMany);
        }
        let id = EmojiId(core.new_id(turn));
        let emoji = Emoji { id, name: self.name.clone(), url: self.url.clone() };
        let event = Event::EmojiCreated(EmojiPayload { emoji: emoji.clone() });
        let (by, at) = (turn.by.id(), turn.now);
        Ok(Decision {
            events: vec![Emit::new(&event)],
            changes: vec![Change::AddEmoji { emoji: emoji.clone(), by, at }],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(emoji),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("emoji.create", AuditTarget::Made("emoji")).with("name", Some(self.name.as_str())))
    }
}
