//! What the rule of rights is told of a community and of a person.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::{ChannelId, Permissions, Role, RoleId, Timestamp, UserId, Visibility};

/// Whom an overwrite is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// All members. On the wire and in the store that is the community's own id.
    Everybody,
    /// Those who hold a custom role.
    Role(RoleId),
    /// One person.
    User(UserId),
}

/// What a channel changes of somebody's permissions. What it neither allows nor denies stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overwrite {
    pub target: Target,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// What decides on rights in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRights {
    pub visibility: Visibility,
    /// Nothing is written there.
    pub archived: bool,
    /// The pause between two messages of one person, in seconds; 0 for none.
    pub slow_mode_s: u32,
    /// By target, each once.
    overwrites: Box<[Overwrite]>,
}

impl ChannelRights {
    /// A channel with these overwrites, in any order. Of several for one target the first one counts; the store has one.
    #[must_use]
    pub fn new(visibility: Visibility, mut overwrites: Vec<Overwrite>) -> Self {
        overwrites.sort_by_key(|one| one.target);
        overwrites.dedup_by_key(|one| one.target);
        Self { overwrites: overwrites.into_boxed_slice(), ..Self::plain(visibility) }
    }

    /// A channel that changes nothing of what people may do.
    #[must_use]
    pub fn plain(visibility: Visibility) -> Self {
        Self { visibility, archived: false, slow_mode_s: 0, overwrites: Box::default() }
    }

    /// The same channel, read-only or not.
    #[must_use]
    pub fn with_archived(self, archived: bool) -> Self {
        Self { archived, ..self }
    }

    /// The same channel with a pause of so many seconds between two messages of one person.
    #[must_use]
    pub fn with_slow_mode(self, slow_mode_s: u32) -> Self {
        Self { slow_mode_s, ..self }
    }

    /// Whether it gives everybody the same permissions as another one: then the two differ in how it is used at most.
    #[must_use]
    pub fn opens_as(&self, other: &Self) -> bool {
        self.visibility == other.visibility && self.overwrites == other.overwrites
    }

    /// What it changes, by target.
    #[must_use]
    pub fn overwrites(&self) -> &[Overwrite] {
        &self.overwrites
    }
}

/// A custom role, as far as rights depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleRights {
    /// What it adds to what every member may do.
    pub permissions: Permissions,
    /// How high it stands: the higher, the further.
    pub position: i32,
}

/// What decides on rights in a community.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommunityRights {
    /// All of its channels; another one is not there.
    pub channels: HashMap<ChannelId, ChannelRights>,
    /// All of its custom roles; another one grants nothing. Shared, since what a channel was before is judged with the roles of before.
    pub roles: Arc<HashMap<RoleId, RoleRights>>,
}

/// A membership, as far as rights depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRights {
    /// Whose it is: an overwrite may be for one person.
    pub person: UserId,
    pub role: Role,
    pub muted_until: Option<Timestamp>,
    /// Sorted, each once.
    joined: Box<[ChannelId]>,
    /// Sorted, each once.
    roles: Box<[RoleId]>,
}

impl MemberRights {
    /// A person of this role who has joined these channels, in any order, and holds no custom role.
    #[must_use]
    pub fn new(person: UserId, role: Role, muted_until: Option<Timestamp>, joined: Vec<ChannelId>) -> Self {
        Self { person, role, muted_until, joined: sorted(joined), roles: Box::default() }
    }

    /// The same with these custom roles, in any order.
    #[must_use]
    pub fn with_roles(self, roles: Vec<RoleId>) -> Self {
        Self { roles: sorted(roles), ..self }
    }

    /// The channels that the person has joined, sorted.
    #[must_use]
    pub fn joined(&self) -> &[ChannelId] {
        &self.joined
    }

    /// Whether the person has joined the channel.
    #[must_use]
    pub fn has_joined(&self, channel: ChannelId) -> bool {
        self.joined.binary_search(&channel).is_ok()
    }

    /// The custom roles that the person holds, sorted. One of them may not be there any more.
    #[must_use]
    pub fn roles(&self) -> &[RoleId] {
        &self.roles
    }

    /// Whether the person holds the role.
    #[must_use]
    pub fn holds(&self, role: RoleId) -> bool {
        self.roles.binary_search(&role).is_ok()
    }
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Box<[T]> {
    all.sort_unstable();
    all.dedup();
    all.into_boxed_slice()
}
