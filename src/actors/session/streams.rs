//! Which streams sessions have open on a node, whatever became of their actors: counted under one lock, and ended at once
//! with their session.

use std::collections::HashMap;

use ajet_protocol::{SessionId, UserId};
use tokio_util::sync::CancellationToken;

/// How many streams there may be.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    pub per_session: usize,
    pub per_person: usize,
}

/// The streams that are open here, whatever became of their actors.
#[derive(Default)]
pub struct Streams {
    by_session: HashMap<SessionId, OpenStreams>,
    by_person: HashMap<UserId, usize>,
    opened: u64,
}

struct OpenStreams {
    ended: CancellationToken,
    count: usize,
    /// Tells this entry from a later one of the same session.
    generation: u64,
}

/// One stream that was opened, to be given back to [`Streams::close_one`].
#[derive(Debug, Clone)]
pub struct Opening {
    pub ended: CancellationToken,
    session: SessionId,
    user: UserId,
    generation: u64,
}

impl Streams {
    /// Opens one more stream of a session; `None` where it has, or its person has, as many as they may.
    pub fn open_one(&mut self, session: SessionId, user: UserId, limits: StreamLimits) -> Option<Opening> {
        let of_session = self.by_session.get(&session).map_or(0, |open| open.count);
        let of_person = self.by_person.get(&user).copied().unwrap_or(0);
        if of_session >= limits.per_session || of_person >= limits.per_person {
            return None;
        }
        self.opened += 1;
        let generation = self.opened;
        let fresh = || OpenStreams { ended: CancellationToken::new(), count: 0, generation };
        let open = self.by_session.entry(session).or_insert_with(fresh);
        open.count += 1;
        *self.by_person.entry(user).or_default() += 1;
        Some(Opening { ended: open.ended.clone(), session, user, generation: open.generation })
    }

    /// A stream has closed; a session's last one takes its entry along.
    pub fn close_one(&mut self, one: &Opening) {
        if let Some(count) = self.by_person.get_mut(&one.user) {
            *count -= 1;
            if *count == 0 {
                self.by_person.remove(&one.user);
            }
        }
        // After the session's end there is no entry, or a later one's.
        if let Some(open) =
            self.by_session.get_mut(&one.session).filter(|open| open.generation == one.generation)
        {
            open.count -= 1;
            if open.count == 0 {
                self.by_session.remove(&one.session);
            }
        }
    }

    /// Ends a session's streams: nothing more goes out on them.
    pub fn end(&mut self, session: SessionId) {
        if let Some(open) = self.by_session.remove(&session) {
            open.ended.cancel();
        }
    }

    /// The sessions that have streams open.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.by_session.keys().copied().collect()
    }

    /// How many sessions have streams open.
    pub fn len(&self) -> usize {
        self.by_session.len()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn streams_are_counted_until_the_last_one_closes() {
        let limits = StreamLimits { per_session: 2, per_person: 3 };
        let (one, other, ann) =
            (SessionId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)), UserId(Uuid::nil()));
        let mut streams = Streams::default();
        let first = streams.open_one(one, ann, limits).expect("room");
        let second = streams.open_one(one, ann, limits).expect("room");
        assert!(streams.open_one(one, ann, limits).is_none(), "the session has as many as it may");
        let third = streams.open_one(other, ann, limits).expect("room");
        assert!(streams.open_one(other, ann, limits).is_none(), "the person has");
        streams.close_one(&first);
        streams.close_one(&third);
        assert_eq!(streams.sessions(), [one]);
        streams.close_one(&second);
        assert_eq!((streams.len(), streams.by_person.len()), (0, 0));
    }

    #[test]
    fn a_stream_of_an_ended_session_does_not_count_against_a_later_one() {
        let limits = StreamLimits { per_session: 9, per_person: 9 };
        let (session, ann) = (SessionId(Uuid::from_u128(1)), UserId(Uuid::nil()));
        let mut streams = Streams::default();
        let old = streams.open_one(session, ann, limits).expect("room");
        streams.end(session);
        assert!(old.ended.is_cancelled());
        let new = streams.open_one(session, ann, limits).expect("room");
        streams.close_one(&old);
        assert!(!new.ended.is_cancelled() && streams.len() == 1);
        streams.close_one(&new);
        assert_eq!((streams.len(), streams.by_person.len()), (0, 0));
    }
}
