//! What changed in a scope, and what was read of it afterwards: all that [`State::apply`](super::state::State::apply) takes in.
//!
//! It only collects. What still has to be read is said by the state, which knows who is held.

use std::collections::HashMap;

use ajet_domain::acl::Affected;
use ajet_domain::rights::{ChannelRights, CommunityRights};
use ajet_protocol::{ChannelId, UserId};

use super::people::Known;
use crate::store::rights::{AsOf, Changes};

/// What changed since the version of a state.
#[derive(Debug, Default)]
pub struct Delta {
    /// Up to which version.
    pub version: u64,
    /// Each change with its version, in their order.
    pub changes: Vec<(u64, Affected)>,
    /// The log of changes did not tell all: everything is read again, and what changed before is forgotten.
    pub whole: bool,
    /// All channels and custom roles of the scope, if they were read.
    pub community: Option<AsOf<CommunityRights>>,
    /// Channels that were read by themselves; `None` for one that is not there.
    pub channels: HashMap<ChannelId, AsOf<Option<ChannelRights>>>,
    pub people: HashMap<UserId, AsOf<Known>>,
}

/// What is to be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// All channels and custom roles.
    pub community: bool,
    pub channels: Vec<ChannelId>,
    pub people: Vec<UserId>,
}

impl Wants {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        !self.community && self.channels.is_empty() && self.people.is_empty()
    }
}

impl Delta {
    /// Everything of a scope, which was just read.
    pub fn whole((version, community): AsOf<CommunityRights>) -> Self {
        let changes = vec![(version, Affected::Everyone)];
        Self { version, changes, whole: true, community: Some((version, community)), ..Self::default() }
    }

    /// Takes over what the log told, all since the state's version. False if it did not tell all.
    pub fn told(&mut self, Changes { version, affected }: Changes) -> bool {
        let Some(changes) = affected else { return false };
        (self.version, self.changes) = (version, changes);
        true
    }

    /// The last version that affects everybody; 0 for none.
    pub fn everyone(&self) -> u64 {
        self.last(|affected| affected == Affected::Everyone)
    }

    /// The channels that changes affect, each with the last version that does.
    pub fn channels_changed(&self) -> HashMap<ChannelId, u64> {
        let channels = self.changes.iter().filter_map(|(version, affected)| match affected {
            Affected::Channel(channel) | Affected::Use(channel) => Some((*channel, *version)),
            Affected::Everyone | Affected::Person(_) => None,
        });
        channels.collect()
    }

    /// The people whom changes affect by themselves, each with the last version that does.
    pub fn people_changed(&self) -> HashMap<UserId, u64> {
        let people = self.changes.iter().filter_map(|(version, affected)| match affected {
            Affected::Person(person) => Some((*person, *version)),
            Affected::Everyone | Affected::Channel(_) | Affected::Use(_) => None,
        });
        people.collect()
    }

    /// As of which version all channels were read; 0 if they were not.
    pub fn community_as_of(&self) -> u64 {
        self.community.as_ref().map_or(0, |(as_of, _)| *as_of)
    }

    /// Whether all that was read is of the version that the changes lead to. What is newer holds a change that was not told yet.
    pub fn is_even(&self) -> bool {
        let people = self.people.values().map(|(as_of, _)| *as_of);
        let channels = self.channels.values().map(|(as_of, _)| *as_of);
        self.whole
            || people.chain(channels).chain([self.community_as_of()]).all(|as_of| as_of <= self.version)
    }

    fn last(&self, is: impl Fn(Affected) -> bool) -> u64 {
        self.changes
            .iter()
            .filter(|(_, affected)| is(*affected))
            .map(|(version, _)| *version)
            .max()
            .unwrap_or(0)
    }
}
