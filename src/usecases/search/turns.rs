//! How many searches of a person are under way on this node: a search may take long, and few connections are for all of them, so that no one
//! takes the place of everybody else.
//!
//! Only what is under way is remembered.

use std::collections::BTreeMap;

use ajet_protocol::{Code, UserId};
use parking_lot::Mutex;

use crate::usecases::Failure;

/// Searches of one person that a node works on at once.
const OF_A_PERSON: usize = 2;

/// How many searches of each person are under way on this node.
static UNDER_WAY: Mutex<BTreeMap<UserId, usize>> = Mutex::new(BTreeMap::new());

/// A search that is under way; it has ended when this is dropped.
#[derive(Debug)]
pub struct Turn(UserId);

impl Turn {
    /// One more search of a person.
    ///
    /// # Errors
    /// 429: as many as may be are under way.
    pub fn of(person: UserId) -> Result<Self, Failure> {
        let mut all = UNDER_WAY.lock();
        let own = all.entry(person).or_default();
        if *own >= OF_A_PERSON {
            let text = format!("{OF_A_PERSON} searches of yours are under way here; try again in a moment.");
            return Err(Failure::new(Code::RateLimited, text));
        }
        *own += 1;
        Ok(Self(person))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = UNDER_WAY.lock();
        let Some(own) = all.get_mut(&self.0) else { return };
        *own -= 1;
        if *own == 0 {
            all.remove(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_has_few_searches_under_way() {
        let [ann, bob] = [UserId(Uuid::new_v4()), UserId(Uuid::new_v4())];
        let of = |person| Turn::of(person).map_err(|refused| refused.code);
        let mut held: Vec<Turn> = (0..OF_A_PERSON).map(|_| of(ann).expect("is one of few")).collect();
        assert_eq!(of(ann).err(), Some(Code::RateLimited));
        of(bob).expect("others have their own");
        held.pop();
        held.push(of(ann).expect("one has ended"));
        drop(held);
        assert!(UNDER_WAY.lock().keys().all(|person| *person != ann && *person != bob), "nothing is left");
    }
}
