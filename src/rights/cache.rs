//! The cache itself: what its users ask.
//!
//! Locks are taken in one order (shelf, then a scope's state) and never held over a query. What a query brings is taken in only
//! after a look whether it still holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ajet_domain::need::StandingOf;
use ajet_domain::{Scope, Standing};
use ajet_protocol::{ChannelId, CommunityId, Topic, UserId};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;

use super::flight::Turn;
use super::live::LiveScope;
use super::people::{self, Known, People};
use super::shelf::{self, Shelf};
use super::state::State;
use crate::store::rights::AsOf;
use crate::store::{Store, StoreError};

/// Channels whose home is remembered, with some 100 bytes each.
const HOMES: u64 = 100_000;
/// A reading of changes that takes longer is given up: others wait for their turn.
const READ_WITHIN: Duration = Duration::from_secs(3);
/// What was read of people may be out of date when it comes. After so many times the changes are read first.
const OVERTAKEN: u32 = 2;
/// And after so many it is given up.
const GIVEN_UP: u32 = 8;

/// Of which version a scope's rights were: two that are equal say the same of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightsVersion {
    /// `None` where there was no such scope.
    acl: Option<u64>,
    /// Databases that were restored give versions again.
    generation: u64,
}

/// What a node knows of people's rights; cheap to clone.
#[derive(Clone)]
pub struct Rights(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub store: Store,
    pub shelf: Mutex<Shelf>,
    pub people: People,
    /// What a channel belongs to, which never changes.
    homes: Cache<ChannelId, Topic>,
    generations: AtomicU64,
}

impl Inner {
    /// A number that no state of a scope has had.
    pub fn generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A person's rights, if they are known as of the state's version.
    fn known(&self, scope: &LiveScope, state: &State, person: UserId) -> Option<Known> {
        let remembered = || self.people.find(scope.scope(), person, state.generation());
        state.rights_of(person).cloned().or_else(remembered)
    }
}

