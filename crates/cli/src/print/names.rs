//! The names that texts are shown with, in place of the ids of whom and what they mention.

use std::collections::HashMap;

use ajet_markup::Names;
use ajet_protocol::{ChannelId, RoleId, Sync, User, UserId};

/// Names of people, channels and roles, as far as they are known here.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    people: HashMap<UserId, String>,
    channels: HashMap<ChannelId, String>,
    roles: HashMap<RoleId, String>,
}

impl KnownNames {
    /// Those of a snapshot.
    #[must_use]
    pub fn of(sync: &Sync) -> Self {
        let mut known = Self::default();
        known.learn(sync);
        known
    }

    /// Adds those of a snapshot.
    pub fn learn(&mut self, sync: &Sync) {
        self.person(&sync.user.user);
        for dm in &sync.dms {
            dm.channel.members.iter().for_each(|one| self.person(one));
        }
        let channels = sync.channels.iter().map(|one| (one.channel.id, one.channel.name.clone()));
        self.channels.extend(channels);
        let roles = sync.communities.iter().flat_map(|one| &one.roles);
        self.roles.extend(roles.map(|role| (role.id, role.name.clone())));
    }

    /// Adds a person.
    pub fn person(&mut self, user: &User) {
        self.people.insert(user.id, user.display_name.clone());
    }

    /// Whether a person's name is known.
    #[must_use]
    pub fn knows(&self, id: UserId) -> bool {
        self.people.contains_key(&id)
    }

    /// What a channel is called, `#general`; its id where its name is not known.
    #[must_use]
    pub fn place(&self, id: ChannelId) -> String {
        self.channels.get(&id).map_or_else(|| id.to_string(), |name| format!("#{name}"))
    }

    /// What a person is called; their id where their name is not known.
    #[must_use]
    pub fn called(&self, id: UserId) -> String {
        self.people.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

impl Names for KnownNames {
    fn user(&self, id: UserId) -> Option<&str> {
        self.people.get(&id).map(String::as_str)
    }

    fn channel(&self, id: ChannelId) -> Option<&str> {
        self.channels.get(&id).map(String::as_str)
    }

    fn role(&self, id: RoleId) -> Option<&str> {
        self.roles.get(&id).map(String::as_str)
    }
}
