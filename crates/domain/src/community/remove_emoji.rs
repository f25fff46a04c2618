//! Removes a custom emoji. Messages and reactions keep its name as text.

use ajet_protocol::{EmojiGone, EmojiId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, EmojiOf, Needs, PictureOf, StandingOf};
use crate::picture;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An emoji to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveEmoji {
    pub emoji_id: EmojiId,
}

impl Verb for RemoveEmoji {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(EmojiOf(self.emoji_id));
        needs.ask(PictureOf::Emoji(self.emoji_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageCommunity)?;
        let emoji_id = self.emoji_id;
        if !turn.facts.of(&EmojiOf(emoji_id)) {
            return Err(Denied::NotFound);
        }
        let replaced = picture::replaced(turn.facts.of(&PictureOf::Emoji(emoji_id)).as_deref(), None);
        Ok(Decision {
            events: vec![Emit::new(&Event::EmojiDeleted(EmojiGone { emoji_id }))],
            changes: [Change::RemoveEmoji { id: emoji_id }].into_iter().chain(replaced).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("emoji.delete", AuditTarget::Emoji(self.emoji_id)))
    }
}
