//! Sessions end everywhere at once.

use std::time::Duration;

use ajet_cluster::{NodeId, Passport};
use ajet_protocol::SessionId;
use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Cluster;
use crate::bus::wire::{Reply, Request};
use crate::store::StoreError;

/// How long a node that does not answer is asked, or waited for where it can't be asked: by then it has looked itself, or
/// emits nothing before it has ([`Looks`]).
const TOLD_WITHIN: Duration = Duration::from_millis(2500);
const AGAIN: Duration = Duration::from_millis(100);
/// Between two looks for sessions that ended, whoever ended them.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// What a look finds is good for so long; without another one nothing is emitted.
const LOOK_HOLDS: Duration = Duration::from_millis(2000);
/// How often a node renews its lease to emit; how old one may be that it goes by itself; and how old one that others count.
const LEASE_EVERY: Duration = Duration::from_secs(4);
const LEASE_KNOWN_TO_HOLD: Duration = Duration::from_secs(8);
const LEASE_HOLDS: Duration = Duration::from_secs(12);
/// How much further than to the last look a look goes back, in seconds: sessions end in transactions that take a while.
const OVERLAP: f64 = 30.0;

/// When this node last looked for sessions that ended: what it does not know it may not emit to.
#[derive(Debug)]
pub struct Looks(watch::Sender<Instant>);

impl Default for Looks {
    fn default() -> Self {
        Self(watch::Sender::new(Instant::now()))
    }
}

impl Looks {
    /// Whether the last look is young enough.
    #[must_use]
    pub fn are_fresh(&self) -> bool {
        self.0.borrow().elapsed() < LOOK_HOLDS
    }

    /// Waits for a look that is.
    pub async fn fresh(&self) {
        if self.are_fresh() {
            return;
        }
        let mut looks = self.0.subscribe();
        while !self.are_fresh() {
            if looks.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Cluster {
    /// Ends a session: when this returns its token is worth nothing on any node, and its streams are closed.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub async fn sign_out(&self, token: &str, id: SessionId) -> Result<(), StoreError> {
        self.0.parts.auth.sign_out(token, id).await?;
        self.0.parts.node.sessions.close(id);
        // Read after the session's end was committed: who is not among them has looked since, or emits nothing.
        match self.0.parts.store.lease_holders(LEASE_HOLDS.as_secs_f64()).await {
            Ok(holders) => {
                let others = holders.into_iter().map(NodeId).filter(|node| *node != self.me());
                join_all(others.map(|node| self.tell(node, id))).await;
            }
            Err(error) => {
                tracing::warn!(%error, "can't find out whom to tell of a session's end; waiting until all have looked");
                tokio::time::sleep(TOLD_WITHIN).await;
            }
        }
        Ok(())
    }

    async fn tell(&self, node: NodeId, id: SessionId) {
        let deadline = Instant::now() + TOLD_WITHIN;
        while Instant::now() < deadline {
            let told = self.request(node, Passport::default(), Request::EndSession(id), deadline).await;
            match told {
                Ok(Reply::Done(_)) => return,
                // A version that can't be told looks for itself.
                Ok(_) => return tokio::time::sleep_until(deadline).await,
                // Dead, or cut off from us and not from the database.
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// Closes what other nodes ended, also where nobody could tell us.
    pub(super) async fn keep_looking_for_ended(self) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut renewed: Option<Instant> = None;
        loop {
            tick.tick().await;
            let asked = Instant::now();
            if renewed.is_none_or(|at| at.elapsed() > LEASE_EVERY) {
                match self.0.parts.store.hold_lease(self.me().0).await {
                    Ok(()) => renewed = Some(asked),
                    Err(error) => tracing::debug!(%error, "can't renew the lease"),
                }
            }
            if renewed.is_none_or(|at| at.elapsed() > LEASE_KNOWN_TO_HOLD) {
                // Nobody would tell us: what we find counts for nothing.
                continue;
            }
            let (began, last) = (Instant::now(), *self.0.parts.looks.0.borrow());
            let found = self.0.parts.store.ended_within(last.elapsed().as_secs_f64() + OVERLAP).await;
            match found {
                Ok(ended) => {
                    for id in ended {
                        drop(self.end_session(id).await);
                    }
                    self.0.parts.looks.0.send_replace(began);
                }
                Err(error) => tracing::debug!(%error, "can't look for sessions that ended"),
            }
        }
    }

    /// Gives the lease up: nothing is emitted here any more, and nobody need tell us of a session's end.
    pub async fn let_go(&self) {
        if let Err(error) = self.0.parts.store.drop_lease(self.me().0).await {
            tracing::debug!(%error, "could not give the lease up; it will lapse");
        }
    }

    pub(super) async fn end_session(&self, id: SessionId) -> Reply {
        self.0.parts.auth.ended(id).await;
        self.0.parts.node.sessions.close(id);
        Reply::Done(true)
    }
}
