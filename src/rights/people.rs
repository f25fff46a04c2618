//! People who have no session here: those who last wrote or read, within a budget of bytes.
//!
//! An entry holds as of the version of its scope's state: who is affected by a change is taken out when the change is applied,
//! under that state's lock. A change that affects everybody takes out all at once, by the state's generation.

use std::sync::Arc;

use ajet_domain::Scope;
use ajet_domain::rights::MemberRights;
use ajet_protocol::{ChannelId, UserId};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// What the people remembered may take in memory.
pub const BYTES: u64 = 32 << 20;
/// An entry beside the channels that its person joined and the roles that they hold: key, value, their allocation, and their places in the cache.
const ENTRY_BYTES: usize = 320;

/// A person's rights; `None` for a person who does not belong to the scope.
pub type Known = Option<Arc<MemberRights>>;

#[derive(Clone)]
struct Remembered {
    generation: u64,
    rights: Known,
}

/// The people of all scopes who are remembered and not held.
pub struct People(Cache<(Scope, UserId), Remembered>);

impl People {
    /// None yet; so many bytes at most.
    pub fn new(bytes: u64) -> Self {
        let weigh = |_: &(Scope, UserId), one: &Remembered| weight(&one.rights);
        let cache = Cache::builder().weigher(weigh).max_capacity(bytes);
        Self(cache.eviction_policy(EvictionPolicy::lru()).build())
    }

    /// A person's rights, if they are remembered under this generation of the scope's state.
    pub fn find(&self, scope: Scope, person: UserId, generation: u64) -> Option<Known> {
        let found = self.0.get(&(scope, person))?;
        (found.generation == generation).then_some(found.rights)
    }

    /// Remembers a person.
    pub fn put(&self, scope: Scope, person: UserId, generation: u64, rights: Known) {
        self.0.insert((scope, person), Remembered { generation, rights });
    }

    /// Forgets a person.
    pub fn forget(&self, scope: Scope, person: UserId) {
        self.0.invalidate(&(scope, person));
    }
}

fn weight(rights: &Known) -> u32 {
    let ids = rights.as_ref().map_or(0, |rights| rights.joined().len() + rights.roles().len());
    u32::try_from(ENTRY_BYTES + ids * size_of::<ChannelId>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Role;
    use uuid::Uuid;

    use super::*;

    fn member() -> Known {
        let joined = vec![ChannelId(Uuid::from_u128(7))];
        Some(Arc::new(MemberRights::new(UserId(Uuid::nil()), Role::Member, None, joined)))
    }

    #[test]
    fn a_generation_and_a_person_are_forgotten() {
        let (people, scope, ann) = (People::new(1 << 20), Scope(Uuid::nil()), UserId(Uuid::nil()));
        people.put(scope, ann, 1, member());
        assert_eq!(people.find(scope, ann, 1), Some(member()));
        assert_eq!(people.find(scope, ann, 2), None, "everybody changed meanwhile");
        people.put(scope, ann, 2, None);
        assert_eq!(people.find(scope, ann, 2), Some(None), "that somebody does not belong is known as well");
        people.forget(scope, ann);
        assert_eq!(people.find(scope, ann, 2), None);
    }

    #[test]
    fn the_budget_holds_and_the_least_used_go_first() {
        let most = 100;
        let people = People::new(most * u64::from(weight(&member())));
        let (scope, person) = (Scope(Uuid::nil()), |n: u128| UserId(Uuid::from_u128(n)));
        for n in 0..3 * u128::from(most) {
            people.put(scope, person(n), 1, member());
            people.0.run_pending_tasks();
        }
        assert!(people.0.entry_count() <= most);
        assert_eq!(people.find(scope, person(0), 1), None);
        assert_eq!(people.find(scope, person(3 * u128::from(most) - 1), 1), Some(member()));
    }
}
