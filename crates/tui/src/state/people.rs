//! People whom the client has come across: their names, and who is online.

use std::collections::{HashMap, HashSet, VecDeque};

use ajet_protocol::{ChannelId, Member, User, UserId};

/// People whose names are kept. Beyond that all are forgotten, and come again with what names them.
const KEPT: usize = 5000;
/// Questions for names that are open at once: a message may name very many.
const OPEN: usize = 4;

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
    /// Whose names are asked for, or were.
    asked: HashSet<UserId>,
    /// Those that wait until one of the open questions is answered.
    waiting: VecDeque<UserId>,
    open: usize,
}

impl People {
    /// Somebody is known, or known anew.
    pub fn meet(&mut self, user: &User) {
        if self.users.len() >= KEPT && !self.users.contains_key(&user.id) {
            self.users.clear();
            // What waits is asked in any case.
            self.asked = self.waiting.iter().copied().collect();
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

    /// A name is wanted: it is asked for unless it is known, or was asked for before.
    pub fn want(&mut self, id: UserId) {
        if !self.users.contains_key(&id) && self.asked.len() < KEPT && self.asked.insert(id) {
            self.waiting.push_back(id);
        }
    }

    /// Whose name is to be asked for now, if any.
    pub fn ask(&mut self) -> Option<UserId> {
        let id = if self.open < OPEN { self.waiting.pop_front() } else { None };
        self.open += usize::from(id.is_some());
        id
    }

    /// One of the questions is answered.
    pub fn answered(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// Those who came and went.
    pub fn came_and_went(&mut self, online: &[UserId], offline: &[UserId]) {
        for id in offline {
            self.online.remove(id);
        }
        self.online.extend(online);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bob, user_id};

    #[test]
    fn each_name_is_asked_for_once_and_a_few_at_a_time() {
        let mut people = People::default();
        people.meet(&bob());
        for number in (1..=20).chain(1..=20) {
            people.want(user_id(number));
        }
        let mut asked: Vec<UserId> = std::iter::from_fn(|| people.ask()).collect();
        assert_eq!(asked.len(), OPEN);
        for _ in 0..40 {
            people.answered();
            asked.extend(people.ask());
        }
        assert_eq!(asked.len(), 19, "each but the known one");
        assert_eq!(asked.iter().collect::<HashSet<_>>().len(), 19);
    }
}
