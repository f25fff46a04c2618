//! Creates an API token of a bot; only the hash of the secret comes this far.

use ajet_protocol::{BotId, Permission, Permissions, Timestamp, TokenId, TokenScopes, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::create_bot::named;
use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::{BotChange, NewApiToken};
use crate::need::{Ask, BotOf, Needs, SeesBeyond, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A token to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateToken {
    pub bot_id: BotId,
    pub scopes: TokenScopes,
    pub expires_at: Option<Timestamp>,
    pub token_hash: Vec<u8>,
}

refusals! {
    /// Why a token was not created.
    pub enum Refused: Denied {
        /// The bot has not all of these scopes.
        Beyond => Invalid("scopes", "out_of_range"): "has a scope that the bot has not",
        /// `expires_at` is not in the future.
        AlreadyExpired => Invalid("expires_at", "out_of_range"): "must be in the future",
        /// The caller would have more by the token than they have: the bot stands above them, may do what they may not, sees a channel that
        /// they do not see, or is in a direct message.
        Above => Forbidden: "By this token you would have more rights than you have.",
        /// The token would be worth nothing.
        Deactivated => Conflict: "The bot's account is deactivated: its tokens are refused until the owner of the system takes that back.",
        /// The bot has as many as it may have.
        Full => Limit: "A bot has at most 20 tokens; revoke one first.",
    }
}

impl Verb for CreateToken {
    type Entity = CommunityCore;
    type Answer = Made<TokenId>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("tokens"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(BotOf(self.bot_id));
        needs.ask(SeesBeyond { bot: self.bot_id, person: by.rights_of() });
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let caller = require(turn, Permission::ManageBots)?;
        let bot = turn.facts.of(&BotOf(self.bot_id)).ok_or(Denied::NotFound)?;
        // Who has a token has what it may be used for: no more than they have themselves. Owners and admins answer for what a bot reads,
        // and renew its tokens wherever it takes part.
        let used = bot.standing.permissions.and(self.scopes.permissions());
        let beyond = turn.facts.of(&SeesBeyond { bot: self.bot_id, person: turn.by.rights_of() });
        if bot.standing.rank > caller.rank
            || used.without(caller.permissions) != Permissions::NONE
            || (beyond && !caller.rank.is_above_roles())
        {
            return Err(Refused::Above);
        }
        if !bot.scopes.contains_all(self.scopes) {
            return Err(Refused::Beyond);
        }
        if self.expires_at.is_some_and(|end| end <= turn.now) {
            return Err(Refused::AlreadyExpired);
        }
        if bot.is_deactivated {
            return Err(Refused::Deactivated);
        }
        if bot.tokens >= limits::BOT_TOKENS {
            return Err(Refused::Full);
        }
        let id = TokenId(core.new_id(turn));
        let token = NewApiToken {
            id,
            bot_id: self.bot_id,
            user_id: bot.user,
            token_hash: self.token_hash.clone(),
            scopes: self.scopes,
            expires_at: self.expires_at,
            by: turn.by.id(),
            at: turn.now,
        };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Bot(BotChange::AddToken(Box::new(token)))],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(id),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("token.create", AuditTarget::Made("token"));
        let audit = audit.with("bot_id", Some(self.bot_id.to_string()));
        Some(audit.with("scopes", Some(named(self.scopes))))
    }
}
