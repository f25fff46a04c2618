//! Who is being announced by this node: one task for each person, which tells of all that changed meanwhile in one more round.
//!
//! A change of a name is cheap, and telling it is not: all communities and direct messages of the person are asked. So changes that come
//! faster than they can be told are told together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::UserId;
use parking_lot::Mutex;

/// Between the end of a round and the next one of the same person.
pub(super) const ROUND_EVERY: Duration = Duration::from_secs(1);

/// The people whom tasks of this node announce, and whether they changed since their round began. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Announcing(Arc<Mutex<HashMap<UserId, bool>>>);

/// The rounds of one task. When it ends, however it ends, another task may begin.
#[derive(Debug)]
pub(super) struct Rounds {
    people: Announcing,
    id: UserId,
    ended: bool,
}

impl Announcing {
    /// Begins with a person; `None` where a task is at it already, which then makes one more round.
    pub(super) fn begin(&self, id: UserId) -> Option<Rounds> {
        let mut people = self.0.lock();
        if let Some(changed) = people.get_mut(&id) {
            *changed = true;
            return None;
        }
        people.insert(id, false);
        Some(Rounds { people: self.clone(), id, ended: false })
    }
}

impl Rounds {
    /// Whether the person changed since the last round began; if not, the rounds have ended.
    pub(super) fn goes_on(&mut self) -> bool {
        let mut people = self.people.0.lock();
        let changed = people.get_mut(&self.id).is_some_and(std::mem::take);
        if !changed {
            people.remove(&self.id);
            self.ended = true;
        }
        changed
    }
}

impl Drop for Rounds {
    fn drop(&mut self) {
        if !self.ended {
            self.people.0.lock().remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn changes_during_a_round_are_one_more_round() {
        let people = Announcing::default();
        let mut rounds = people.begin(person(1)).expect("begins");
        for _ in 0..100 {
            assert!(people.begin(person(1)).is_none(), "one task is at it");
        }
        assert!(people.begin(person(2)).is_some(), "others are others");
        assert!(rounds.goes_on(), "all hundred are one round");
        assert!(!rounds.goes_on(), "nothing changed during that one");
        assert!(people.begin(person(1)).is_some(), "the next change begins anew");
    }

    #[test]
    fn a_task_that_was_cut_off_keeps_no_other_from_beginning() {
        let people = Announcing::default();
        drop(people.begin(person(1)).expect("begins"));
        let mut second = people.begin(person(1)).expect("begins again");
        assert!(!second.goes_on());
        let third = people.begin(person(1)).expect("begins again");
        drop(second);
        assert!(people.begin(person(1)).is_none(), "one that has ended takes nothing from the next one");
        drop(third);
        assert!(people.0.lock().is_empty());
    }
}
