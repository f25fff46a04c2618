//! Catching up: what changed in a scope (a community or a direct message) since it was last read, taken in whole.
//!
//! First the log of changes is read, then what these changes affect and is known here. What is read afterwards may hold a change that
//! was not told yet: then the log is read once more, so that all of it is of one version. Who runs this has the turn of the scope.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_domain::Scope;
use ajet_protocol::UserId;
use futures::StreamExt;

use super::cache::Rights;
use super::delta::{Delta, Wants};
use super::live::LiveScope;
use super::people::Known;
use super::state::Moment;
use crate::store::StoreError;
use crate::store::rights::AsOf;

/// How often the log of changes is read for one catching up. What is newer after that stays so until the next one, which is allowed.
const ROUNDS: usize = 4;
/// People, or versions, that are read in one query.
const AT_ONCE: usize = 1000;
/// Communities that are caught up with at a time.
const SETTLED_AT_ONCE: usize = 8;

impl Rights {
    /// Takes in what changed up to now in the communities in which somebody is held, within a time. Those of the people held who are out of
    /// one, and all in communities of which that is not known then.
    ///
    /// # Errors
    /// When the store does not tell which communities changed.
    pub async fn settle_communities(&self, within: Duration) -> Result<Vec<UserId>, StoreError> {
        let held = self.0.shelf.lock().all_held();
        // Who is out of a direct message has left it by themselves.
        let communities: Vec<_> = held.into_iter().filter(|scope| !scope.is_direct()).collect();
        let mut all = Vec::with_capacity(communities.len());
        for some in communities.chunks(AT_ONCE) {
            let ids: Vec<Scope> = some.iter().map(|scope| scope.scope()).collect();
            let versions = self.0.store.acl_versions_to_emit(&ids).await?;
            let now = some.iter().map(|scope| (Arc::clone(scope), versions.get(&scope.scope()).copied()));
            all.extend(now);
        }
        let behind = all.iter().filter(|(scope, version)| !scope.is_up_to(*version));
        let reading =
            futures::stream::iter(behind).for_each_concurrent(SETTLED_AT_ONCE, |(scope, _)| async {
                if let Err(error) = self.refresh(scope.scope()).await {
                    tracing::debug!(%error, "can't read whose rights changed");
                }
            });
        let _ = tokio::time::timeout(within, reading).await;
        Ok(all.iter().flat_map(|(scope, version)| scope.read().people(!scope.is_up_to(*version))).collect())
    }

    /// Takes in what changed in a scope up to now; all of it, if nothing is known.
    pub(super) async fn catch_up(&self, scope: &LiveScope) -> Result<(), StoreError> {
        let asked = Instant::now();
        let mut delta = Delta::default();
        for _ in 0..ROUNDS {
            if !self.tell(scope, &mut delta).await? {
                self.vanished(scope);
                return Ok(());
            }
            self.fill(scope, &mut delta).await?;
            if delta.is_even() {
                break;
            }
        }
        while !self.take_in(scope, &mut delta, asked) {
            self.fill(scope, &mut delta).await?;
        }
        Ok(())
    }

    /// Reads what changed; everything, where the log does not tell it. False where there is no such scope.
    async fn tell(&self, scope: &LiveScope, delta: &mut Delta) -> Result<bool, StoreError> {
        let (store, id) = (&self.0.store, scope.scope());
        let known = {
            let state = scope.read();
            state.is_read().then(|| state.version())
        };
        if let Some(version) = known {
            let changes = store.changes_since(id, version).await?;
            if delta.told(changes) {
                return Ok(true);
            }
        }
        let Some(found) = store.rights_of_scope(id).await? else { return Ok(false) };
        *delta = Delta::whole(found);
        Ok(true)
    }

    /// Reads what the state wants before it takes the changes in. Only people may come to it meanwhile.
    async fn fill(&self, scope: &LiveScope, delta: &mut Delta) -> Result<(), StoreError> {
        let (store, id) = (&self.0.store, scope.scope());
        let Wants { community: all, channels, people } = scope.read().wants(delta);
        // What is read after the changes is no older than they are; where the scope is gone meanwhile, nothing is found.
        let version = delta.version;
        let no_older = move |as_of: u64| as_of.max(version);
        if all {
            let (as_of, rights) = store.rights_of_scope(id).await?.unwrap_or_default();
            delta.community = Some((no_older(as_of), rights));
        }
        if !channels.is_empty() {
            let (as_of, found) = store.channel_rights(id, &channels).await?.unwrap_or_default();
            let (as_of, mut found) = (no_older(as_of), HashMap::<_, _>::from_iter(found));
            delta.channels.extend(channels.into_iter().map(|id| (id, (as_of, found.remove(&id)))));
        }
        if !people.is_empty() {
            let read = self.read_people(id, &people).await?;
            let read = read.into_iter().map(|(person, (as_of, known))| (person, (no_older(as_of), known)));
            delta.people.extend(read);
        }
        Ok(())
    }

    /// Takes the changes in. False where somebody came to be held meanwhile whom they affect, and who must be read first.
    fn take_in(&self, scope: &LiveScope, delta: &mut Delta, asked: Instant) -> bool {
        let mut state = scope.write();
        if !state.wants(delta).is_empty() {
            return false;
        }
        // Under the lock: what is remembered of a person holds as of the state's version.
        for person in delta.people_changed().into_keys() {
            self.0.people.forget(scope.scope(), person);
        }
        let moment = Moment { asked, now: Instant::now(), generation: self.0.generation() };
        state.apply(std::mem::take(delta), moment);
        true
    }

    /// There is no such scope, or no more.
    fn vanished(&self, scope: &LiveScope) {
        // A state that was never read has nothing to lose.
        self.0.shelf.lock().forget(scope.scope());
        scope.write().vanish(self.0.generation());
    }

    /// People's rights as they are stored now; each with the version that held then.
    pub(super) async fn read_people(
        &self,
        scope: Scope,
        people: &[UserId],
    ) -> Result<HashMap<UserId, AsOf<Known>>, StoreError> {
        let mut read = HashMap::with_capacity(people.len());
        for some in people.chunks(AT_ONCE) {
            let (as_of, found) = self.0.store.member_rights(scope, some).await?.unwrap_or_default();
            read.extend(some.iter().map(|person| (*person, (as_of, None))));
            read.extend(found.into_iter().map(|(person, rights)| (person, (as_of, Some(Arc::new(rights))))));
        }
        Ok(read)
    }
}
