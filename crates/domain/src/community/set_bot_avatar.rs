//! Sets the picture of a bot's account, or takes it away. Others are told by a job, as where people change theirs.

use ajet_protocol::{BotId, Permission};
use serde::{Deserialize, Serialize};

use super::rights::{Unpublished, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::BotChange;
use crate::job::JobRequest;
use crate::need::{Ask, BotOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A bot's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBotAvatar {
    pub bot_id: BotId,
    /// Where it is; `None` for none.
    pub avatar_url: Option<String>,
}

impl Verb for SetBotAvatar {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Unpublished;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(BotOf(self.bot_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = require(turn, Permission::ManageBots)?;
        if self.avatar_url.is_some() {
            require_unmuted(&standing, turn)?;
        }
        let bot = turn.facts.of(&BotOf(self.bot_id)).ok_or(Denied::NotFound)?;
        let (user_id, avatar_url) = (bot.user, self.avatar_url.clone());
        Ok(Decision {
            events: vec![],
            changes: vec![
                Change::Bot(BotChange::SetAvatar { user_id, avatar_url }),
                Change::RequestJob(JobRequest::AnnounceUser { user_id }),
            ],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("bot.avatar", AuditTarget::Bot(self.bot_id)))
    }
}
