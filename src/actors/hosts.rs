//! The hosts of a node without their types: what is done to all kinds of entities alike.
//!
//! Reports, kills and hand-offs go over a list of these, so that a new kind of entity is one line in `node.rs`. Commands do
//! not: each kind has its own, and is asked through its [`Host`].

use std::time::Duration;

use ajet_cluster::{EntityKey, Kind};
use ajet_protocol::StreamId;
use futures::future::BoxFuture;
use uuid::Uuid;

use super::runtime::{Entity, EntityInfo, Host};

/// Says of an entity whether another node owns it.
pub type BelongsElsewhere<'a> = dyn Fn(EntityKey) -> bool + Send + Sync + 'a;

/// A node's entities of one kind.
pub trait Kin: Send + Sync {
    /// The kind.
    fn kind(&self) -> Kind;
    /// The kind's name in reports, logs and metrics.
    fn name(&self) -> &'static str;
    /// How many are active here.
    fn active(&self) -> usize;
    /// Commands that wait or are under way at all of them.
    fn waiting(&self) -> usize;
    /// Commands answered here so far, and the microseconds they took together.
    fn answered(&self) -> (u64, u64);
    /// Activations that crashed here so far.
    fn crashes(&self) -> u64;
    /// Those with the most commands waiting first.
    fn busiest(&self, most: usize) -> Vec<(Uuid, EntityInfo)>;
    /// What operators see of one; `None` where it is not active here.
    fn info(&self, id: Uuid) -> Option<EntityInfo>;
    /// Stops or crashes an activation (chaos); whether there was one.
    fn kill(&self, id: Uuid, panic: bool) -> bool;
    /// Passivates what belongs elsewhere, as [`Host::hand_off`] does. When to look again, if something was left for now.
    fn hand_off<'a>(
        &'a self,
        all: bool,
        belongs_elsewhere: &'a BelongsElsewhere<'a>,
    ) -> BoxFuture<'a, Option<Duration>>;
}

/// Each method is the host's own, with a plain UUID instead of the kind's id.
impl<E: Entity> Kin for Host<E>
where
    E::Id: From<Uuid>,
{
    fn kind(&self) -> Kind {
        E::KIND
    }

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn active(&self) -> usize {
        Host::active(self)
    }

    fn waiting(&self) -> usize {
        Host::waiting(self)
    }

    fn answered(&self) -> (u64, u64) {
        Host::answered(self)
    }

    fn crashes(&self) -> u64 {
        Host::crashes(self)
    }

    fn busiest(&self, most: usize) -> Vec<(Uuid, EntityInfo)> {
        Host::busiest(self, most).into_iter().map(|(id, info)| (uuid_of::<E>(id), info)).collect()
    }

    fn info(&self, id: Uuid) -> Option<EntityInfo> {
        Host::info(self, E::Id::from(id))
    }

    fn kill(&self, id: Uuid, panic: bool) -> bool {
        Host::kill(self, E::Id::from(id), panic)
    }

    fn hand_off<'a>(
        &'a self,
        all: bool,
        belongs_elsewhere: &'a BelongsElsewhere<'a>,
    ) -> BoxFuture<'a, Option<Duration>> {
        let elsewhere =
            move |id: E::Id| belongs_elsewhere(EntityKey { kind: E::KIND, id: uuid_of::<E>(id).as_u128() });
        Box::pin(Host::hand_off(self, all, elsewhere))
    }
}

fn uuid_of<E: Entity>(id: E::Id) -> Uuid {
    let stream: StreamId = id.into();
    stream.0
}
