//! The entries of a host, by entity.
//!
//! An entry is dropped when no task uses it and no activation lives, unless the entity crashed recently: an entity that has
//! ended, or never was, takes no memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{RwLock, RwLockReadGuard};

use super::entity::Entity;
use super::entry::{Entry, Visit};

type Map<E> = HashMap<<E as Entity>::Id, Arc<Entry<E>>>;

/// All entries of one kind.
pub struct Entries<E: Entity> {
    /// Commands that may wait at each entity.
    mailbox: usize,
    by_id: RwLock<Map<E>>,
}

impl<E: Entity> Entries<E> {
    /// None yet; the gates of those to come have room for this many commands.
    pub fn new(mailbox: usize) -> Self {
        Self { mailbox, by_id: RwLock::default() }
    }

    /// An entity's entry, made if there is none; it stays until the visit is dropped.
    pub fn visit(&self, id: E::Id) -> Visit<E> {
        if let Some(entry) = self.by_id.read().get(&id) {
            return Visit::begin(entry);
        }
        let fresh = || Arc::new(Entry::new(self.mailbox));
        Visit::begin(self.by_id.write().entry(id).or_insert_with(fresh))
    }

    /// An entity's entry, if there is one.
    pub fn get(&self, id: E::Id) -> Option<Arc<Entry<E>>> {
        self.by_id.read().get(&id).cloned()
    }

    /// All of them, to look at many at once. None is made or dropped meanwhile.
    pub fn read(&self) -> RwLockReadGuard<'_, Map<E>> {
        self.by_id.read()
    }

    /// Drops an entity's entry, unless it is in use.
    pub fn drop_idle(&self, id: E::Id) {
        let mut entries = self.by_id.write();
        if entries.get(&id).is_some_and(|entry| entry.is_unused()) {
            entries.remove(&id);
        }
    }

    /// Drops the entries of entities that ended while they were asked, or that could not be activated.
    pub fn drop_all_idle(&self) {
        let now = Instant::now();
        let idle = |entry: &Entry<E>| entry.is_unused() && !entry.crashes.lock().is_under_suspicion(now);
        self.by_id.write().retain(|_, entry| !idle(entry));
    }
}
