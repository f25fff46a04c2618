//! Presence as the rest of the server uses it: who is here says so, and who asks is told.
//!
//! Nothing here waits: no request asks the database or another node for any of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_cluster::NodeId;
use ajet_protocol::UserId;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

use super::frame::Frame;
use super::gossip::{Out, Outbound, Pace};
use super::online::Online;
use super::typists::Typists;
use crate::actors::Node;
use crate::actors::feed::Feeds;
use crate::actors::session::Sessions;
use crate::bus::{Bus, PresenceBus};
use crate::config;
use crate::rights::Rights;
use crate::store::Store;

/// Who is online and who types; cheap to clone.
#[derive(Clone)]
pub struct Presence(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub store: Store,
    pub rights: Rights,
    pub feeds: Feeds,
    pub sessions: Sessions,
    pub bus: Bus,
    pub gossip: PresenceBus,
    pub pace: Pace,
    /// Between two turnovers of a stream.
    pub diff_every: Duration,
    /// This node's number, part of every id.
    pub node: u16,
    pub online: Mutex<Online>,
    /// Another node asks who is here.
    pub asked: Mutex<bool>,
    pub typists: Mutex<Typists>,
    /// When to look next for whose typing has ended may have changed.
    pub typing_changed: Notify,
    pub out: Outbound,
    /// Taken by the task that sends.
    sends: Mutex<Option<mpsc::Receiver<Out>>>,
}

/// What presence works with.
pub struct PresenceParts<'a> {
    pub node: &'a Node,
    pub store: Store,
    pub bus: Bus,
    /// Which database: nodes on another one are none of ours.
    pub database: Uuid,
    /// This node's number.
    pub number: u16,
}

/// Keeps a person online while they have a stream open.
pub struct Here {
    /// `None` where there was no room to note it.
    presence: Option<Presence>,
    person: UserId,
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some(presence) = &self.presence {
            presence.0.online.lock().close(self.person, Instant::now());
        }
    }
}

impl Presence {
    /// No one is online, and nothing goes on yet: see [`Presence::tasks`].
    #[must_use]
    pub fn new(rules: config::Presence, parts: PresenceParts<'_>) -> Self {
        let PresenceParts { node, store, bus, database, number } = parts;
        let away = Duration::from_secs(rules.away_s);
        let (out, sends) = Outbound::new();
        Self(Arc::new(Inner {
            store,
            rights: node.rights().clone(),
            feeds: node.feeds().clone(),
            sessions: node.sessions.clone(),
            gossip: PresenceBus::new(bus.clone(), database),
            bus,
            pace: Pace::of(away),
            diff_every: Duration::from_secs(rules.diff_s),
            node: number,
            online: Mutex::new(Online::new(away, Instant::now())),
            asked: Mutex::new(false),
            typists: Mutex::new(Typists::new(Duration::from_secs(rules.typing_s))),
            typing_changed: Notify::new(),
            out,
            sends: Mutex::new(Some(sends)),
        }))
    }

    /// What is to go on in the background for as long as the node lives.
    #[must_use]
    pub fn tasks(&self) -> Vec<BoxFuture<'static, ()>> {
        let mut tasks: Vec<BoxFuture<'static, ()>> = vec![
            Box::pin(self.clone().keep_hearing()),
            Box::pin(self.clone().keep_ending()),
            Box::pin(self.clone().keep_turning_over()),
        ];
        // Once only: there is one that sends.
        if let Some(sends) = self.0.sends.lock().take() {
            tasks.push(Box::pin(self.clone().keep_telling(sends)));
        }
        tasks
    }

    /// A person has one more stream here; they are online until the last one has ended, and for a while after.
    #[must_use]
    pub fn enter(&self, person: UserId) -> Here {
        let noted = self.0.online.lock().open(person, Instant::now());
        if !noted {
            left_out();
        }
        Here { presence: noted.then(|| self.clone()), person }
    }

    /// A person says that they are there.
    pub fn beat(&self, person: UserId) {
        if !self.0.online.lock().beat(person, Instant::now()) {
            left_out();
        }
    }

    /// A person has changed whether others may see that they are online. It is committed before this: all nodes look again.
    pub fn look_again(&self, person: UserId) {
        self.0.online.lock().look_again(person);
        self.0.out.put(Out::Frame(Frame::LookAgain(vec![person])));
    }

    /// Whether a person is online on any node; whether they want to be seen is not known here.
    #[must_use]
    pub fn is_online(&self, person: UserId) -> bool {
        self.0.online.lock().is_online(person)
    }

    /// Whether it is known who is online, where these are the other nodes: not just after the start, and not before each of them has told.
    /// It is after a minute at most, as well as can be.
    #[must_use]
    pub fn knows(&self, nodes: &[NodeId]) -> bool {
        self.0.online.lock().is_known(nodes, Instant::now())
    }

    /// Those of these people who are online.
    #[must_use]
    pub fn among(&self, people: Vec<UserId>) -> Vec<UserId> {
        let online = self.0.online.lock();
        people.into_iter().filter(|one| online.is_online(*one)).collect()
    }

    /// All who are online, in any order; `None` where they are more than so many.
    #[must_use]
    pub fn few(&self, most: usize) -> Option<Vec<UserId>> {
        self.0.online.lock().few(most)
    }
}

/// Counts what there was no room for.
pub(super) fn left_out() {
    metrics::counter!("ajet_presence_dropped_total").increment(1);
}
