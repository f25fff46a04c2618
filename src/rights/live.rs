//! A community or a direct message as live delivery sees it: the people with a session here, each with their rights of this moment.
//!
//! Reading takes a short lock and never waits for a query. What is read is as of [`LiveScope::version`]: who delivers an event asks
//! first for the version of that event (`Rights::at_least`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ajet_domain::{Scope, Standing};
use ajet_protocol::{Audience, ChannelId, UserId};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::flight::Flight;
use super::people::Known;
use super::state::State;

/// A scope that is remembered here.
pub struct LiveScope {
    scope: Scope,
    state: RwLock<State>,
    /// One reading of its changes at a time.
    pub(super) flight: Arc<Flight>,
    /// The highest version that was heard of.
    told: AtomicU64,
}

impl LiveScope {
    /// A scope of which nothing was read.
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope, state: RwLock::default(), flight: Arc::default(), told: AtomicU64::new(0) }
    }

    /// Which one it is.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The ACL version of what is known: every change up to it is taken in.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.read().version()
    }

    /// Calls `each` for every person held here who gets an event of this audience now. `each` runs under the lock: it must be short,
    /// and not ask this scope anything.
    pub fn reach(&self, audience: Audience, each: impl FnMut(UserId)) {
        self.read().reach(audience, each);
    }

    /// Whether a person held here gets an event of this audience now.
    #[must_use]
    pub fn hears(&self, person: UserId, audience: Audience) -> bool {
        self.read().hears(person, audience)
    }

    /// The people held here who got events of this audience before the change that made a version, and do not now: who hears of an
    /// event that takes a right away. Remembered for the last 256 versions; none of an older one.
    #[must_use]
    pub fn lost_by(&self, version: u64, audience: Audience) -> Vec<UserId> {
        self.read().lost_by(version, audience)
    }

    /// The channels that a person held here joined.
    #[must_use]
    pub fn joined_of(&self, person: UserId) -> Vec<ChannelId> {
        self.read().joined_of(person)
    }

    /// The channels that a person held here joined, and for which `find` finds something. It runs under the lock, for these channels
    /// alone: what many channels have is looked up by those of the person.
    #[must_use]
    pub fn find_joined<T>(
        &self,
        person: UserId,
        find: impl Fn(ChannelId) -> Option<T>,
    ) -> Vec<(ChannelId, T)> {
        self.read().find_joined(person, find)
    }

    /// Where the rights of a person held here changed since a moment: in a channel, or, for `None`, anywhere in the scope. `None`
    /// instead of a list where that is not remembered.
    #[must_use]
    pub fn changed_since(&self, person: UserId, at: Instant) -> Option<Vec<Option<ChannelId>>> {
        self.read().changed_since(person, at)
    }

    /// What a person may do, by what is known of them. A direct message is its channel, which has its id, and nothing beside it: asked
    /// without a channel, as a community is, it knows no one.
    pub(super) fn standing(&self, state: &State, member: &Known, channel: Option<ChannelId>) -> Standing {
        if channel.is_none() && state.has_channel(ChannelId(self.scope.0)) {
            return state.standing(&None, None);
        }
        state.standing(member, channel)
    }

    /// Notes that a version was heard of. Whether it is the highest so far, and higher than what is known.
    pub(super) fn is_news(&self, version: u64) -> bool {
        let before = self.told.fetch_max(version, Ordering::SeqCst);
        before < version && self.version() < version
    }

    /// Whether all of it is known up to a version, or, for `None`, that it is not there any more.
    pub(super) fn is_up_to(&self, version: Option<u64>) -> bool {
        let state = self.read();
        version.map_or(!state.is_read(), |version| state.is_read() && state.version() >= version)
    }

    /// Whether it is a direct message, which is its only channel.
    pub(super) fn is_direct(&self) -> bool {
        self.read().has_channel(ChannelId(self.scope.0))
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read()
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write()
    }
}
