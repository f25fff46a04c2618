//! What an API token may be used for.
//!
//! A token has some of these scopes; a signed-in session is not limited. Each scope is also a type, so that a handler names the scope
//! that it takes in its signature.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::{Permission, Permissions};

/// What a request needs of the token that it came with. Implemented by one type for each [`TokenScope`], and by [`SessionOnly`].
pub trait Scope: 'static {
    /// `None`: no token is enough, it takes a signed-in session.
    const TOKEN: Option<TokenScope>;
}

/// What no token may do, whatever its scopes: what concerns the person alone, settings, bots themselves, and the pages.
#[derive(Debug, Clone, Copy)]
pub struct SessionOnly;

impl Scope for SessionOnly {
    const TOKEN: Option<TokenScope> = None;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal, [$($permission:ident),*];)+) => {
        /// One thing that a token may be used for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum TokenScope { $($(#[$doc])* #[serde(rename = $text)] $name),+ }

        impl TokenScope {
            /// Every scope there is.
            pub const ALL: &[TokenScope] = &[$(TokenScope::$name),+];

            /// The scope's place in a stored set: it never changes, and a new scope takes a new one.
            #[must_use]
            pub const fn bit(self) -> u32 {
                match self { $(TokenScope::$name => 1 << $bit),+ }
            }

            /// The scope's name in requests and answers.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(TokenScope::$name => $text),+ }
            }

            /// The permissions that a token with this scope may use, as far as its person has them.
            #[must_use]
            pub fn permissions(self) -> Permissions {
                match self { $(TokenScope::$name => Permissions::of(&[$(Permission::$permission),*])),+ }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Scope for $name {
                const TOKEN: Option<TokenScope> = Some(TokenScope::$name);
            }
        )+
    };
}

scopes! {
    /// Read messages, history and search, and follow live events.
    MessagesRead = 0, "messages:read", [ViewChannel];
    /// Post, edit, delete and pin messages.
    MessagesWrite = 1, "messages:write", [ViewChannel, SendMessages, MentionHere, PinMessages, ManageMessages];
    /// React to messages.
    ReactionsWrite = 2, "reactions:write", [ViewChannel, AddReactions];
    /// List channels, categories and direct messages.
    ChannelsRead = 3, "channels:read", [ViewChannel];
    /// Create, change, join and leave channels; mark them as read.
    ChannelsWrite = 4, "channels:write", [ViewChannel, SetTopic, ManageChannels];
    /// List members, roles, bans and invites.
    MembersRead = 5, "members:read", [];
    /// Invite, change, mute, kick and ban people.
    MembersWrite = 6, "members:write",
        [CreateInvites, ManageMembers, KickMembers, BanMembers, MuteMembers, ManageRoles];
    /// Attach files.
    FilesWrite = 7, "files:write", [ViewChannel, AttachFiles];
    /// Run slash commands; what a command does takes the scope of that as well.
    CommandsWrite = 8, "commands:write", [];
    /// List, create and revoke incoming webhooks.
    WebhooksWrite = 9, "webhooks:write", [ViewChannel, ManageWebhooks];
    /// Say that one is there, and that one is typing.
    PresenceWrite = 10, "presence:write", [];
}

/// By its names: the derived schema would not have those that a macro gives.
impl PartialSchema for TokenScope {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|scope| scope.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for TokenScope {}

impl std::str::FromStr for TokenScope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text).ok_or(UnknownScope)
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownScope;

impl std::fmt::Display for UnknownScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("names no scope")
    }
}

impl std::error::Error for UnknownScope {}

/// The scopes of a token. Requests and answers list them by name; this is the set as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenScopes(u32);

impl TokenScopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// The set of exactly these.
    #[must_use]
    pub fn of(list: &[TokenScope]) -> Self {
        list.iter().fold(Self::NONE, |set, one| Self(set.0 | one.bit()))
    }

    /// Whether the set holds it.
    #[must_use]
    pub fn contains(self, one: TokenScope) -> bool {
        self.0 & one.bit() != 0
    }

    /// Whether the set holds all of another one.
    #[must_use]
    pub fn contains_all(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// What the set holds, in the order of [`TokenScope::ALL`].
    #[must_use]
    pub fn list(self) -> Vec<TokenScope> {
        TokenScope::ALL.iter().copied().filter(|one| self.contains(*one)).collect()
    }

    /// The set as it is stored.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The set of stored bits; those that no scope has are ignored.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::of(TokenScope::ALL).0)
    }

    /// The permissions that a token with these scopes may use, as far as its person has them.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        let held = TokenScope::ALL.iter().filter(|scope| self.contains(**scope));
        Permissions::from_bits(held.fold(0, |bits, scope| bits | scope.permissions().bits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token's scopes are stored: neither names nor bits ever change.
    #[test]
    fn scopes_are_as_the_contract_lists_them() {
        let names: Vec<_> = TokenScope::ALL.iter().map(|scope| scope.as_str()).collect();
        let contract = "messages:read messages:write reactions:write channels:read channels:write members:read \
                        members:write files:write commands:write webhooks:write presence:write";
        assert_eq!(names.join(" "), contract);
        for (bit, scope) in (0..).zip(TokenScope::ALL) {
            assert_eq!(scope.bit(), 1 << bit, "{scope:?}");
            assert_eq!(scope.as_str().parse(), Ok(*scope));
            assert_eq!(serde_json::to_value(scope).ok(), Some(scope.as_str().into()));
        }
        assert_eq!("messages:*".parse::<TokenScope>(), Err(UnknownScope));
    }

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set = TokenScopes::of(&[TokenScope::MessagesRead, TokenScope::WebhooksWrite]);
        assert!(set.contains(TokenScope::MessagesRead) && set.contains(TokenScope::WebhooksWrite));
        assert!(!set.contains(TokenScope::MessagesWrite));
        assert_eq!(TokenScopes::from_bits(set.bits() | 1 << 31), set, "a bit that no scope has");
        assert_eq!(TokenScopes::NONE.permissions(), Permissions::NONE);
        assert_eq!(set.list(), [TokenScope::MessagesRead, TokenScope::WebhooksWrite]);
        let all = TokenScopes::of(TokenScope::ALL);
        assert!(all.contains_all(set) && set.contains_all(set) && set.contains_all(TokenScopes::NONE));
        assert!(!set.contains_all(all) && !TokenScopes::NONE.contains_all(set));
    }

    /// No scope stands for what only a signed-in person may do.
    #[test]
    fn some_permissions_come_with_no_scope() {
        let all = TokenScopes::of(TokenScope::ALL).permissions();
        let kept: Vec<_> = Permission::ALL.iter().filter(|one| !all.contains(**one)).collect();
        assert_eq!(kept, [&Permission::ManageBots, &Permission::ManageCommunity, &Permission::ViewAudit]);
        let posting = TokenScopes::of(&[TokenScope::MessagesWrite]).permissions();
        assert!(posting.contains(Permission::SendMessages) && !posting.contains(Permission::BanMembers));
    }

    #[test]
    fn each_type_names_its_scope() {
        assert_eq!(MessagesRead::TOKEN, Some(TokenScope::MessagesRead));
        assert_eq!(MembersWrite::TOKEN, Some(TokenScope::MembersWrite));
        assert_eq!(SessionOnly::TOKEN, None);
    }
}
