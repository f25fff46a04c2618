//! What is to happen at some time. Times are milliseconds since the Unix epoch, as the runtime tells them; nothing here reads a clock.

use std::collections::BTreeMap;

/// What happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// One tells that one is there.
    Heartbeat,
    /// The draft is kept on the server.
    KeepDraft,
    /// One has typed nothing for a while.
    StopTyping,
    /// Somebody else may have stopped typing.
    TypingOver,
    /// What is on the screen counts as read.
    MarkRead,
    /// Messages are fetched whose reactions or replies have changed.
    Refresh,
    /// The people of the open channel are fetched anew.
    Members,
    /// The line that tells of something goes.
    NoticeOver,
    /// Unsent messages are sent again.
    Resend,
    /// What was typed into the search is looked for.
    Search,
}

/// The times that are set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timers(BTreeMap<Timer, u64>);

impl Timers {
    /// Sets a time, in place of the one that was set.
    pub fn set(&mut self, timer: Timer, at: u64) {
        self.0.insert(timer, at);
    }

    /// Sets a time, unless one is set already.
    pub fn set_first(&mut self, timer: Timer, at: u64) {
        self.0.entry(timer).or_insert(at);
    }

    /// Sets none.
    pub fn clear(&mut self, timer: Timer) {
        self.0.remove(&timer);
    }

    /// Whether a time is set.
    #[must_use]
    pub fn is_set(&self, timer: Timer) -> bool {
        self.0.contains_key(&timer)
    }

    /// The next time at which something is to happen.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.0.values().min().copied()
    }

    /// Takes out what is to happen by now.
    pub fn due(&mut self, now: u64) -> Vec<Timer> {
        let due: Vec<Timer> = self.0.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        due.iter().for_each(|timer| self.clear(*timer));
        due
    }
}
