//! Asking an entity, wherever it lives.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{
    ATTEMPT_WITHIN, Attempt, Cause, EntityKey, NodeId, PROBE_WITHIN, RouteError, RouteHeader, Target,
    Transport, TransportError,
};
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::writer::Core;
use ajet_domain::{channel, community};
use ajet_protocol::{ChannelId, CommunityId, Timestamp};
use tokio::time::Instant;
use uuid::Uuid;

use super::Cluster;
use crate::actors::Node;
use crate::actors::channel::Channel;
use crate::actors::community::Community;
use crate::actors::runtime::{Entity, Host};
use crate::bus::wire::{Frame, Reply, Request, decode, encode};
use crate::clock::now;

/// What an entity of this kind answers, or why not.
pub type Answered<E> =
    Result<<<E as Entity>::Core as Core>::Answer, AskError<<<E as Entity>::Core as Core>::Refusal>>;

/// A kind of entity that can be asked from other nodes.
pub trait Remote: Entity {
    /// Where its activations live on this node.
    fn host(node: &Node) -> &Host<Self>;
    /// Whether a command does nothing twice, by its key or by its nature, however its tries overlap.
    fn is_repeatable(command: &<Self::Core as Core>::Command) -> bool;
    /// A command as it travels.
    fn request(id: Self::Id, command: <Self::Core as Core>::Command) -> Request;
    /// An answer as it travels.
    fn reply(answered: Answered<Self>) -> Reply;
    /// The answer that came back; `None` for any other reply.
    fn answered(reply: Reply) -> Option<Answered<Self>>;
}

impl Remote for Channel {
    fn host(node: &Node) -> &Host<Self> {
        &node.channels
    }
    fn is_repeatable(command: &channel::Command) -> bool {
        matches!(command, channel::Command::Post { .. } | channel::Command::Delete { .. })
    }
    fn request(id: ChannelId, command: channel::Command) -> Request {
        Request::Channel(id, command)
    }
    fn reply(answered: Answered<Self>) -> Reply {
        Reply::Channel(answered)
    }
    fn answered(reply: Reply) -> Option<Answered<Self>> {
        if let Reply::Channel(answered) = reply { Some(answered) } else { None }
    }
}

impl Remote for Community {
    fn host(node: &Node) -> &Host<Self> {
        &node.communities
    }
    fn is_repeatable(command: &community::Command) -> bool {
        use community::Command::{AcceptInvite, CreateChannel, CreateInvite, CreateWebhook};
        matches!(
            command,
            CreateChannel { .. } | CreateInvite { .. } | CreateWebhook { .. } | AcceptInvite { .. }
        )
    }
    fn request(id: CommunityId, command: community::Command) -> Request {
        Request::Community(id, command)
    }
    fn reply(answered: Answered<Self>) -> Reply {
        Reply::Community(answered)
    }
    fn answered(reply: Reply) -> Option<Answered<Self>> {
        if let Reply::Community(answered) = reply { Some(answered) } else { None }
    }
}

/// An entity's place in the placement.
pub fn key_of<E: Entity>(id: E::Id) -> EntityKey {
    EntityKey { kind: E::KIND, id: id.into().0.as_u128() }
}

impl Cluster {
    /// Asks a channel to carry out a command.
    ///
    /// # Errors
    /// [`AskError`]: the domain's refusal, or that no node can decide now.
    pub async fn channel(
        &self,
        id: ChannelId,
        command: channel::Command,
    ) -> Result<channel::Answer, AskError<channel::Refusal>> {
        self.ask::<Channel>(id, command).await
    }

    /// Asks a community to carry out a command.
    ///
    /// # Errors
    /// [`AskError`]: the domain's refusal, or that no node can decide now.
    pub async fn community(
        &self,
        id: CommunityId,
        command: community::Command,
    ) -> Result<community::Answer, AskError<community::Refusal>> {
        self.ask::<Community>(id, command).await
    }

    async fn ask<E: Remote>(&self, id: E::Id, command: <E::Core as Core>::Command) -> Answered<E> {
        let deadline = Instant::now() + self.0.parts.ask_timeout;
        let command = Arc::new(command);
        let repeatable = E::is_repeatable(&command);
        let routed = self.0.router.route(key_of::<E>(id), deadline, repeatable, |target| {
            let (cluster, command) = (self.clone(), Arc::clone(&command));
            async move {
                match target {
                    Target::Here => cluster.here::<E>(id, &command, deadline).await,
                    Target::There(node, route) => {
                        let request = E::request(id, command.as_ref().clone());
                        cluster.there::<E>(node, route, request, deadline).await
                    }
                }
            }
        });
        routed.await.unwrap_or_else(|stuck| {
            Err(AskError::Unavailable(match stuck {
                RouteError::NoAnswer => Unavailable::NoAnswer,
                RouteError::Away => Unavailable::Elsewhere,
            }))
        })
    }

    async fn here<E: Remote>(
        &self,
        id: E::Id,
        command: &<E::Core as Core>::Command,
        deadline: Instant,
    ) -> Attempt<Answered<E>> {
        self.0.parts.guard.entitled().await;
        let host = E::host(&self.0.parts.node);
        host.ask(id, command, deadline.into_std()).await.map_or(Attempt::Again, Attempt::Done)
    }

    async fn there<E: Remote>(
        &self,
        node: NodeId,
        route: RouteHeader,
        request: Request,
        deadline: Instant,
    ) -> Attempt<Answered<E>> {
        let started = Instant::now();
        let ends = deadline.min(started + ATTEMPT_WITHIN);
        let reply = self.send(node, route, request, ends).await;
        metrics::histogram!("ajet_remote_ask_seconds").record(started.elapsed().as_secs_f64());
        match reply {
            Ok(Reply::Moved(revision)) => Attempt::Moved(revision),
            Ok(Reply::Again) => {
                self.probe_out_of_turn(node, Cause::TooLate);
                Attempt::Again
            }
            Ok(reply) => match E::answered(reply) {
                Some(answered) => Attempt::Done(answered),
                // It speaks, and does not know this command: another version perhaps.
                None => Attempt::Unfit,
            },
            Err(silence) => Attempt::Silent(silence),
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
        let frame = Frame { deadline: by_their_clock(left, ahead), route, request };
        let bytes = encode(&frame).map_err(|_| TransportError::Away)?;
        let asking = self.0.nodes.ask(node, bytes.into(), left);
        let answer = self.0.prober.await_answer(node, asking, |probe| self.start_probe(probe)).await?;
        // What can't be read is from a version that knows more.
        Ok(decode(&answer).unwrap_or(Reply::Refused))
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

/// The moment `left` from now on a clock that is ahead of ours by so many milliseconds.
fn by_their_clock(left: Duration, ahead_ms: i64) -> Timestamp {
    let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_unix_millis(now().unix_millis().saturating_add(left).saturating_add_signed(ahead_ms))
}
