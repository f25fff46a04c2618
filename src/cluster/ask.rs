//! Asking an entity, wherever it lives.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{
    ATTEMPT_WITHIN, Attempt, Cause, EntityKey, NodeId, PROBE_WITHIN, RouteError, RouteHeader, Target,
    TransportError,
};
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::Asked;
use ajet_domain::channel::ChannelCore;
use ajet_domain::community::CommunityCore;
use ajet_domain::person::PersonCore;
use ajet_domain::verb::{AnswerOf, Listed, RefusedOf, Repeats, Verb, Verbs};
use ajet_domain::writer::Core;
use tokio::time::Instant;
use uuid::Uuid;

use super::Cluster;
use super::wire::{Frame, Reply, Request, UnavailableFrame, Version, answered, verb_frame};
use crate::actors::Node;
use crate::actors::channel::Channel;
use crate::actors::community::Community;
use crate::actors::person::Person;
use crate::actors::runtime::{CommandOf, Entity, Host};
use crate::clock::now;

/// What an entity of this kind answers, or why not.
pub type Answered<E> = Result<AnswerOf<<E as Entity>::Core>, AskError<RefusedOf<<E as Entity>::Core>>>;

/// A kind of entity that can be asked from other nodes.
pub trait Remote: Entity {
    /// Where its activations live on this node.
    fn host(node: &Node) -> &Host<Self>;
}

impl Remote for Channel {
    fn host(node: &Node) -> &Host<Self> {
        &node.channels
    }
}

impl Remote for Community {
    fn host(node: &Node) -> &Host<Self> {
        &node.communities
    }
}

impl Remote for Person {
    fn host(node: &Node) -> &Host<Self> {
        &node.persons
    }
}

/// A core, and the kind of entity that it is the core of.
pub trait Lives: Core {
    type Kind: Remote<Core = Self>;
}

impl Lives for ChannelCore {
    type Kind = Channel;
}

impl Lives for CommunityCore {
    type Kind = Community;
}

impl Lives for PersonCore {
    type Kind = Person;
}

/// The id of the entity that carries a verb out.
pub type IdOf<V> = <<<V as Verb>::Entity as Lives>::Kind as Entity>::Id;

/// An entity's place in the placement.
pub fn key_of<E: Entity>(id: E::Id) -> EntityKey {
    EntityKey { kind: E::KIND, id: id.into().0.as_u128() }
}

impl Cluster {
    /// Has an entity carry out a verb, wherever it lives.
    ///
    /// # Errors
    /// [`AskError`]: the verb's refusal, or that no node can decide now.
    pub async fn ask<V>(&self, id: IdOf<V>, asked: Asked<V>) -> Result<V::Answer, AskError<V::Refusal>>
    where
        V: Listed<Entity: Lives>,
    {
        let told = self.ask_entity::<<V::Entity as Lives>::Kind>(id, asked.map(Into::into)).await;
        let own = match told {
            Ok(answer) => V::own_answer(answer).map(Ok),
            Err(no) => no.refine(V::own_refusal).map(Err),
        };
        own.unwrap_or_else(|| {
            tracing::error!("an entity gave the answer of another verb");
            Err(AskError::Poison)
        })
    }

    /// Whether the owner of the entity that carries a verb out speaks this version, as far as this node knows.
    #[must_use]
    pub fn owner_speaks<V: Verb<Entity: Lives>>(&self, id: IdOf<V>, version: u16) -> bool {
        let owner = self.owner(key_of::<<V::Entity as Lives>::Kind>(id));
        owner == self.me() || Version::with(&self.0.router.view().read(), owner).number() >= version
    }

    async fn ask_entity<E: Remote>(&self, id: E::Id, asked: CommandOf<E>) -> Answered<E> {
        let deadline = Instant::now() + self.0.parts.ask_timeout;
        let idempotent = asked.verb.repeats() == Repeats::Freely;
        let asked = Arc::new(asked);
        let routed = self.0.router.route(key_of::<E>(id), deadline, idempotent, |target| {
            let (cluster, asked) = (self.clone(), Arc::clone(&asked));
            async move {
                match target {
                    Target::Here => cluster.here::<E>(id, &asked, deadline).await,
                    Target::There(node, route) => {
                        cluster.there::<E>((node, route), id, &asked, deadline).await
                    }
                }
            }
        });
        routed.await.unwrap_or_else(|error| {
            Err(AskError::Unavailable(match error {
                RouteError::NoAnswer => Unavailable::NoAnswer,
                RouteError::Away => Unavailable::Elsewhere,
            }))
        })
    }

