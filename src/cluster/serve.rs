//! What other nodes ask of this one.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{Admission, Cause, Health, Kind, RouteHeader};
use ajet_domain::writer::Core;
use ajet_protocol::subjects::NodeRequest;
use ajet_protocol::{ChannelId, CommunityId, UserId};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::Cluster;
use super::ask::{Remote, key_of};
use super::requests::{NodeRequests, serve_by};
use super::wire::{
    Frame, Reply, Request, SPOKEN, UnavailableFrame, VerbFrame, Version, answer_frame, asked_of,
};
use crate::actors::channel::Channel;
use crate::actors::community::Community;
use crate::actors::person::Person;
use crate::bus::{Asked, BusError};
use crate::clock::now;

/// Commands under way at most; the surplus is refused.
const AT_ONCE: usize = 4096;

impl Cluster {
    /// Takes requests from now on. What is asked of the node itself is served by the first of `parts` that knows it.
    ///
    /// # Errors
    /// [`BusError`], when not even a subscription can be made; NATS itself may be away.
    pub async fn listen(&self, parts: Vec<Box<dyn NodeRequests>>) -> Result<(), BusError> {
        let parts: Arc<[Box<dyn NodeRequests>]> = parts.into();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for version in SPOKEN {
            let wire = version.number();
            let mut probes = self.0.nodes.requests(self.me(), wire, NodeRequest::Probe).await?;
            let mut asks = self.0.nodes.requests(self.me(), wire, NodeRequest::Ask).await?;
            let cluster = self.clone();
            self.keep(async move {
                while let Some(asked) = probes.next().await {
                    asked.answer(cluster.health().to_bytes()).await;
                }
            });
            let (cluster, parts, places) = (self.clone(), Arc::clone(&parts), Arc::clone(&places));
            self.keep(async move {
                while let Some(asked) = asks.next().await {
                    let serving = Serving { version, places: Arc::clone(&places), parts: Arc::clone(&parts) };
                    tokio::spawn(cluster.clone().serve(asked, serving));
                }
            });
        }
        Ok(())
    }

    fn health(&self) -> Health {
        Health {
            clock_ms: now().unix_millis(),
            leaving: self.0.router.view().read().is_leaving(),
            storeless: self.is_storeless(),
        }
    }

    async fn serve(self, asked: Asked, serving: Serving) {
        let version = serving.version;
        let Some(frame) = version.decode(asked.payload()) else {
            tracing::warn!(
                version = version.number(),
                "a node sent something that is no frame of this version"
            );
            return asked.answer(version.encode_reply(&Reply::NotUnderstood, &Request::Describe)).await;
        };
        // A frame may have lain in the socket of a process that was stopped: its caller has long given up.
        self.0.parts.guard.entitled().await;
        let attempt = frame.route.attempt;
        if !attempt.is_nil() && !self.0.seen.entry(attempt).or_insert(()).is_fresh() {
            // A duplicate: the first one is answered, and an answer to this could overtake that.
            return;
        }
        let reply = self.reply_to(&frame, &serving).await;
        asked.answer(version.encode_reply(&reply, &frame.request)).await;
    }

    async fn reply_to(&self, frame: &Frame, serving: &Serving) -> Reply {
        let Some(left) = left_until(frame.deadline_ms) else { return Reply::Again };
        for peer in &frame.route.skipped {
            self.probe_out_of_turn(*peer, Cause::Hearsay);
        }
        let Request::Verb(verb) = &frame.request else {
            return serve_by(&serving.parts, &frame.request).await;
        };
        let Ok(_place) = serving.places.try_acquire() else {
            return Reply::Unavailable(UnavailableFrame::Busy);
        };
        let travel = (Instant::now() + left, &frame.route);
        match Kind::numbered(verb.kind) {
            Some(Kind::Channel) => self.serve_verb::<Channel>(ChannelId(verb.id), verb, travel).await,
            Some(Kind::Community) => self.serve_verb::<Community>(CommunityId(verb.id), verb, travel).await,
            Some(Kind::User) => self.serve_verb::<Person>(UserId(verb.id), verb, travel).await,
            None => Reply::NotUnderstood,
        }
    }

    async fn serve_verb<E: Remote>(
        &self,
        id: E::Id,
        frame: &VerbFrame,
        (deadline, route): (Instant, &RouteHeader),
    ) -> Reply {
        let Some(asked) = asked_of::<<E::Core as Core>::Command>(frame) else { return Reply::NotUnderstood };
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
        match tokio::time::timeout_at(deadline, host.ask(id, &asked, deadline.into_std())).await {
            Ok(Some(told)) => answer_frame::<E::Core>(told).unwrap_or(Reply::Poison),
            // Not tried again here: whether this is still the place, and the time, only the sender can say.
            Ok(None) | Err(_) => Reply::Again,
        }
    }
}

/// What requests that come in one version are served with.
struct Serving {
    version: Version,
    /// Places for commands under way, shared by all versions.
    places: Arc<Semaphore>,
    parts: Arc<[Box<dyn NodeRequests>]>,
}

/// The time that is left until a deadline by our clock; `None` where it has passed.
fn left_until(deadline_ms: u64) -> Option<Duration> {
    let left = deadline_ms.saturating_sub(now().unix_millis());
    (left > 0).then(|| Duration::from_millis(left))
}
