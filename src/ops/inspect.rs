//! Where an entity lives, and how it does.
//!
//! An entity is asked for at its owner. A person's sessions have no owner: they live where their connections are, so every node
//! is asked. They are no entity, and called `user`; what a person's stream is written by is one, and called `person`.

use std::sync::Arc;

use ajet_cluster::{EntityKey, Kind, NodeId};
use ajet_protocol::ops::EntityReport;
use ajet_protocol::{StreamId, UserId};
use futures::future::join_all;
use uuid::Uuid;

use super::{Ops, OpsError};
use crate::actors::Kin;
use crate::cluster::{Reply, Request};

/// What operators call a person's sessions, which no host has.
const USER: &str = "user";

/// An entity by what operators call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityRef {
    pub(super) what: Named,
    pub(super) id: Uuid,
}

/// What operators name by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// An entity of this kind.
    Entity(Kind),
    /// A person's sessions, by the person.
    Sessions,
}

impl EntityRef {
    /// Its place in the placement; sessions have that of their person.
    fn key(self) -> EntityKey {
        let kind = match self.what {
            Named::Entity(kind) => kind,
            Named::Sessions => Kind::User,
        };
        EntityKey { kind, id: self.id.as_u128() }
    }
}

impl Ops {
    /// Reads the name of a kind that this node hosts, or `user`, and an id.
    #[must_use]
    pub fn entity(&self, kind: &str, id: Uuid) -> Option<EntityRef> {
        let hosts = self.0.parts.node.hosts();
        let hosted = hosts.iter().find(|host| host.name() == kind).map(|host| Named::Entity(host.kind()));
        let what = hosted.or_else(|| (kind == USER).then_some(Named::Sessions))?;
        Some(EntityRef { what, id })
    }

    /// What [`Ops::entity`] reads.
    pub(super) fn name_of(&self, what: Named) -> &'static str {
        self.host_of(what).map_or(USER, |host| host.name())
    }

    /// The host of an entity; none has sessions.
    pub(super) fn host_of(&self, what: Named) -> Option<&Arc<dyn Kin>> {
        match what {
            Named::Entity(kind) => self.0.parts.node.host(kind),
            Named::Sessions => None,
        }
    }

    /// Where an entity lives, and how it does.
    ///
    /// # Errors
    /// [`OpsError::NotThere`], when it does not exist, and others when its node does not answer.
    pub async fn inspect(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        if named.what == Named::Sessions {
            return self.inspect_session(named).await;
        }
        self.inspect_at(self.owner_of(named), named).await
    }

    /// Prefers this node's sessions. Without any, the owner by placement is shown, so all nodes answer alike.
    async fn inspect_session(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        let mut nodes = self.0.parts.cluster.others();
        nodes.insert(0, self.me());
        let asked = join_all(nodes.into_iter().map(|node| self.inspect_at(node, named))).await;
        if let Some(found) = asked.into_iter().flatten().find(|found| found.active) {
            return Ok(found);
        }
        let owner = self.0.parts.cluster.owner(named.key()).0;
        Ok(EntityReport { owner, ..self.inspect_here(named).await? })
    }

    async fn inspect_at(&self, node: NodeId, named: EntityRef) -> Result<EntityReport, OpsError> {
        if node == self.me() {
            return self.inspect_here(named).await;
        }
        let request = Request::Inspect(self.name_of(named.what).into(), named.id);
        match self.order(node, request).await? {
            Reply::Report(json) => serde_json::from_str(&json).map_err(|_| OpsError::Silent),
            Reply::Done(false) => Err(OpsError::NotThere),
            _ => Err(OpsError::Silent),
        }
    }

    /// What this node knows of an entity.
    pub(super) async fn inspect_here(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        let parts = &self.0.parts;
        let info = self.host_of(named.what).and_then(|host| host.info(named.id));
        let (seq, epoch, active) = if named.what == Named::Sessions {
            (0, 0, parts.node.sessions.count_of(UserId(named.id)) > 0)
        } else {
            let position = parts.store.position_of(StreamId(named.id)).await?.ok_or(OpsError::NotThere)?;
            (position.0, position.1, info.is_some())
        };
        Ok(EntityReport {
            owner: self.me().0,
            active,
            seq,
            epoch,
            mailbox_depth: info.map_or(0, |info| info.waiting as u64),
            uptime_s: info.map_or(0.0, |info| info.uptime.as_secs_f64()),
            restarts: info.map_or(0, |info| info.restarts),
        })
    }

    /// The node where an entity lives.
    pub(super) fn owner_of(&self, named: EntityRef) -> NodeId {
        // Sessions live where their connections are.
        if named.what == Named::Sessions { self.me() } else { self.0.parts.cluster.owner(named.key()) }
    }
}
