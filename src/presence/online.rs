//! Who is online: at this node by streams and heartbeats, at others by what they told; and who has moved since it was last looked.
//!
//! Pure: time is an argument, and no one's rights are known here. A person stays online for a while after their last stream or
//! heartbeat, so that a reconnect is no change.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ajet_cluster::NodeId;
use ajet_protocol::UserId;

use super::frame::{Frame, IDS};
use super::peers::Peers;
use crate::actors::feed::Became;

/// People who may be online at one node, with some 100 bytes each in all that is kept of them.
const PEOPLE: usize = 200_000;
/// After its start a node takes no one for offline for this long, as people come back to it.
const SETTLES: Duration = Duration::from_secs(5);
/// What can't be known for this long is not waited for any longer. By then each node that lives has told twice who is with it.
const UNSURE: Duration = Duration::from_secs(60);

/// A person who is online at this node.
#[derive(Debug, Clone, Copy)]
struct Present {
    streams: usize,
    /// When they last had a stream, or sent a heartbeat; while they have one it says nothing.
    seen: Instant,
}

/// As what a person who is online was last shown to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Online,
    /// They do not want to be seen.
    Hidden,
}

/// Why a person is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// They came or went somewhere.
    Moved,
    /// Whether they want to be seen may have changed.
    Asked,
}

/// Who is online.
pub struct Online {
    /// How long somebody stays online after their last stream or heartbeat, and a silent node's people after its last word.
    away: Duration,
    began: Instant,
    /// Since when it was not known who is online, as far as that was asked.
    unsure: Option<Instant>,
    here: HashMap<UserId, Present>,
    peers: Peers,
    /// Who came (true) or went here, and was not told to the other nodes yet.
    news: HashMap<UserId, bool>,
    /// Who is to be looked at.
    touched: HashMap<UserId, Why>,
    /// All who were online when they were last looked at.
    shown: HashMap<UserId, Shown>,
}

impl Online {
    /// No one.
    #[must_use]
    pub fn new(away: Duration, now: Instant) -> Self {
        Self {
            away,
            began: now,
            unsure: None,
            here: HashMap::new(),
            peers: Peers::default(),
            news: HashMap::new(),
            touched: HashMap::new(),
            shown: HashMap::new(),
        }
    }

    /// A person opens a stream here. False where there are too many people: then it is not to be closed either.
    pub fn open(&mut self, person: UserId, now: Instant) -> bool {
        let Some(present) = self.present(person, now) else { return false };
        present.streams += 1;
        true
    }

    /// A person's stream has ended.
    pub fn close(&mut self, person: UserId, now: Instant) {
        if let Some(present) = self.here.get_mut(&person) {
            present.streams = present.streams.saturating_sub(1);
            present.seen = now;
        }
    }

    /// A person says that they are there. False where there are too many people.
    pub fn beat(&mut self, person: UserId, now: Instant) -> bool {
        self.present(person, now).map(|present| present.seen = now).is_some()
    }

    fn present(&mut self, person: UserId, now: Instant) -> Option<&mut Present> {
        if !self.here.contains_key(&person) {
            if self.here.len() >= PEOPLE {
                return None;
            }
            self.news.insert(person, true);
            self.touched.entry(person).or_insert(Why::Moved);
        }
        Some(self.here.entry(person).or_insert(Present { streams: 0, seen: now }))
    }

    /// Forgets who has been away for long enough, and the nodes that have been silent for as long.
    pub fn expire(&mut self, now: Instant) {
        let away = self.away;
        let is_away = |one: &Present| one.streams == 0 && now.saturating_duration_since(one.seen) >= away;
        let gone: Vec<UserId> =
            self.here.extract_if(|_, present| is_away(present)).map(|(person, _)| person).collect();
        self.news.extend(gone.iter().map(|person| (*person, false)));
        self.touch(gone);
        let gone = self.peers.forget_silent(away, now);
        self.touch(gone);
    }

    fn touch(&mut self, people: impl IntoIterator<Item = UserId>) {
        for person in people {
            self.touched.entry(person).or_insert(Why::Moved);
        }
    }

    /// Whether a person wants to be seen may have changed.
    pub fn look_again(&mut self, person: UserId) {
        // Of others nothing was shown.
        if self.is_online(person) || self.shown.contains_key(&person) {
            self.touched.insert(person, Why::Asked);
        }
    }

