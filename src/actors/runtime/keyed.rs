//! One lock for each key in use: the work for a key is done by one task at a time, and no other key waits.
//!
//! A key that is neither held nor waited for takes no memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

/// The locks in use.
#[derive(Debug)]
pub struct KeyedLocks<K>(Arc<Mutex<HashMap<K, Slot>>>);

#[derive(Debug, Default)]
struct Slot {
    lock: Arc<tokio::sync::Mutex<()>>,
    /// How many hold it or wait for it.
    users: usize,
}

impl<K> Default for KeyedLocks<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// A lock that is held; the last guard of a key removes its slot.
#[derive(Debug)]
pub struct KeyedGuard<K: Eq + Hash> {
    _held: OwnedMutexGuard<()>,
    _user: User<K>,
}

/// A task that holds a key's lock or waits for it; counted under the lock of all slots.
#[derive(Debug)]
struct User<K: Eq + Hash> {
    slots: Arc<Mutex<HashMap<K, Slot>>>,
    key: K,
}

impl<K: Eq + Hash> Drop for User<K> {
    fn drop(&mut self) {
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.get_mut(&self.key) {
            slot.users -= 1;
            if slot.users == 0 {
                slots.remove(&self.key);
            }
        }
    }
}

impl<K: Eq + Hash + Copy> KeyedLocks<K> {
    /// Waits for a key's lock.
    pub async fn lock(&self, key: K) -> KeyedGuard<K> {
        let lock = {
            let mut slots = self.0.lock();
            let slot = slots.entry(key).or_default();
            slot.users += 1;
            Arc::clone(&slot.lock)
        };
        // Made before anything is awaited: a task that is cancelled while it waits is counted out as well.
        let user = User { slots: Arc::clone(&self.0), key };
        KeyedGuard { _held: lock.lock_owned().await, _user: user }
    }

    /// Whether a key's lock is held or waited for.
    pub fn is_held(&self, key: &K) -> bool {
        self.0.lock().contains_key(key)
    }

    /// Keys that are held or waited for.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().len()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_key_waits_for_itself_alone_and_leaves_nothing_behind() {
        let locks = KeyedLocks::default();
        let one = locks.lock(1).await;
        let mut again = Box::pin(locks.lock(1));
        assert!(again.as_mut().now_or_never().is_none(), "the same key waits");
        let other = locks.lock(2).now_or_never().expect("another key does not");
        assert_eq!(locks.len(), 2);
        drop(one);
        let again = again.await;
        let gave_up = Box::pin(locks.lock(1));
        drop((again, other, gave_up));
        assert_eq!(locks.len(), 0);
    }
}
