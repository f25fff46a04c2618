//! Sessions end everywhere at once.

use std::time::Duration;

use ajet_cluster::{NodeId, Passport, Silence};
use ajet_protocol::SessionId;
use futures::future::join_all;
use tokio::time::Instant;

use super::Cluster;
use crate::bus::wire::{Reply, Request};
use crate::store::StoreError;

/// How long a node that does not answer is asked, or waited for where nobody can be asked: by then it has looked itself
/// ([`LOOK_EVERY`]), or knows that it was stopped ([`ajet_cluster::STALL`]) and looks before it goes on.
const TOLD_WITHIN: Duration = Duration::from_millis(2000);
const AGAIN: Duration = Duration::from_millis(100);
/// Between two looks for sessions that ended, whoever ended them.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How far back a look goes, in seconds; more than any look may be late while the node is entitled to serve.
const LOOK_BACK: f64 = 30.0;

impl Cluster {
    /// Ends a session: when this returns its token is worth nothing on any node, and its streams are closed.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub async fn sign_out(&self, token: &str, id: SessionId) -> Result<(), StoreError> {
        self.0.parts.auth.sign_out(token, id).await?;
        self.0.parts.node.sessions.close(id);
        let others = self.0.router.view().read().others();
        join_all(others.into_iter().map(|node| self.tell(node, id))).await;
        Ok(())
    }

    async fn tell(&self, node: NodeId, id: SessionId) {
        let deadline = Instant::now() + TOLD_WITHIN;
        while Instant::now() < deadline {
            let told = self.request(node, Passport::default(), Request::EndSession(id), deadline).await;
            match told {
                Ok(_) => return,
                Err(silence)
                    if silence != Silence::Away && !self.0.router.view().read().others().contains(&node) =>
                {
                    return;
                }
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
            match self.0.parts.store.ended_within(LOOK_BACK).await {
                Ok(ended) => {
                    for id in ended {
                        drop(self.end_session(id).await);
                    }
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
