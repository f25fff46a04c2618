//! Messages that are not sent yet. Each has an idempotency key from the moment in which it is written, and keeps it: however often it is
//! sent, it is posted once. They are kept on the disk until the server has answered, so that they outlive the client.

use ajet_protocol::{ChannelId, MessageId};
use serde::{Deserialize, Serialize};

/// Unsent messages at most; more are refused while one is away.
pub const MOST: usize = 200;
/// How long a server is sure to know a key, in ms: 24 hours. An older message is not sent again without being asked.
pub const KEY_LASTS: u64 = 24 * 60 * 60 * 1000;

/// A message that is not sent yet, as it is kept on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Its idempotency key.
    pub key: String,
    pub channel: ChannelId,
    pub parent: Option<MessageId>,
    pub body: String,
    /// The paths of its files, which are uploaded before it is posted, each under a key that follows from its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// When it was written, or sent again after it was refused, in ms.
    pub written_at: u64,
    /// Why it was refused, until the person sends it again: a later run does not do that by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is sent once those before it in its channel are, and there is a connection.
    Waiting,
    /// It was sent, and is not answered yet.
    Sending,
    /// It was refused, with this reason; it is for the person to send it again or to take it back.
    Refused(String),
}

/// All of them, in the order in which they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    items: Vec<(Unsent, Fate)>,
    /// Failures in a row, which make the pauses longer.
    pub failures: u32,
}

impl Outbox {
    /// Adds one; false where there are too many.
    pub fn add(&mut self, unsent: Unsent) -> bool {
        let fits = self.items.len() < MOST && self.items.iter().all(|(known, _)| known.key != unsent.key);
        if fits {
            let fate = unsent.refused.clone().map_or(Fate::Waiting, Fate::Refused);
            self.items.push((unsent, fate));
        }
        fits
    }

    /// Takes in those that an earlier run has left.
    pub fn adopt(&mut self, mut left: Vec<Unsent>) {
        left.sort_by_key(|unsent| unsent.written_at);
        for unsent in left {
            self.add(unsent);
        }
    }

    /// Those that are to be sent now: of each channel the first that waits, unless one of it is being sent. What waits for too long is
    /// refused; this is not kept on the disk, since a later run sees it too.
    pub fn begin_sending(&mut self, now: u64) -> Vec<Unsent> {
        for (unsent, fate) in &mut self.items {
            if *fate == Fate::Waiting && now.saturating_sub(unsent.written_at) > KEY_LASTS {
                *fate = Fate::Refused("it was written more than a day ago".to_owned());
            }
        }
        let busy = |items: &[(Unsent, Fate)], channel| {
            items.iter().any(|(one, fate)| one.channel == channel && *fate == Fate::Sending)
        };
        let mut out = Vec::new();
        for at in 0..self.items.len() {
            let channel = self.items[at].0.channel;
            if self.items[at].1 == Fate::Waiting && !busy(&self.items, channel) {
                self.items[at].1 = Fate::Sending;
                out.push(self.items[at].0.clone());
            }
        }
        out
    }

    /// One is posted, or taken back.
    pub fn remove(&mut self, key: &str) -> Option<Unsent> {
        let at = self.items.iter().position(|(unsent, _)| unsent.key == key)?;
        Some(self.items.remove(at).0)
    }

    /// One was not answered: it waits for another try.
    pub fn waits(&mut self, key: &str) {
        self.set(key, Fate::Waiting);
    }

    /// One was refused: how it is to be kept on the disk from now on.
    pub fn refused(&mut self, key: &str, why: String) -> Option<Unsent> {
        let (unsent, fate) = self.items.iter_mut().find(|(unsent, _)| unsent.key == key)?;
        unsent.refused = Some(why.clone());
        *fate = Fate::Refused(why);
        Some(unsent.clone())
    }

    /// All that were refused wait again: how these are to be kept on the disk from now on.
    pub fn retry_refused(&mut self, now: u64) -> Vec<Unsent> {
        let refused = self.items.iter_mut().filter(|(_, fate)| matches!(fate, Fate::Refused(_)));
        // Each counts as written a little later than the one before it: a later run keeps their order.
        let again = (now..).zip(refused).map(|(written_at, (unsent, fate))| {
            (unsent.refused, unsent.written_at, *fate) = (None, written_at, Fate::Waiting);
            unsent.clone()
        });
        again.collect()
    }

    fn set(&mut self, key: &str, fate: Fate) {
        if let Some((_, own)) = self.items.iter_mut().find(|(unsent, _)| unsent.key == key) {
            *own = fate;
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &(Unsent, Fate)> {
        self.items.iter()
    }

    /// Those of a channel, or of a thread in it.
    pub fn of(&self, channel: ChannelId, parent: Option<MessageId>) -> impl Iterator<Item = &(Unsent, Fate)> {
        self.items.iter().filter(move |(one, _)| one.channel == channel && one.parent == parent)
    }

    /// The last one that was refused, of those channels.
    #[must_use]
    pub fn last_refused(&self, of: impl Fn(ChannelId) -> bool) -> Option<&Unsent> {
        let refused = |(one, fate): &&(Unsent, Fate)| matches!(fate, Fate::Refused(_)) && of(one.channel);
        self.items.iter().rev().find(refused).map(|(unsent, _)| unsent)
    }
}