    /// Takes in what a node told. Whether it asks who is here.
    pub fn hear(&mut self, node: NodeId, (number, frame): (u64, Frame), now: Instant) -> bool {
        if !self.peers.heard(node, number, now) {
            return false;
        }
        match frame {
            Frame::Hello => return true,
            Frame::All { part, of, people } => {
                let moved = self.peers.all(node, (part, of), people);
                self.touch(moved);
            }
            Frame::Came(people) => {
                self.peers.came(node, &people);
                self.touch(people);
            }
            Frame::Went(people) => {
                self.peers.went(node, &people);
                self.touch(people);
            }
            Frame::LookAgain(people) => people.into_iter().for_each(|person| self.look_again(person)),
            Frame::Types { .. } | Frame::TypesNoMore { .. } => {}
        }
        false
    }

    /// What the other nodes are to be told of who came and went here.
    pub fn take_news(&mut self) -> Vec<Frame> {
        if self.news.is_empty() {
            return Vec::new();
        }
        let (came, went): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.news).into_iter().partition(|(_, came)| *came);
        let ids =
            |people: Vec<(UserId, bool)>| people.into_iter().map(|(person, _)| person).collect::<Vec<_>>();
        let (came, went) = (ids(came), ids(went));
        let came = came.chunks(IDS).map(|people| Frame::Came(people.to_vec()));
        came.chain(went.chunks(IDS).map(|people| Frame::Went(people.to_vec()))).collect()
    }

    /// Everybody here, for the other nodes; it holds all news.
    pub fn everybody_here(&mut self) -> Vec<Frame> {
        self.news.clear();
        Frame::all(&self.here.keys().copied().collect::<Vec<_>>())
    }

    /// Whether a person is online anywhere.
    #[must_use]
    pub fn is_online(&self, person: UserId) -> bool {
        self.here.contains_key(&person) || self.peers.has(person)
    }

    /// Whether it is known who is online where these are the other nodes: each of them has told who is with it, and this node did not start
    /// just now. Who asks again and again is not held up for long: after [`UNSURE`] what is known has to do.
    pub fn is_known(&mut self, nodes: &[NodeId], now: Instant) -> bool {
        let since = |then: Instant| now.saturating_duration_since(then);
        let has_settled = since(self.began) >= SETTLES.min(self.away / 24);
        if has_settled && nodes.iter().all(|node| self.peers.has_told(*node)) {
            self.unsure = None;
            return true;
        }
        since(*self.unsure.get_or_insert(now)) >= UNSURE.min(self.away / 2)
    }

    /// How many are online, where those at two nodes count twice.
    #[must_use]
    pub fn len(&self) -> usize {
        self.here.len() + self.peers.len()
    }

    /// All who are online, some more than once; `None` where they are more than so many.
    #[must_use]
    pub fn few(&self, most: usize) -> Option<Vec<UserId>> {
        let all = || self.here.keys().copied().chain(self.peers.people());
        (self.len() <= most).then(|| all().collect())
    }

    /// Takes out who is to be looked at, at most so many: who came online or went since they were last looked at. The others wait.
    pub fn take_moved(&mut self, most: usize) -> Vec<UserId> {
        let touched = std::mem::take(&mut self.touched);
        let mut moved = Vec::new();
        for (person, why) in touched {
            let changed = self.shown.contains_key(&person) != self.is_online(person);
            if !changed && why == Why::Moved {
                continue;
            }
            if moved.len() < most {
                moved.push(person);
            } else {
                self.touched.insert(person, why);
            }
        }
        moved
    }

    /// People could not be looked at: they are at the next time.
    pub fn put_back(&mut self, people: Vec<UserId>) {
        self.touched.extend(people.into_iter().map(|person| (person, Why::Asked)));
    }

    /// A person was looked at, who does or does not want to be seen. What others are to be told.
    pub fn settle(&mut self, person: UserId, hidden: bool) -> Option<Became> {
        let was_seen = self.shown.get(&person) == Some(&Shown::Online);
        let online = self.is_online(person);
        if online {
            self.shown.insert(person, if hidden { Shown::Hidden } else { Shown::Online });
        } else {
            self.shown.remove(&person);
        }
        let is_seen = online && !hidden;
        (is_seen != was_seen).then_some(if is_seen { Became::Online } else { Became::Offline })
    }
}

#[cfg(test)]
#[path = "online_tests.rs"]
mod tests;
