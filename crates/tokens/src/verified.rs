//! A token that was verified, and what it allows.

use ajet_protocol::{CommunityId, Permission, Permissions, Timestamp, UserId};
use uuid::Uuid;

use crate::{Claims, Refused};

/// A token that was verified. By itself it tells nothing: [`Verified::for_tenant`] is the only way to what it allows, so that no service
/// can act on it without a look at the community of what it touches.
///
/// ```
/// use ajet_protocol::{CommunityId, Permission};
/// use ajet_tokens::{Refused, Verified};
///
/// fn may_speak(token: &Verified, in_community: CommunityId) -> Result<bool, Refused> {
///     Ok(token.for_tenant(in_community)?.may(Permission::SendMessages))
/// }
/// ```
///
/// ```compile_fail
/// fn may_speak(token: &ajet_tokens::Verified) -> bool {
///     token.may(ajet_protocol::Permission::SendMessages)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    tenant: CommunityId,
    access: Access,
}

impl Verified {
    /// What the token allows in this community.
    ///
    /// # Errors
    /// [`Refused::Tenant`] where the token is for another one
    pub fn for_tenant(&self, tenant: CommunityId) -> Result<&Access, Refused> {
        if self.tenant == tenant { Ok(&self.access) } else { Err(Refused::Tenant) }
    }

    /// Only after everything about the claims was checked.
    pub(crate) fn of(claims: &Claims) -> Self {
        let names = claims.scope.split(' ');
        // What only a later server knows allows nothing here.
        let known = names.filter_map(|name| Permission::ALL.iter().find(|one| one.as_str() == name));
        let access = Access {
            subject: claims.sub,
            bot: claims.bot,
            permissions: known.fold(Permissions::NONE, |held, one| held.with(*one)),
            expires_at: Timestamp::from_unix_millis(claims.exp.saturating_mul(1000)),
            id: claims.jti,
        };
        Self { tenant: claims.tenant, access }
    }
}

/// What somebody may do in the community that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    subject: UserId,
    bot: bool,
    permissions: Permissions,
    expires_at: Timestamp,
    id: Uuid,
}

impl Access {
    /// Whose account it is.
    #[must_use]
    pub fn subject(&self) -> UserId {
        self.subject
    }

    /// Whether that is a bot.
    #[must_use]
    pub fn is_bot(&self) -> bool {
        self.bot
    }

    /// Whether they may do something in the community.
    #[must_use]
    pub fn may(&self, one: Permission) -> bool {
        self.permissions.contains(one)
    }

    /// All that they may do there.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// When it ends. What goes on for longer, such as a connection, ends then too, or is shown a new token.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The token's own id, for logs: it tells nothing of the token.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }
}