    async fn here<E: Remote>(
        &self,
        id: E::Id,
        asked: &CommandOf<E>,
        deadline: Instant,
    ) -> Attempt<Answered<E>> {
        self.0.parts.guard.entitled().await;
        let host = E::host(&self.0.parts.node);
        host.ask(id, asked, deadline.into_std()).await.map_or(Attempt::Again, Attempt::Done)
    }

    async fn there<E: Remote>(
        &self,
        (node, route): (NodeId, RouteHeader),
        id: E::Id,
        asked: &CommandOf<E>,
        deadline: Instant,
    ) -> Attempt<Answered<E>> {
        let version = Version::with(&self.0.router.view().read(), node);
        if version.number() < asked.verb.since() {
            // Its owner is of an older release, and would not know the verb.
            return Attempt::Done(Err(AskError::Unavailable(Unavailable::TooOld)));
        }
        let Some(frame) = verb_frame(E::KIND, id.into().0, asked) else {
            return Attempt::Done(Err(AskError::Poison));
        };
        let started = Instant::now();
        let ends = deadline.min(started + ATTEMPT_WITHIN);
        let reply = self.send(node, route, Request::Verb(Box::new(frame)), ends).await;
        metrics::histogram!("ajet_remote_ask_seconds").record(started.elapsed().as_secs_f64());
        match reply {
            Ok(Reply::Moved(revision)) => Attempt::Moved(revision),
            Ok(Reply::Again) => {
                self.probe_out_of_turn(node, Cause::TooLate);
                Attempt::Again
            }
            // It speaks, and does not know this command: another version perhaps.
            Ok(Reply::NotUnderstood) => Attempt::Unfit,
            // What can't be read may tell of something done: another node must not do it again.
            Ok(reply) => {
                let told = answered::<E::Core>(asked.verb.tag(), reply);
                Attempt::Done(told.unwrap_or(Err(AskError::Unavailable(Unavailable::NoAnswer))))
            }
            Err(error) => Attempt::Silent(error),
        }
    }

    /// Asks a node for something that is not an entity's. A request that came too late by the node's clock was not carried
    /// out: the clock is measured again, and the caller is told that there was no answer.
    pub(super) async fn request(
        &self,
        node: NodeId,
        route: RouteHeader,
        request: Request,
        deadline: Instant,
    ) -> Result<Reply, TransportError> {
        let reply = self.send(node, route, request, deadline).await?;
        if matches!(reply, Reply::Again) {
            self.probe(node, PROBE_WITHIN).await?;
            return Err(TransportError::NoAnswer);
        }
        Ok(reply)
    }

    /// Sends a request to a node and waits for its reply. The deadline travels by that node's clock, as far as it is known.
    async fn send(
        &self,
        node: NodeId,
        mut route: RouteHeader,
        request: Request,
        deadline: Instant,
    ) -> Result<Reply, TransportError> {
        if route.attempt.is_nil() {
            // The network may deliver it twice, whatever is asked.
            route.attempt = Uuid::new_v4();
        }
        let ahead = self.clock_ahead_ms(node).await;
        let left = deadline.saturating_duration_since(Instant::now());
        let frame = Frame { deadline_ms: by_their_clock(left, ahead), route, request };
        let version = Version::with(&self.0.router.view().read(), node);
        // What can't be said in the node's version, it could not do.
        let Some(bytes) = version.encode(&frame) else { return Ok(Reply::NotUnderstood) };
        let asking = self.0.nodes.ask_in(version.number(), node, bytes.into(), left);
        let answer = self.0.prober.await_answer(node, asking, |probe| self.start_probe(probe)).await?;
        Ok(version.decode_reply(&answer, &frame.request).unwrap_or_else(|| {
            tracing::warn!(%node, "a node's reply can't be read: it is of a version that knows more");
            Reply::Unavailable(UnavailableFrame::NoAnswer)
        }))
    }

    /// How far a node's clock is ahead of ours, measured first if it never was, and measured again if that was long ago.
    async fn clock_ahead_ms(&self, node: NodeId) -> i64 {
        let known = self.0.router.view().read().clock_ahead_ms(node);
        if let Some(ahead) = known {
            self.probe_out_of_turn(node, Cause::OldClock);
            return ahead;
        }
        // Without an answer the request tells more.
        let _ = self.probe(node, PROBE_WITHIN).await;
        self.0.router.view().read().clock_ahead_ms(node).unwrap_or(0)
    }
}

/// The moment `left` from now on a clock that is ahead of ours by this many milliseconds, in milliseconds since 1970.
fn by_their_clock(left: Duration, ahead_ms: i64) -> u64 {
    let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    now().unix_millis().saturating_add(left).saturating_add_signed(ahead_ms)
}
