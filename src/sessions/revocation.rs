//! Ending sessions on every node at once, and purging streams of what somebody may not get any more: by telling the others, and by
//! scanning for what others could not tell.
//!
//! Always true: a node whose last scan is older than [`SCAN_HOLDS`] emits nothing, and the scan by which it emits again knows whose rights
//! changed meanwhile. Nothing here decides who may sign out, and
//! no stream is closed or purged here: `Sessions` of `src/actors/session` does that.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::NodeId;
use ajet_protocol::audit::SessionEnd;
use ajet_protocol::{CommunityId, SessionId, TokenId, UserId};
use futures::future::{BoxFuture, join_all};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};

use super::lease::{Lease, Renewal};
use super::tokens::Tokens;
use crate::actors::Node;
use crate::cluster::{Cluster, NodeRequests, Reply, Request};
use crate::store::api_tokens::Ended;
use crate::store::{Store, StoreError};

/// How long a sign-out, ban, kick, or the end of any number of tokens waits for a silent node. By then that node has scanned for ended
/// sessions and has read from the database whose rights changed, or has stopped emitting ([`RevocationScan`]).
const TOLD_WITHIN: Duration = Duration::from_millis(2500);
/// How long a ban or kick waits for a node of a version that can't be told to purge. Its event reaches that node in this time, and a
/// reader that keeps up has been sent what was under way. What waits there for a slow reader can't be called back, however
/// long one waits.
const UNPURGED_WITHIN: Duration = Duration::from_millis(500);
/// How long a change of an account waits for a silent node. What that one remembers of the account expires by itself, after 30 seconds
/// (`LIVE_FOR` in `tokens.rs`), and a node of a version that can't be told keeps it as long.
const CHANGED_WITHIN: Duration = Duration::from_millis(500);
/// Interval between tries to tell a silent node.
const TELL_AGAIN: Duration = Duration::from_millis(100);
/// Ended tokens that other nodes are told of at once. Of many they are told in parts, within [`TOLD_WITHIN`] all in all.
const TOLD_AT_ONCE: usize = 50;
/// Interval between scans for ended sessions, whichever node ended them.
const SCAN_EVERY: Duration = Duration::from_millis(500);
/// Past this age of the last scan nothing is emitted.
const SCAN_HOLDS: Duration = Duration::from_millis(2000);
/// Each scan overlaps the previous one by this many seconds, since a sign-out commits later than its timestamp.
const SCAN_OVERLAP_S: f64 = 30.0;

/// How long another node is waited for.
#[derive(Clone, Copy)]
struct Patience {
    /// One that does not answer.
    silent: Duration,
    /// One of a version that does not know the request.
    untold: Duration,
}

/// A version that can't be told of an end scans for itself.
const ENDING: Patience = Patience { silent: TOLD_WITHIN, untold: TOLD_WITHIN };
const PURGING: Patience = Patience { silent: TOLD_WITHIN, untold: UNPURGED_WITHIN };
const CHANGING: Patience = Patience { silent: CHANGED_WITHIN, untold: Duration::ZERO };

/// When this node last scanned for sessions that ended: what it does not know it may not emit to.
pub struct RevocationScan {
    store: Store,
    last: watch::Sender<Scanned>,
}

/// The last scan.
#[derive(Clone, Copy)]
struct Scanned {
    at: Instant,
    /// Since when there was never one too old.
    fresh_since: Instant,
}

impl Scanned {
    fn is_fresh(self) -> bool {
        self.at.elapsed() < SCAN_HOLDS
    }
}

impl RevocationScan {
    /// As if scanned now: a node that starts has no session yet that could have ended.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let now = Instant::now();
        Self { store, last: watch::Sender::new(Scanned { at: now, fresh_since: now }) }
    }

    /// Whether the last scan is recent enough.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.last.borrow().is_fresh()
    }

    /// Waits for one that is.
    pub async fn until_fresh(&self) {
        if self.is_fresh() {
            return;
        }
        let mut scans = self.last.subscribe();
        while !self.is_fresh() {
            if scans.changed().await.is_err() {
                return;
            }
        }
    }

    /// Since when there was never a scan too old: what was judged before that, by what was known then, may be out of date.
    #[must_use]
    pub fn fresh_since(&self) -> std::time::Instant {
        self.last.borrow().fresh_since.into_std()
    }

    /// The sessions that ended since the last scan, and some from before it.
    async fn ended(&self) -> Result<Vec<SessionId>, StoreError> {
        let since = self.last.borrow().at.elapsed();
        self.store.ended_within(since.as_secs_f64() + SCAN_OVERLAP_S).await
    }

    /// A scan that began at this moment is over, and the sessions that it found are closed here. Where the one before it had become too
    /// old, it is known whose rights changed.
    fn finished(&self, began: Instant, had_lapsed: bool) {
        self.last.send_modify(|last| {
            if had_lapsed {
                last.fresh_since = Instant::now();
            }
            last.at = began;
        });
    }
}

