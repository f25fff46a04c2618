//! What makes an activation a channel, a community or a person: how it loads, looks up, and appends.

use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::acl::Scope;
use ajet_domain::asked::Asked;
use ajet_domain::event::Place;
use ajet_domain::journal::{Append, Outcome, StreamPosition};
use ajet_domain::need::{Facts, Needs};
use ajet_domain::writer::Core;
use ajet_protocol::{Addressed, StreamId, Topic, mint::Mint};

use crate::store::{StoreError, streams::Takeover};

/// Tells the outcome of an append to the activation that waits for it.
pub type Tell = Box<dyn FnOnce(Outcome) + Send + Sync>;

/// What activations need of the node, whatever their kind; the real node and the test universe provide it.
pub trait Services: Send + Sync + 'static {
    /// Raises the epoch of a stream and reads where it stands.
    fn take_over(
        &self,
        kind: Kind,
        stream: StreamId,
    ) -> impl Future<Output = Result<Option<Takeover>, StoreError>> + Send;
    /// Where a stream stands now; `None` where it is not there any more.
    fn sight(
        &self,
        stream: StreamId,
        head: u64,
    ) -> impl Future<Output = Result<Option<StreamPosition>, StoreError>> + Send;
    /// Hands durable events to this node's feeds and to the publisher.
    fn publish(&self, events: &[Addressed]);
    /// Delivers and publishes what an activation before may have committed and left at that.
    fn publish_backlog(&self, topic: Topic, stream: StreamId, head: u64);
    /// A commit told of an ACL version: what is remembered of rights may be behind.
    fn heard(&self, scope: Scope, acl_version: u64);
    /// This node's number, part of every id.
    fn node_number(&self) -> u16;
}

/// A command of an entity of this kind.
pub type CommandOf<E> = Asked<<<E as Entity>::Core as Core>::Command>;

/// A kind of entity.
pub trait Entity: Sized + Send + Sync + 'static {
    /// What decides.
    type Core: Core<Change: Send + Sync + 'static> + Send + 'static;
    type Id: Copy + Eq + Hash + Display + Into<StreamId> + Send + Sync + 'static;
    /// The node's services, and the stores of this kind.
    type Services: Services;

    const KIND: Kind;
    /// The kind's name in logs and metrics.
    const NAME: &'static str;

    /// A fresh core; `None` where the entity does not exist.
    fn load(
        services: &Arc<Self::Services>,
        id: Self::Id,
        mint: Mint,
    ) -> impl Future<Output = Result<Option<Self::Core>, StoreError>> + Send;
    /// Answers that need no lookup, which may be out of date; `None` where one of the questions needs one, and for a kind that always
    /// looks up.
    fn recall(_: &Self::Services, _: Place, _: &Needs) -> Option<Facts> {
        None
    }
    /// Looks answers up: none is older than this call.
    fn gather(
        services: &Arc<Self::Services>,
        place: Place,
        needs: Needs,
    ) -> impl Future<Output = Result<Facts, StoreError>> + Send;
    /// Whether a command is to crash the actor that decides it (chaos): then it is poison.
    fn is_trap(_: &Self::Services, _: &CommandOf<Self>) -> bool {
        false
    }
    /// Commits, then tells the outcome.
    fn append(services: &Arc<Self::Services>, append: Append<<Self::Core as Core>::Change>, tell: Tell);
}
