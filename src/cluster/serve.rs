//! What other nodes ask of this one.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{Admission, Cause, Health, RouteHeader};
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::writer::Core;
use ajet_protocol::Timestamp;
use ajet_protocol::subjects::NodeRequest;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::Cluster;
use super::ask::{Remote, key_of};
use crate::actors::channel::Channel;
use crate::actors::community::Community;
use crate::bus::wire::{Frame, Reply, Request, decode, encode};
use crate::bus::{Asked, BusError};
use crate::clock::now;

/// Commands under way at most; the surplus is refused.
const AT_ONCE: usize = 4096;

impl Cluster {
    /// Takes requests from now on.
    pub(super) async fn listen(&self) -> Result<(), BusError> {
        let mut probes = self.0.nodes.requests(self.me(), NodeRequest::Probe).await?;
        let mut asks = self.0.nodes.requests(self.me(), NodeRequest::Ask).await?;
        let cluster = self.clone();
        self.keep(async move {
            while let Some(asked) = probes.next().await {
                asked.answer(cluster.vitals().to_bytes()).await;
            }
        });
        let cluster = self.clone();
        self.keep(async move {
            let places = Arc::new(Semaphore::new(AT_ONCE));
            while let Some(asked) = asks.next().await {
                tokio::spawn(cluster.clone().serve(asked, Arc::clone(&places)));
            }
        });
        Ok(())
    }

    fn vitals(&self) -> Health {
        Health {
            clock_ms: now().unix_millis(),
            leaving: self.0.router.view().read().is_leaving(),
            storeless: !self.0.parts.revocations.are_fresh(),
        }
    }

    async fn serve(self, asked: Asked, places: Arc<Semaphore>) {
        let Ok(frame) = decode::<Frame>(asked.payload()) else {
            tracing::warn!("a node sent something that is no frame of this version");
            return self.answer(asked, &Reply::Refused).await;
        };
        // A frame may have lain in the socket of a process that was stopped: its caller has long given up.
        self.0.parts.guard.entitled().await;
        let attempt = frame.route.attempt;
        if !attempt.is_nil() && !self.0.seen.entry(attempt).or_insert(()).is_fresh() {
            // A duplicate: the first one is answered, and an answer to this could overtake that. Nodes of an older version
            // send node requests without an id.
            return;
        }
        let Some(left) = left_until(frame.deadline) else {
            return self.answer(asked, &Reply::Again).await;
        };
        for peer in &frame.route.skipped {
            self.probe_out_of_turn(*peer, Cause::Hearsay);
        }
        let travel = (Instant::now() + left, &frame.route);
        let reply = match frame.request {
            Request::Channel(id, command) => {
                let Ok(_place) = places.try_acquire() else {
                    return self
                        .answer(asked, &Channel::reply(Err(AskError::Unavailable(Unavailable::Busy))))
                        .await;
                };
                self.serve_entity::<Channel>(id, &command, travel).await
            }
            Request::Community(id, command) => {
                let Ok(_place) = places.try_acquire() else {
                    return self
                        .answer(asked, &Community::reply(Err(AskError::Unavailable(Unavailable::Busy))))
                        .await;
                };
                self.serve_entity::<Community>(id, &command, travel).await
            }
            other => self.serve_node(other).await,
        };
        self.answer(asked, &reply).await;
    }

    async fn answer(&self, asked: Asked, reply: &Reply) {
        if let Ok(bytes) = encode(reply) {
            asked.answer(bytes).await;
        }
    }

    async fn serve_entity<E: Remote>(
        &self,
        id: E::Id,
        command: &<E::Core as Core>::Command,
        (deadline, route): (Instant, &RouteHeader),
    ) -> Reply {
        let host = E::host(&self.0.parts.node);
        let admit = || self.0.router.view().read().admit(key_of::<E>(id), route);
        let mut admission = admit();
        if admission == Admission::LookFirst {
            self.0.router.refresh().await;
            admission = admit();
        }
        if admission != Admission::Serve {
            return Reply::Moved(self.0.router.view().read().revision());
        }
        if self.0.router.view().read().owner(key_of::<E>(id), &[]) != self.me() {
            host.stand_in(id);
            self.0.stood_in.notify_one();
        }
        match tokio::time::timeout_at(deadline, host.ask(id, command, deadline.into_std())).await {
            Ok(Some(answered)) => E::reply(answered),
            // Not tried again here: whether this is still the place, and the time, only the sender can say.
            Ok(None) | Err(_) => Reply::Again,
        }
    }
}

/// What is left of a caller's timeouts; `None` where it has run out.
fn left_until(deadline: Timestamp) -> Option<Duration> {
    let left = deadline.unix_millis().saturating_sub(now().unix_millis());
    (left > 0).then(|| Duration::from_millis(left))
}