impl Rights {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let homes = Cache::builder().max_capacity(HOMES).eviction_policy(EvictionPolicy::lru()).build();
        Self(Arc::new(Inner {
            store,
            shelf: Mutex::new(Shelf::new(shelf::BYTES)),
            people: People::new(people::BYTES),
            homes,
            generations: AtomicU64::new(0),
        }))
    }

    /// What is remembered of a person. It may be out of date, which the fence of the statement that rests on it finds.
    #[must_use]
    pub fn recall(
        &self,
        scope: impl Into<Scope>,
        person: UserId,
        channel: Option<ChannelId>,
    ) -> Option<Standing> {
        let asked = StandingOf { user: person, channel };
        self.recall_all(scope, &[asked])?.remove(&asked)
    }

    /// The same of several, all as of one version; `None` where one of them is not remembered.
    #[must_use]
    pub fn recall_all(
        &self,
        scope: impl Into<Scope>,
        asked: &[StandingOf],
    ) -> Option<HashMap<StandingOf, Standing>> {
        let scope = self.0.shelf.lock().find(scope.into())?;
        let state = scope.read();
        if !state.is_fresh(Instant::now()) {
            return None;
        }
        let standing = |one: &StandingOf| {
            let known = self.0.known(&scope, &state, one.user)?;
            Some((*one, scope.standing(&state, &known, one.channel)))
        };
        asked.iter().map(standing).collect()
    }

    /// What a person may do, looked up where it is not remembered; `None` where there is no such scope. Without a channel it is asked
    /// of a community: no one belongs to a direct message then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn standing(
        &self,
        scope: impl Into<Scope>,
        person: UserId,
        channel: Option<ChannelId>,
    ) -> Result<Option<Standing>, StoreError> {
        let asked = StandingOf { user: person, channel };
        let found = self.standings(scope, &[asked]).await?;
        Ok(found.and_then(|mut found| found.remove(&asked)))
    }

    /// The same of several, all as of one version.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn standings(
        &self,
        scope: impl Into<Scope>,
        asked: &[StandingOf],
    ) -> Result<Option<HashMap<StandingOf, Standing>>, StoreError> {
        let Some(scope) = self.loaded(scope.into()).await? else { return Ok(None) };
        let people: Vec<UserId> = asked.iter().map(|one| one.user).collect();
        let standings = |state: &State, known: &HashMap<UserId, Known>| -> HashMap<StandingOf, Standing> {
            let standing = |one: &StandingOf| {
                let known = known.get(&one.user).cloned().flatten();
                (*one, scope.standing(state, &known, one.channel))
            };
            asked.iter().map(standing).collect()
        };
        self.of_people(&scope, &people, standings).await.map(Some)
    }

    /// The version of a scope that would answer now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn version(&self, scope: impl Into<Scope>) -> Result<RightsVersion, StoreError> {
        let scope = self.loaded(scope.into()).await?;
        Ok(scope.map_or(RightsVersion { acl: None, generation: 0 }, |scope| {
            let state = scope.read();
            RightsVersion { acl: Some(state.version()), generation: state.generation() }
        }))
    }

    /// The channels that a person may know of, whether they belong to the scope, and the version as of which that holds; `None`
    /// where there is no such scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn seen_channels(
        &self,
        scope: impl Into<Scope>,
        person: UserId,
    ) -> Result<Option<(u64, bool, Vec<ChannelId>)>, StoreError> {
        let Some(scope) = self.loaded(scope.into()).await? else { return Ok(None) };
        let seen = |state: &State, known: &HashMap<UserId, Known>| {
            let known = known.get(&person).cloned().flatten();
            (state.version(), known.is_some(), state.seen_channels(&known))
        };
        self.of_people(&scope, &[person], seen).await.map(Some)
    }

    /// Reads what changed up to now: what is answered afterwards is no older than this call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn refresh(&self, scope: impl Into<Scope>) -> Result<(), StoreError> {
        let scope = self.0.shelf.lock().find_or_new(scope.into());
        self.settle(&scope, |_| false).await
    }

    /// Waits until everything up to a version is known: one query a node and change, however many wait for it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn at_least(&self, scope: impl Into<Scope>, version: u64) -> Result<(), StoreError> {
        let scope = self.0.shelf.lock().find_or_new(scope.into());
        self.settle(&scope, |state| state.is_read() && state.version() >= version).await
    }

    /// A commit or an answer told of a version. Where the scope is remembered and behind, its changes are read in the background.
    pub fn heard(&self, scope: impl Into<Scope>, version: u64) {
        let scope = scope.into();
        let found = self.0.shelf.lock().find(scope);
        if !found.is_some_and(|scope| scope.is_news(version)) {
            return;
        }
        let rights = self.clone();
        tokio::spawn(async move {
            if let Err(error) = rights.at_least(scope, version).await {
                tracing::debug!(%error, "can't read what rights changed");
            }
        });
    }

    /// Forgets what is remembered: the database is another one now, or not all of what it was. All of it is read anew.
    pub fn forget(&self) {
        let scopes = self.0.shelf.lock().all();
        scopes.iter().for_each(|scope| scope.write().doubt(self.0.generation()));
    }

    /// What a channel belongs to: its community, or itself where it is a direct message; `None` where there is no such channel.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn home_of(&self, channel: ChannelId) -> Result<Option<Topic>, StoreError> {
        if let Some(home) = self.0.homes.get(&channel) {
            return Ok(Some(home));
        }
        let found = self.0.store.topic_of(channel).await?;
        if let Some(home) = found {
            self.0.homes.insert(channel, home);
        }
        Ok(found)
    }

    /// The community of a channel; `None` where there is no such channel, or it belongs to none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn community_of(&self, channel: ChannelId) -> Result<Option<CommunityId>, StoreError> {
        Ok(self.home_of(channel).await?.and_then(Topic::community))
    }

    /// Keeps a person's rights at hand for live delivery, until [`Rights::release`] was called as often. Nothing is kept of a
    /// scope that is not there.
    ///
    /// # Errors
    /// When the store does not answer; then nothing is held.
    pub async fn hold(&self, scope: impl Into<Scope>, person: UserId) -> Result<(), StoreError> {
        let id = scope.into();
        for _ in 0..GIVEN_UP {
            let Some(scope) = self.loaded(id).await? else { return Ok(()) };
            let read = |state: &State, known: &HashMap<UserId, Known>| {
                (state.version(), known.get(&person).cloned().flatten())
            };
            let rights = self.of_people(&scope, &[person], read).await?;
            if self.keep(&scope, person, rights) {
                return Ok(());
            }
        }
        Err(StoreError::ended())
    }

    /// Holds a person. False where their rights, or the scope itself, had to be forgotten meanwhile.
    fn keep(&self, scope: &Arc<LiveScope>, person: UserId, rights: AsOf<Known>) -> bool {
        let mut shelf = self.0.shelf.lock();
        if !shelf.has(scope) || !scope.write().hold(person, rights) {
            return false;
        }
        shelf.pin(scope);
        // Who is held is found in the state.
        self.0.people.forget(scope.scope(), person);
        true
    }

    /// A session of a person held here is over.
    pub fn release(&self, scope: impl Into<Scope>, person: UserId) {
        let id = scope.into();
        let mut shelf = self.0.shelf.lock();
        let Some(scope) = shelf.held(id).cloned() else { return };
        let mut state = scope.write();
        if let Some(known) = state.release(person) {
            self.0.people.put(id, person, state.generation(), known);
        }
        let idle = !state.holds_anyone();
        drop(state);
        if idle {
            shelf.unpin(id);
        }
    }

    /// The people held here of a scope; `None` if there are none.
    #[must_use]
    pub fn audience(&self, scope: impl Into<Scope>) -> Option<Arc<LiveScope>> {
        self.0.shelf.lock().held(scope.into()).cloned()
    }

    /// A scope, read where what is known of it is too old to be remembered; `None` where there is no such scope.
    async fn loaded(&self, scope: Scope) -> Result<Option<Arc<LiveScope>>, StoreError> {
        let scope = self.0.shelf.lock().find_or_new(scope);
        self.settle(&scope, |state| state.is_fresh(Instant::now())).await?;
        let is_there = scope.read().is_read();
        Ok(is_there.then_some(scope))
    }

    /// Reads what changed, unless what is known is enough, or becomes so while the call waits for its turn.
    async fn settle(
        &self,
        scope: &Arc<LiveScope>,
        enough: impl Fn(&State) -> bool + Send,
    ) -> Result<(), StoreError> {
        if enough(&scope.read()) {
            return Ok(());
        }
        let mut go = match scope.flight.turn().await {
            Turn::Answered => return Ok(()),
            Turn::Failed => return Err(StoreError::ended()),
            Turn::Own(go) => go,
        };
        if enough(&scope.read()) {
            return Ok(());
        }
        // In a task of its own: others wait for what a caller began that may give up.
        let (rights, scope) = (self.clone(), Arc::clone(scope));
        let reading = tokio::spawn(async move {
            go.begins();
            let reading = tokio::time::timeout(READ_WITHIN, rights.catch_up(&scope));
            let read = reading.await.unwrap_or_else(|_| Err(StoreError::ended()));
            if read.is_ok() {
                go.answered()
            } else {
                go.failed()
            }
            read
        });
        reading.await.unwrap_or_else(|_| Err(StoreError::ended()))
    }

    /// What `then` makes of these people's rights, all as of the state's version. It runs under the state's lock. Who is not known is
    /// read, all of them in one query.
    async fn of_people<T>(
        &self,
        scope: &Arc<LiveScope>,
        people: &[UserId],
        then: impl Fn(&State, &HashMap<UserId, Known>) -> T + Send,
    ) -> Result<T, StoreError> {
        let mut read = HashMap::new();
        for tries in 0..GIVEN_UP {
            if tries >= OVERTAKEN {
                // Or what is known here is of a database that is not there any more.
                self.settle(scope, |_| false).await?;
            }
            let missing = {
                let state = scope.read();
                let (known, missing) = self.sort(scope, &state, people, &mut read);
                if missing.is_empty() {
                    return Ok(then(&state, &known));
                }
                missing
            };
            read = self.read_people(scope.scope(), &missing).await?;
        }
        Err(StoreError::ended())
    }

    /// Who of these people is known, and who must be read. Those who were `read` just now are known, and remembered, if that still
    /// holds.
    fn sort(
        &self,
        scope: &LiveScope,
        state: &State,
        people: &[UserId],
        read: &mut HashMap<UserId, AsOf<Known>>,
    ) -> (HashMap<UserId, Known>, Vec<UserId>) {
        let (mut known, mut missing) = (HashMap::with_capacity(people.len()), Vec::new());
        for (person, (as_of, rights)) in read.drain() {
            if state.rights_of(person).is_none() && state.holds(person, as_of) {
                self.0.people.put(scope.scope(), person, state.generation(), rights.clone());
                known.insert(person, rights);
            }
        }
        for person in people {
            if known.contains_key(person) {
                continue;
            }
            match self.0.known(scope, state, *person) {
                Some(rights) => drop(known.insert(*person, rights)),
                None => missing.push(*person),
            }
        }
        missing.sort_unstable();
        missing.dedup();
        (known, missing)
    }
}