/// The end of sessions, everywhere; cheap to clone.
#[derive(Clone)]
pub struct Revocation {
    cluster: Cluster,
    tokens: Tokens,
    node: Node,
    lease: Lease,
    scan: Arc<RevocationScan>,
}

impl Revocation {
    /// Ends sessions on this node and tells the others of the cluster.
    #[must_use]
    pub fn new(
        cluster: Cluster,
        tokens: Tokens,
        node: Node,
        lease: Lease,
        scan: Arc<RevocationScan>,
    ) -> Self {
        Self { cluster, tokens, node, lease, scan }
    }

    /// Scans for sessions that other nodes ended, until the node stops.
    pub fn start(&self) {
        self.cluster.keep(self.clone().keep_scanning());
    }

    /// Whether this node has scanned for ended sessions recently. If not, what is cached of a session may be out of date.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.scan.is_fresh()
    }

    /// Waits until it has: before that nothing may be emitted.
    pub async fn until_fresh(&self) {
        self.scan.until_fresh().await;
    }

    /// Since when what this node knows of sessions and rights was never too old to emit by.
    #[must_use]
    pub fn fresh_since(&self) -> std::time::Instant {
        self.scan.fresh_since()
    }

    /// Ends a session: when this returns its token is worth nothing on any node, and its streams are closed.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub async fn sign_out(&self, token: &str, id: SessionId) -> Result<(), StoreError> {
        self.tokens.end(token, id).await?;
        self.node.sessions.close(id);
        self.tell_others(&[Request::EndSession(id)], ENDING).await;
        Ok(())
    }

    /// Ends one of a person's sessions, as [`sign_out`](Self::sign_out) does; whether it was one.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub async fn end_one(&self, person: UserId, id: SessionId, why: SessionEnd) -> Result<bool, StoreError> {
        if !self.tokens.end_one(person, id, why).await? {
            return Ok(false);
        }
        self.end_everywhere(&[id]).await;
        Ok(true)
    }

    /// Ends all of a person's sessions but one, in the same way.
    ///
    /// # Errors
    /// [`StoreError`], when they could not be ended.
    pub async fn end_beside(&self, person: UserId, kept: SessionId) -> Result<(), StoreError> {
        let ended = self.tokens.end_beside(person, kept).await?;
        self.end_everywhere(&ended).await;
        Ok(())
    }

    /// The same for sessions that ended in the store, which is committed before the call.
    pub async fn ended(&self, sessions: &[SessionId]) {
        self.end_everywhere(sessions).await;
    }

    /// Ends all sessions of a person whose account is out of use, which is committed before the call: when this returns their tokens are
    /// worth nothing on any node, and their streams are closed.
    ///
    /// # Errors
    /// [`StoreError`], when they could not be ended.
    pub async fn end_all_of(&self, person: UserId) -> Result<(), StoreError> {
        let ended = self.tokens.end_all_of(person).await?;
        // What is remembered of the account may be a session that was read before.
        self.tokens.account_changed(person).await;
        ended.iter().for_each(|id| self.node.sessions.close(*id));
        let mut requests: Vec<Request> = ended.into_iter().map(Request::EndSession).collect();
        requests.push(Request::AccountChanged(person));
        self.tell_others(&requests, ENDING).await;
        Ok(())
    }

    /// Ends the streams of an API token that was revoked, which is committed before the call: when this returns the token is worth nothing on
    /// any node, and its streams are closed.
    pub async fn end_token(&self, token: TokenId) {
        let id = SessionId(token.0);
        self.close_here(id).await;
        self.tell_of_ends(&[id]).await;
    }

    /// The same for all tokens that ended with their bot, or with the community of their bots.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be read which they are. Each node finds them by its next scan all the same.
    pub async fn end_tokens(&self, ended: Ended) -> Result<(), StoreError> {
        let tokens = self.tokens.ended_tokens(ended).await?;
        self.end_everywhere(&tokens).await;
        Ok(())
    }

    /// Closes sessions and tokens that ended, on all nodes.
    async fn end_everywhere(&self, ended: &[SessionId]) {
        for id in ended {
            self.close_here(*id).await;
        }
        // One time for all of them: past it each node has scanned for what it was not told, or has stopped emitting.
        let telling = async {
            for some in ended.chunks(TOLD_AT_ONCE) {
                self.tell_of_ends(some).await;
            }
        };
        let _ = tokio::time::timeout(TOLD_WITHIN, telling).await;
    }

    /// Tells the others of sessions and tokens that ended, and are closed here.
    async fn tell_of_ends(&self, sessions: &[SessionId]) {
        let requests: Vec<Request> = sessions.iter().copied().map(Request::EndSession).collect();
        self.tell_others(&requests, ENDING).await;
    }

    /// An account was changed, which is committed before the call: when this returns every node that can be reached shows it in what its
    /// sessions do from now on.
    pub async fn account_changed(&self, person: UserId) {
        self.tokens.account_changed(person).await;
        self.tell_others(&[Request::AccountChanged(person)], CHANGING).await;
    }

    /// Calls back what is under way of a community to a person who is out of it. That is committed before the call: when this
    /// returns nothing of the community reaches their streams any more, on any node.
    pub async fn purge(&self, community: CommunityId, user: UserId) {
        let requests = [Request::Purge { community, user }];
        let here = self.node.sessions.purge(community, user);
        tokio::join!(here, self.tell_others(&requests, PURGING));
    }

    /// Tells all other nodes that may emit, each until it has done what it is told, or was waited for long enough. What it is about is
    /// committed before: a node that takes its lease later than the holders are read here finds it in the database.
    async fn tell_others(&self, requests: &[Request], patience: Patience) {
        match self.lease.other_holders().await {
            Ok(others) => {
                let telling = |node: NodeId| requests.iter().map(move |one| self.tell(node, one, patience));
                join_all(others.into_iter().flat_map(telling)).await;
            }
            Err(error) => {
                tracing::warn!(%error, "can't find out which nodes to tell; waiting until all have looked");
                tokio::time::sleep(patience.silent).await;
            }
        }
    }

    async fn tell(&self, node: NodeId, request: &Request, Patience { silent, untold }: Patience) {
        let began = Instant::now();
        let deadline = began + silent;
        while Instant::now() < deadline {
            match self.cluster.ask_node(node, request.clone(), deadline).await {
                Ok(Reply::Done(_)) => return,
                Ok(Reply::NotUnderstood) => return tokio::time::sleep_until(began + untold).await,
                // It may not have done it.
                Ok(_) => return tokio::time::sleep_until(deadline).await,
                // Dead, or cut off from us and not from the database.
                Err(_) => tokio::time::sleep(TELL_AGAIN).await,
            }
        }
    }

    /// Closes sessions that other nodes ended, also where they could not tell us; renews the lease that allows emitting.
    async fn keep_scanning(self) {
        let mut tick = tokio::time::interval(SCAN_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut renewal = Renewal::new(self.lease.clone());
        loop {
            tick.tick().await;
            if !renewal.renew_if_due().await {
                // A sign-out on another node may no longer wait for us: a scan must not permit emitting.
                continue;
            }
            let began = Instant::now();
            match self.scan.ended().await {
                Ok(ended) => {
                    for id in ended {
                        self.close_here(id).await;
                    }
                    // A ban waits no longer than until this node has stopped emitting: it may not go on by the rights of before.
                    let lapsed = !self.scan.is_fresh();
                    if lapsed && let Err(error) = self.node.sessions.know_rights().await {
                        tracing::debug!(%error, "can't read whose rights changed");
                        continue;
                    }
                    self.scan.finished(began, lapsed);
                }
                Err(error) => tracing::debug!(%error, "can't look for sessions that ended"),
            }
        }
    }

    /// Takes the session's token no more, and closes its streams, on this node.
    async fn close_here(&self, id: SessionId) {
        self.tokens.ended(id).await;
        self.node.sessions.close(id);
    }

    /// Gives the lease up: nothing is emitted here any more, and no node need tell us of anything.
    pub async fn give_lease_up(&self) {
        self.lease.give_up().await;
    }
}

impl NodeRequests for Revocation {
    fn serve<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Option<Reply>> {
        Box::pin(async move {
            match request {
                Request::EndSession(id) => self.close_here(*id).await,
                Request::AccountChanged(person) => self.tokens.account_changed(*person).await,
                Request::Purge { community, user } => self.node.sessions.purge(*community, *user).await,
                _ => return None,
            }
            Some(Reply::Done(true))
        })
    }
}
