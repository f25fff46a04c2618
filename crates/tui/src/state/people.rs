//! People whom the client has come across: their names, and who is online.

use std::collections::{HashMap, HashSet};

use ajet_protocol::{ChannelId, Member, User, UserId};

/// People whose names are kept. Beyond that all are forgotten, and come again with what names them.
const KEPT: usize = 5000;

/// The people of the open channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Here {
    pub channel: ChannelId,
    pub members: Vec<Member>,
    /// Whether there are more than these.
    pub has_more: bool,
}

/// All that is known of people.
#[derive(Debug, Clone, Default)]
pub struct People {
    users: HashMap<UserId, User>,
    pub online: HashSet<UserId>,
    pub here: Option<Here>,
    /// Whose names were asked for.
    asked: HashSet<UserId>,
}

impl People {
    /// Somebody is known, or known anew.
    pub fn meet(&mut self, user: &User) {
        if self.users.len() >= KEPT && !self.users.contains_key(&user.id) {
            self.users.clear();
            self.asked.clear();
        }
        if self.users.get(&user.id) != Some(user) {
            self.users.insert(user.id, user.clone());
        }
    }

    /// A person.
    #[must_use]
    pub fn get(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// Everybody who is known, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// Whether a person has to be asked for: they are not known, and were not asked for before.
    pub fn ask(&mut self, id: UserId) -> bool {
        !self.users.contains_key(&id) && self.asked.len() < KEPT && self.asked.insert(id)
    }

    /// Those who came and went.
    pub fn came_and_went(&mut self, online: &[UserId], offline: &[UserId]) {
        for id in offline {
            self.online.remove(id);
        }
        self.online.extend(online);
    }
}
