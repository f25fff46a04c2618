//! What an active channel remembers of people's rights.

use std::num::NonZeroUsize;

use ajet_domain::Standing;
use ajet_domain::need::{Facts, Needs, StandingOf};
use lru::LruCache;

/// Bytes of standings that an active channel remembers.
const REMEMBERED_BYTES: usize = 160 << 10;
/// A standing with whose it is and its place in the cache.
const STANDING_BYTES: usize = size_of::<(StandingOf, Standing)>() + 48;
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(REMEMBERED_BYTES / STANDING_BYTES).unwrap();

/// Recently read standings, all as of one ACL version.
pub struct Memory {
    acl_version: u64,
    standings: LruCache<StandingOf, Standing>,
}

impl Default for Memory {
    fn default() -> Self {
        // Takes no room for what it does not hold yet.
        Self { acl_version: 0, standings: LruCache::sparse(REMEMBERED) }
    }
}

impl Memory {
    /// The answers, if rights are all that is asked for and all of them are remembered.
    pub fn recall(&self, needs: &Needs) -> Option<Facts> {
        let rest = Needs { standings: Vec::new(), ..needs.clone() };
        if self.acl_version == 0 || !rest.is_empty() {
            return None;
        }
        let mut facts = Facts::default();
        for question in &needs.standings {
            facts.standings.insert(*question, *self.standings.peek(question)?);
        }
        Some(facts)
    }

    /// Remembers what was looked up. A new ACL version drops everything remembered before.
    pub fn remember(&mut self, facts: &Facts) {
        let version = facts.acl_version();
        if self.acl_version != version {
            self.standings.clear();
            self.acl_version = version;
        }
        for (question, standing) in &facts.standings {
            self.standings.put(*question, *standing);
        }
    }
}
