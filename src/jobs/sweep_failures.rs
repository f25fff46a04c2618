//! What a sweep of the object store could not remove: one object that can't be removed keeps no other one from going, and a store that is away
//! is not asked for all that is left.

use crate::usecases::Failure;

/// After so many failures in a row the object store is away, and trying the rest would take hours.
const AWAY_AFTER: usize = 10;

/// What could not be removed.
#[derive(Debug, Default)]
pub(super) struct Failures {
    in_a_row: usize,
    last: Option<Failure>,
}

impl Failures {
    /// Notes what came of an object; whether it went.
    pub(super) fn note(&mut self, done: Result<(), Failure>) -> bool {
        match done {
            Ok(()) => {
                self.in_a_row = 0;
                true
            }
            Err(failure) => {
                self.in_a_row += 1;
                self.last = Some(failure);
                false
            }
        }
    }

    /// Whether they say that the store is away.
    pub(super) fn say_away(&self) -> bool {
        self.in_a_row >= AWAY_AFTER
    }

    /// The last of them, if there was any.
    pub(super) fn end(self) -> Result<(), Failure> {
        self.last.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Code;

    use super::*;

    fn failed() -> Result<(), Failure> {
        Err(Failure::new(Code::Unavailable, "why"))
    }

    #[test]
    fn what_fails_now_and_then_keeps_nothing_else_from_going() {
        let mut failures = Failures::default();
        for _ in 0..AWAY_AFTER {
            assert!(!failures.note(failed()) && failures.note(Ok(())));
        }
        assert!(!failures.say_away());
        assert!(failures.end().is_err(), "and the job says so");
        assert!(Failures::default().end().is_ok());
    }

    #[test]
    fn a_store_that_fails_again_and_again_is_away() {
        let mut failures = Failures::default();
        for _ in 0..AWAY_AFTER {
            assert!(!failures.say_away());
            failures.note(failed());
        }
        assert!(failures.say_away());
    }
}
