//! The actors of one kind on a node: found by their key or started, supervised, and forgotten when they end.
//!
//! What always holds: a key is started by one task at a time, and no other key waits for it; an actor that was started here
//! counts until the supervisor reports its end, even if its hub let go of it earlier. What else a hub knows of a key (its
//! crashes, its listeners, its person) is the hub's own: it lives longer or shorter than the actor.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::OnceLock;

use parking_lot::Mutex;
use ractor::{Actor, ActorId, ActorRef, SpawnErr};

use super::keyed::KeyedLocks;
use super::supervisor::{End, supervise};

/// The actors of one kind, by the key of each.
pub struct Registry<K> {
    /// Which key an actor is, for the moment when it ends.
    keys: Mutex<HashMap<ActorId, K>>,
    starting: KeyedLocks<K>,
    supervisor: OnceLock<ActorRef<()>>,
}

/// An actor could not be started: its beginning failed, or nothing supervises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the actor could not be started")]
pub struct NotStarted;

impl<K> Default for Registry<K> {
    fn default() -> Self {
        Self { keys: Mutex::default(), starting: KeyedLocks::default(), supervisor: OnceLock::new() }
    }
}

impl<K: Copy + Eq + Hash> Registry<K> {
    /// Starts the supervisor, which tells `ended` of every actor's end. Nothing is started before.
    ///
    /// # Errors
    /// When the supervisor can't be spawned.
    pub async fn supervise<F>(&self, ended: F) -> Result<(), SpawnErr>
    where
        F: Fn(ActorId, End) + Send + Sync + 'static,
    {
        let supervisor = supervise(ended).await?;
        // A hub starts its supervisor once, before anything else: none can be there yet.
        let _ = self.supervisor.set(supervisor);
        Ok(())
    }

    /// What `find` finds of a key, or else what `start` makes of it: one task at a time, and the others find it then.
    ///
    /// # Errors
    /// Why it could not be started.
    pub async fn find_or_start<T, F, S>(
        &self,
        key: K,
        find: impl Fn() -> Option<T>,
        start: impl FnOnce() -> S,
    ) -> Result<T, F>
    where
        S: Future<Output = Result<T, F>>,
    {
        if let Some(found) = find() {
            return Ok(found);
        }
        let _one = self.starting.lock(key).await;
        if let Some(found) = find() {
            return Ok(found);
        }
        start().await
    }

    /// Starts a key's actor under the supervisor.
    ///
    /// # Errors
    /// [`NotStarted`]
    pub async fn spawn<A: Actor>(
        &self,
        key: K,
        actor: A,
        args: A::Arguments,
    ) -> Result<ActorRef<A::Msg>, NotStarted> {
        let supervisor = self.supervisor.get().ok_or(NotStarted)?.get_cell();
        let spawned = A::spawn_linked(None, actor, args, supervisor).await;
        let (actor, _) = spawned.map_err(|_| NotStarted)?;
        self.keys.lock().insert(actor.get_id(), key);
        Ok(actor)
    }

    /// An actor has ended: it is forgotten. Which key it was, if it was started here.
    pub fn ended(&self, actor: ActorId) -> Option<K> {
        self.keys.lock().remove(&actor)
    }

    /// Whether a key is just being started.
    pub fn is_starting(&self, key: &K) -> bool {
        self.starting.is_held(key)
    }

    /// How many actors are alive.
    pub fn count(&self) -> usize {
        self.keys.lock().len()
    }

    /// The keys whose actors are alive.
    pub fn keys(&self) -> Vec<K> {
        self.keys.lock().values().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use futures::future::join_all;
    use ractor::ActorProcessingErr;

    use super::*;

    struct Quiet;

    impl Actor for Quiet {
        type Msg = ();
        type State = ();
        type Arguments = ();

        async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_key_is_started_once_and_forgotten_when_its_actor_ends() {
        let registry: Arc<Registry<u8>> = Arc::default();
        assert_eq!(registry.spawn(1, Quiet, ()).await.err(), Some(NotStarted), "nothing would supervise it");
        let told = Arc::clone(&registry);
        let supervising = registry.supervise(move |actor, _| {
            told.ended(actor);
        });
        supervising.await.expect("starts");
        let (alive, starts) = (Mutex::new(None::<ActorRef<()>>), AtomicUsize::new(0));
        let find = || alive.lock().clone();
        let start = || async {
            starts.fetch_add(1, Ordering::SeqCst);
            let actor = registry.spawn(1, Quiet, ()).await?;
            *alive.lock() = Some(actor.clone());
            Ok::<ActorRef<()>, NotStarted>(actor)
        };
        let found = join_all((0..20).map(|_| registry.find_or_start(1, find, start))).await;
        assert!(found.iter().all(Result::is_ok));
        assert_eq!((starts.load(Ordering::SeqCst), registry.keys()), (1, vec![1]));
        assert!(!registry.is_starting(&1));
        found.into_iter().flatten().for_each(|actor| actor.stop(None));
        let deadline = Instant::now() + Duration::from_secs(10);
        while registry.count() > 0 {
            assert!(Instant::now() < deadline, "it is never forgotten");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
