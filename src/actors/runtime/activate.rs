//! How activations begin and end: one at a time per entity, under a new epoch, after the wait that crashes call for.
//!
//! An activation that is idle for a while is told to stop; one that stopped or crashed leaves its entry behind, where the
//! crash is noted. No command is decided here, and none is tried again: callers do that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_domain::ask::{AskError, Unavailable};
use ajet_protocol::mint::Mint;
use ractor::{ActorId, ActorRef};

use super::activation::{Activation, Args, Message};
use super::entity::{Entity, Services};
use super::entry::{Entry, Refused};
use super::host::Host;
use super::registry::NotStarted;
use super::supervisor::End;
use crate::store::StoreError;

impl<E: Entity> Host<E> {
    /// The live activation, made if there is none: one at a time per entity.
    pub(super) async fn live(
        &self,
        id: E::Id,
        entry: &Entry<E>,
    ) -> Result<ActorRef<Message<E>>, AskError<Refused<E>>> {
        let find = || entry.live.read().clone();
        self.0.registry.find_or_start(id, find, || self.begin(id, entry)).await
    }

    /// Makes an activation as soon as the entity's crashes allow one.
    async fn begin(&self, id: E::Id, entry: &Entry<E>) -> Result<ActorRef<Message<E>>, AskError<Refused<E>>> {
        let wait = entry.crashes.lock().wait(Instant::now());
        match wait {
            None => return Err(AskError::Unavailable(Unavailable::Resting)),
            Some(wait) => tokio::time::sleep(wait).await,
        }
        let actor = self.activate(id, entry).await?;
        *entry.since.lock() = Instant::now();
        *entry.live.write() = Some(actor.clone());
        Ok(actor)
    }

    async fn activate(
        &self,
        id: E::Id,
        entry: &Entry<E>,
    ) -> Result<ActorRef<Message<E>>, AskError<Refused<E>>> {
        let started = Instant::now();
        let services = &self.0.services;
        let away = |error: StoreError| {
            tracing::warn!(kind = E::NAME, %error, "can't activate");
            AskError::Unavailable(Unavailable::StoreAway)
        };
        let takeover =
            services.take_over(E::KIND, id.into()).await.map_err(away)?.ok_or(AskError::NoSuchEntity)?;
        let mint = Mint::above(services.node_number(), takeover.floor);
        let core = E::load(services, id, mint).await.map_err(away)?.ok_or(AskError::NoSuchEntity)?;
        let suspects = Arc::clone(&entry.suspects);
        let args = Args { id, services: Arc::clone(services), core, takeover, suspects };
        let spawned = self.0.registry.spawn(id, Activation::<E>::default(), args).await;
        let actor = spawned.map_err(|NotStarted| AskError::Unavailable(Unavailable::NoAnswer))?;
        metrics::histogram!("ajet_activation_seconds", "kind" => E::NAME)
            .record(started.elapsed().as_secs_f64());
        metrics::gauge!("ajet_entities", "kind" => E::NAME).increment(1);
        tracing::debug!(kind = E::NAME, %id, epoch = takeover.epoch, head = takeover.head, "activated");
        Ok(actor)
    }

    /// An activation has ended, by itself or by a crash.
    pub(super) fn ended(&self, actor: ActorId, end: End) {
        let Some(id) = self.0.registry.ended(actor) else { return };
        metrics::gauge!("ajet_entities", "kind" => E::NAME).decrement(1);
        let Some(entry) = self.0.entries.get(id) else { return };
        entry.let_go_of(actor);
        match end {
            End::Crashed => {
                // The panic's own text may hold what somebody wrote; where it happened is in the panic hook's log.
                entry.suspects.crashed(Instant::now());
                entry.crashes.lock().crashed(Instant::now());
                self.count_crash();
                tracing::error!(kind = E::NAME, %id, "activation crashed");
            }
            End::Stopped if entry.crashes.lock().restarts == 0 => self.0.entries.drop_idle(id),
            End::Stopped => {}
        }
    }

    /// Tells activations that are idle to stop, and drops entries that hold nothing, from time to time.
    pub(super) async fn passivate_idle(self) {
        let idle = self.0.settings.idle;
        let mut tick = tokio::time::interval((idle / 4).max(Duration::from_millis(50)));
        loop {
            tick.tick().await;
            let live: Vec<_> =
                self.0.entries.read().values().filter_map(|entry| entry.live.read().clone()).collect();
            for actor in live {
                let _ = actor.cast(Message::Passivate(idle));
            }
            self.0.entries.drop_all_idle();
        }
    }
}
