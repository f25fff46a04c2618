//! What other nodes ask of this one.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{Admission, Passport};
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
use crate::actors::now;
use crate::bus::wire::{Frame, Reply, Request, decode, encode};
use crate::bus::{Asked, BusError};

/// Requests under way at most; the surplus waits in its connection.
const AT_ONCE: usize = 4096;
/// Between two tries at an activation that ended.
const AGAIN: Duration = Duration::from_millis(2);

impl Cluster {
    /// Takes requests from now on.
    pub(super) async fn listen(&self) -> Result<(), BusError> {
        let mut probes = self.0.nodes.requests(self.me(), NodeRequest::Probe).await?;
        let mut asks = self.0.nodes.requests(self.me(), NodeRequest::Ask).await?;
        tokio::spawn(async move {
            while let Some(asked) = probes.next().await {
                asked.answer(now().unix_millis().to_be_bytes().to_vec()).await;
            }
        });
        let cluster = self.clone();
        tokio::spawn(async move {
            let places = Arc::new(Semaphore::new(AT_ONCE));
            while let (Ok(place), Some(asked)) =
                (Arc::clone(&places).acquire_owned().await, asks.next().await)
            {
                let cluster = cluster.clone();
                tokio::spawn(async move {
                    cluster.serve(asked).await;
                    drop(place);
                });
            }
        });
        Ok(())
    }

    async fn serve(&self, asked: Asked) {
        let Ok(frame) = decode::<Frame>(asked.payload()) else {
            tracing::warn!("a node sent something that is no frame");
            return self.answer(asked, &Reply::Refused).await;
        };
        // A frame may have lain in the socket of a process that was stopped: its caller has long given up.
        self.0.parts.guard.entitled().await;
        let Some(left) = left_until(frame.deadline) else { return };
        let deadline = Instant::now() + left;
        let reply = match frame.request {
            Request::Channel(id, command) => {
                self.serve_entity::<Channel>(id, &command, &frame.passport, deadline).await
            }
            Request::Community(id, command) => {
                self.serve_entity::<Community>(id, &command, &frame.passport, deadline).await
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
        passport: &Passport,
        deadline: Instant,
    ) -> Reply {
        let host = E::host(&self.0.parts.node);
        loop {
            let admit = || self.0.router.view().read().admit(key_of::<E>(id), passport);
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
            }
            match tokio::time::timeout_at(deadline, host.ask(id, command, deadline.into_std())).await {
                Ok(Some(answered)) => return E::reply(answered),
                Ok(None) => tokio::time::sleep(AGAIN).await,
                Err(_) => return E::reply(Err(AskError::Unavailable(Unavailable::NoAnswer))),
            }
        }
    }
}

/// What is left of a caller's patience; `None` where it has run out.
fn left_until(deadline: Timestamp) -> Option<Duration> {
    let left = deadline.unix_millis().saturating_sub(now().unix_millis());
    (left > 0).then(|| Duration::from_millis(left))
}
