//! Sessions end everywhere at once.

use std::time::Duration;

use ajet_cluster::{NodeId, RouteHeader};
use ajet_protocol::SessionId;
use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Cluster;
use crate::bus::wire::{Reply, Request};
use crate::store::StoreError;

/// How long a sign-out waits for a silent node. By then that node has re-read the ended sessions, or has stopped emitting
/// ([`RevocationScan`]).
const TOLD_WITHIN: Duration = Duration::from_millis(2500);
const AGAIN: Duration = Duration::from_millis(100);
/// Interval between scans for ended sessions, whichever node ended them.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Past this age of the last scan nothing is emitted.
const LOOK_HOLDS: Duration = Duration::from_millis(2000);
/// Interval at which a node renews its lease to emit.
const LEASE_EVERY: Duration = Duration::from_secs(4);
/// Past this age a node stops trusting its own lease.
const LEASE_KNOWN_TO_HOLD: Duration = Duration::from_secs(8);
/// Until this age other nodes still count it; must exceed the previous.
const LEASE_HOLDS: Duration = Duration::from_secs(12);
/// Each scan overlaps the previous one by this many seconds, since a sign-out commits later than its timestamp.
const OVERLAP: f64 = 30.0;

/// When this node last looked for sessions that ended: what it does not know it may not emit to.
#[derive(Debug)]
pub struct RevocationScan(watch::Sender<Instant>);

impl Default for RevocationScan {
    fn default() -> Self {
        Self(watch::Sender::new(Instant::now()))
    }
}

impl RevocationScan {
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
            let told = self.request(node, RouteHeader::default(), Request::EndSession(id), deadline).await;
            match told {
                Ok(Reply::Done(_)) => return,
                // A version that can't be told looks for itself.
                Ok(_) => return tokio::time::sleep_until(deadline).await,
                // Dead, or cut off from us and not from the database.
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// Closes sessions that other nodes ended, also where they could not tell us.
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
                // A sign-out on another node may no longer wait for us: a scan must not permit emitting.
                continue;
            }
            let (began, last) = (Instant::now(), *self.0.parts.revocations.0.borrow());
            let found = self.0.parts.store.ended_within(last.elapsed().as_secs_f64() + OVERLAP).await;
            match found {
                Ok(ended) => {
                    for id in ended {
                        drop(self.end_session(id).await);
                    }
                    self.0.parts.revocations.0.send_replace(began);
                }
                Err(error) => tracing::debug!(%error, "can't look for sessions that ended"),
            }
        }
    }

    /// Gives the lease up: nothing is emitted here any more, and no node need tell us of a session's end.
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
