//! Sessions end everywhere at once.

use std::time::Duration;

use ajet_cluster::{NodeId, Passport, Silence};
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
        let (others, has_lost) = {
            let view = self.0.router.view().read();
            (view.whoever_serves(), view.has_lost(Instant::now()))
        };
        let told = join_all(others.into_iter().map(|node| self.tell(node, id)));
        if has_lost || !self.0.parts.bus.is_connected() {
            // Whoever was lost may be cut off from us and not from the database; and without NATS we may not know of anybody.
            tokio::join!(told, tokio::time::sleep(TOLD_WITHIN));
        } else {
            told.await;
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
                // It said good-bye, and is gone.
                Err(Silence::NoResponders) if !self.0.router.view().read().others().contains(&node) => return,
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// Closes what other nodes ended, also where nobody could tell us.
    pub(super) async fn keep_looking_for_ended(self) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
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

    pub(super) async fn end_session(&self, id: SessionId) -> Reply {
        self.0.parts.auth.ended(id).await;
        self.0.parts.node.sessions.close(id);
        Reply::Done(true)
    }
}
