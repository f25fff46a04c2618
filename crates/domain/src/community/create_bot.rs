//! Creates a bot: an account of a program, which is a member of the community from this commit on. It has no token yet.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{
    Bot, BotId, Event, Member, Permission, Role, TokenScopes, Trimmed, User, UserId, limits,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::{Silenced, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::change::BotChange;
use crate::event::Emit;
use crate::need::{ArrivalChannel, Ask, BotCount, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A bot to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateBot {
    pub name: Trimmed,
    /// What its tokens may be used for at most.
    pub scopes: TokenScopes,
}

refusals! {
    /// Why a bot was not created.
    pub enum Refused: Denied | Silenced {
        /// The community has as many as it may have.
        Full => Limit: "A community has at most 100 bots.",
        /// An account took the user name in the same moment; another try takes another one.
        NameTaken => Conflict: "The user name of this bot is already there; try again.",
    }
}

/// The indexes that keep user names apart: by their letters, without regard to case, and by what they look like.
pub const USER_NAME_INDEXES: [&str; 2] = ["users_username_key", "users_username_look_key"];
/// Characters of a bot's name that its user name begins with, at most.
const READABLE: usize = 24;

impl Verb for CreateBot {
    type Entity = CommunityCore;
    type Answer = Made<Box<Bot>>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("bots"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(BotCount);
        needs.ask(ArrivalChannel(None));
    }

    /// It arrives where people do, and so is a member like any other: its roles and channels are changed as theirs are.
    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require_unmuted(&require(turn, Permission::ManageBots)?, turn)?;
        if turn.facts.of(&BotCount) >= limits::BOTS {
            return Err(Refused::Full);
        }
        let (id, user_id, now) = (BotId(core.new_id(turn)), UserId(core.new_id(turn)), turn.now);
        let user = User {
            id: user_id,
            username: username(self.name.as_str(), turn.universe.entropy()),
            display_name: self.name.to_string(),
            avatar_url: None,
            status_text: None,
            bot: true,
            created_at: now,
        };
        let bot = Bot {
            id,
            community_id: core.id(),
            name: self.name.to_string(),
            user_id,
            scopes: self.scopes.list(),
            avatar_url: None,
            created_at: now,
        };
        let member = joined(user.clone(), turn);
        let (added, by) = (Box::new(bot.clone()), turn.by.id());
        let mut changes = vec![
            Change::Bot(BotChange::Add { bot: added, user: Box::new(user), by }),
            Change::AddMember { user_id, role: Role::Member, joined_at: now, muted_until: None },
        ];
        let arrives = turn.facts.of(&ArrivalChannel(None));
        changes.extend(arrives.map(|channel_id| Change::JoinChannel { channel_id, user_id, at: now }));
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberJoined(MemberPayload { member }))],
            changes,
            raises: vec![Affected::Person(user_id)],
            made: Some(id.0),
            answer: Made::New(Box::new(bot)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn constraint(name: &str) -> Option<Refused> {
        USER_NAME_INDEXES.contains(&name).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("bot.create", AuditTarget::Made("bot"));
        let audit = audit.with("name", Some(self.name.as_str()));
        Some(audit.with("scopes", Some(named(self.scopes))))
    }
}

/// A bot's membership, as it begins.
fn joined(user: User, turn: &Turn<'_>) -> Member {
    Member {
        user,
        role: Role::Member,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: turn.now,
    }
}

/// Scopes, as a line of the audit log names them.
pub(super) fn named(scopes: TokenScopes) -> String {
    let names: Vec<&str> = scopes.list().into_iter().map(|scope| scope.as_str()).collect();
    names.join(" ")
}

/// A user name that can be read, made of a bot's name, with an ending that no other has: names of bots may repeat.
pub(super) fn username(name: &str, entropy: u64) -> String {
    let mut readable = String::new();
    for c in name.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => readable.push(c),
            _ if readable.is_empty() || readable.ends_with('-') => {}
            _ => readable.push('-'),
        }
        if readable.len() == READABLE {
            break;
        }
    }
    let readable = readable.trim_end_matches('-');
    let readable = if readable.is_empty() { "bot" } else { readable };
    format!("{readable}-{:010x}", entropy & 0xff_ffff_ffff)
}
