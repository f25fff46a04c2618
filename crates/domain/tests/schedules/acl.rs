//! The rights of the people in the simulation, version by version, and the fence against those that changed.

use std::collections::HashMap;

use ajet_domain::journal::Rests;
use ajet_domain::rights::{self, ChannelRights, CommunityRights, MemberRights};
use ajet_domain::{Affected, Standing};
use ajet_protocol::{ChannelId, Role, UserId, Visibility};

/// A community of one private channel.
pub struct Acl {
    channel: ChannelId,
    rights: CommunityRights,
    members: HashMap<UserId, MemberRights>,
    /// What each version affects; the first one here is version 2.
    changes: Vec<Vec<Affected>>,
}

impl Acl {
    /// A community without people, under version 1.
    pub fn new(channel: ChannelId) -> Self {
        let channels = HashMap::from([(channel, ChannelRights::plain(Visibility::Private))]);
        let rights = CommunityRights { channels, ..CommunityRights::default() };
        Self { channel, rights, members: HashMap::new(), changes: Vec::new() }
    }

    pub fn version(&self) -> u64 {
        1 + self.changes.len() as u64
    }

    /// Rights change, if anything is affected.
    pub fn raise(&mut self, affected: Vec<Affected>) {
        if !affected.is_empty() {
            self.changes.push(affected);
        }
    }

    /// The person joins the community and its channel; again changes nothing.
    pub fn join(&mut self, person: UserId) {
        let member = MemberRights::new(person, Role::Member, None, vec![self.channel]);
        if self.members.insert(person, member).is_none() {
            self.raise(vec![Affected::Person(person)]);
        }
    }

    /// The person belongs to the community no more; again changes nothing.
    pub fn ban(&mut self, person: UserId) {
        if self.members.remove(&person).is_some() {
            self.raise(vec![Affected::Person(person)]);
        }
    }

    pub fn belongs(&self, person: UserId) -> bool {
        self.members.contains_key(&person)
    }

    /// What a person may do now.
    pub fn standing(&self, person: UserId, channel: Option<ChannelId>) -> Standing {
        rights::standing(&self.rights, self.members.get(&person), channel, self.version())
    }

    /// Whether something that one of these standings rests on has changed since it was read.
    pub fn is_stale(&self, rests_on: &[Rests]) -> bool {
        rests_on.iter().any(|rests| {
            // Version 1 is the one before the first change.
            let seen = rests.version.saturating_sub(1) as usize;
            let mut since = self.changes.iter().skip(seen).flatten();
            since.any(|change| change.concerns(rests.person, Some(self.channel)))
        })
    }
}
