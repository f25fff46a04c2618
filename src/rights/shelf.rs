//! The scopes (communities and direct messages) that are remembered: those of people held here, and the last ones that were used,
//! within a budget of bytes.
//!
//! It reads nothing. One that is forgotten while a task still works with it stays right for that task; the next one that asks
//! for it finds a new one.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_domain::Scope;
use lru::LruCache;

use super::live::LiveScope;

/// What the scopes in which no person is held may take in memory.
pub const BYTES: usize = 32 << 20;

/// The scopes of a node.
pub struct Shelf {
    /// Somebody is held: never forgotten.
    held: HashMap<Scope, Arc<LiveScope>>,
    /// The others, each with the bytes that it was last counted with.
    idle: LruCache<Scope, (Arc<LiveScope>, usize)>,
    /// Bytes of the others.
    bytes: usize,
    budget: usize,
}

impl Shelf {
    /// An empty one, for so many bytes of scopes in which no person is held.
    pub fn new(budget: usize) -> Self {
        Self { held: HashMap::new(), idle: LruCache::unbounded(), bytes: 0, budget }
    }

    /// A scope, if it is remembered.
    pub fn find(&mut self, scope: Scope) -> Option<Arc<LiveScope>> {
        if let Some(found) = self.held.get(&scope) {
            return Some(Arc::clone(found));
        }
        let (found, counted) = self.idle.get_mut(&scope)?;
        // It may have grown since it was last used.
        let now = found.read().bytes();
        self.bytes = self.bytes - std::mem::replace(counted, now) + now;
        let found = Arc::clone(found);
        self.fit();
        Some(found)
    }

    /// A scope, of which nothing is known yet if it is new.
    pub fn find_or_new(&mut self, scope: Scope) -> Arc<LiveScope> {
        if let Some(found) = self.find(scope) {
            return found;
        }
        let new = Arc::new(LiveScope::new(scope));
        self.put(&new);
        new
    }

    /// All that are remembered.
    pub fn all(&self) -> Vec<Arc<LiveScope>> {
        self.held.values().chain(self.idle.iter().map(|(_, (scope, _))| scope)).cloned().collect()
    }

    /// A scope in which somebody is held.
    pub fn held(&self, scope: Scope) -> Option<&Arc<LiveScope>> {
        self.held.get(&scope)
    }

    /// Those in which somebody is held.
    pub fn all_held(&self) -> Vec<Arc<LiveScope>> {
        self.held.values().cloned().collect()
    }

    /// Whether it is this one that is remembered, and not another one of the same id.
    pub fn has(&self, scope: &Arc<LiveScope>) -> bool {
        let id = scope.scope();
        let idle = || self.idle.peek(&id).map(|(scope, _)| scope);
        self.held.get(&id).or_else(idle).is_some_and(|one| Arc::ptr_eq(one, scope))
    }

    /// Somebody is held in it now.
    pub fn pin(&mut self, scope: &Arc<LiveScope>) {
        self.forget(scope.scope());
        self.held.insert(scope.scope(), Arc::clone(scope));
    }

    /// No person is held in it any more.
    pub fn unpin(&mut self, scope: Scope) {
        if let Some(gone) = self.held.remove(&scope) {
            self.put(&gone);
        }
    }

    /// Forgets a scope, unless somebody is held in it.
    pub fn forget(&mut self, scope: Scope) {
        if let Some((_, counted)) = self.idle.pop(&scope) {
            self.bytes -= counted;
        }
    }

    fn put(&mut self, scope: &Arc<LiveScope>) {
        let bytes = scope.read().bytes();
        self.bytes += bytes;
        self.idle.put(scope.scope(), (Arc::clone(scope), bytes));
        self.fit();
    }

    /// Forgets those that were not used for longest, until the others fit. The last one stays: it is in use.
    fn fit(&mut self) {
        while self.bytes > self.budget && self.idle.len() > 1 {
            let Some((_, (_, counted))) = self.idle.pop_lru() else { return };
            self.bytes -= counted;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn scope(n: u128) -> Scope {
        Scope(Uuid::from_u128(n))
    }

    #[test]
    fn those_not_used_for_longest_are_forgotten_and_those_held_never() {
        let one = LiveScope::new(scope(0)).read().bytes();
        let mut shelf = Shelf::new(3 * one);
        let held = shelf.find_or_new(scope(0));
        shelf.pin(&held);
        for n in 1..=3 {
            shelf.find_or_new(scope(n));
        }
        let first = shelf.find(scope(1)).expect("is remembered");
        shelf.find_or_new(scope(4));
        assert!(shelf.find(scope(2)).is_none(), "the one that was not used for longest");
        assert!(shelf.has(&first) && shelf.find(scope(3)).is_some());
        assert!(shelf.has(&held) && shelf.held(scope(0)).is_some());
        assert_eq!((shelf.bytes, shelf.idle.len()), (3 * one, 3));
        shelf.unpin(scope(0));
        assert_eq!((shelf.bytes, shelf.idle.len()), (3 * one, 3), "now it counts as well");
        assert!(shelf.has(&held) && shelf.held(scope(0)).is_none());
    }

    #[test]
    fn one_that_comes_back_is_another_one() {
        let mut shelf = Shelf::new(0);
        let old = shelf.find_or_new(scope(1));
        assert!(shelf.has(&old), "one stays, however little room there is");
        shelf.find_or_new(scope(2));
        let new = shelf.find_or_new(scope(1));
        assert!(!shelf.has(&old) && shelf.has(&new));
        shelf.forget(scope(1));
        assert!(!shelf.has(&new));
        assert_eq!((shelf.bytes, shelf.idle.len()), (0, 0));
    }
}
