//! Ends a bot: its tokens and its membership. Its account stays for what it wrote.

use ajet_protocol::events::MemberGone;
use ajet_protocol::{BotId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::{Untouchable, require};
use super::{Change, CommunityCore};
use crate::Rank;
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, BotOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A bot to be ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteBot {
    pub bot_id: BotId,
}

impl Verb for DeleteBot {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Untouchable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(BotOf(self.bot_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let caller = require(turn, Permission::ManageBots)?;
        let bot = turn.facts.of(&BotOf(self.bot_id)).ok_or(Denied::NotFound)?;
        if bot.standing.rank == Rank::Owner {
            return Err(Untouchable::Owner);
        }
        if bot.standing.rank > caller.rank {
            return Err(Untouchable::Above);
        }
        let user_id = bot.user;
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberLeft(MemberGone { user_id }))],
            changes: vec![Change::RemoveMember { user_id }],
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("bot.delete", AuditTarget::Bot(self.bot_id)))
    }
}
