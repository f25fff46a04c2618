//! The state of all nodes: as the asked node sees them, with what each says of itself.
//!
//! A report is never late: a node that does not answer in time is in it without figures. Nothing of it is kept.

use ajet_cluster::Seen;
use ajet_protocol::ops::{BusyEntity, ClusterReport, NodeLoad, NodeReport, NodeState, Notice};
use futures::future::join_all;

use super::Ops;
use super::notices::KEPT;
use super::state::REPORT_WITHIN;
use crate::actors::hosts::Kin;
use crate::cluster::{Reply, Request};

/// Entities that a node lists.
const LISTED: usize = 12;

impl Ops {
    /// All nodes, as this one sees them, with what each says of itself.
    pub async fn report(&self) -> ClusterReport {
        let seen = self.0.parts.cluster.seen();
        let mut nodes = join_all(seen.into_iter().map(|one| self.report_of(one))).await;
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let notices = take_notices(&mut nodes);
        let store = &self.0.parts.store;
        let counting =
            async { tokio::join!(store.parked_events(), store.parked_notices(), store.dead_jobs()) };
        let counted = tokio::time::timeout(REPORT_WITHIN, counting).await.ok();
        let (parked, parked_messages, dead_jobs) = counted
            .map(|(events, messages, jobs)| (events.ok(), messages.ok(), jobs.ok()))
            .unwrap_or_default();
        ClusterReport { asked: self.me().0, nodes, parked, parked_messages, dead_jobs, notices }
    }

    async fn report_of(&self, seen: Seen) -> NodeReport {
        let load = if seen.peer.id == self.me() {
            Some(self.load())
        } else if seen.suspected {
            None
        } else {
            match self.order(seen.peer.id, Request::Describe).await {
                Ok(Reply::Report(json)) => serde_json::from_str(&json).ok(),
                _ => None,
            }
        };
        let draining = load.as_ref().is_some_and(|load: &NodeLoad| load.draining);
        let state = match (seen.suspected, draining) {
            (true, _) => NodeState::Suspected,
            (false, true) => NodeState::Draining,
            (false, false) => NodeState::Up,
        };
        let peer = seen.peer;
        NodeReport {
            id: peer.id.0,
            name: peer.name,
            pid: peer.pid,
            addr: peer.addr,
            version: peer.version,
            started_at_ms: peer.started_at_ms,
            state,
            load,
        }
    }

    /// What this node says of itself.
    pub(super) fn load(&self) -> NodeLoad {
        let (parts, throughput) = (&self.0.parts, *self.0.throughput.lock());
        let hosts = parts.node.hosts();
        NodeLoad {
            entities: hosts.iter().map(|host| host.active() as u64).sum(),
            sessions: parts.node.sessions.count() as u64,
            mailbox_depth: hosts.iter().map(|host| host.waiting() as u64).sum(),
            crashes: hosts.iter().map(|host| host.crashes()).sum(),
            draining: parts.cluster.is_leaving(),
            nats: parts.bus.is_connected(),
            commands_per_s: throughput.per_s,
            answer_ms: throughput.answer_ms,
            busiest: self.busiest(),
            notices: parts.notices.newest_first(),
        }
    }

    fn busiest(&self) -> Vec<BusyEntity> {
        let hosts = self.0.parts.node.hosts();
        let mut all: Vec<_> = hosts.iter().flat_map(|host| busiest_of(host.as_ref())).collect();
        all.sort_by(|a, b| {
            let by = |one: &BusyEntity| (one.mailbox_depth, one.restarts);
            by(b).cmp(&by(a)).then(b.uptime_s.total_cmp(&a.uptime_s))
        });
        all.truncate(LISTED);
        all
    }
}

fn busiest_of(host: &dyn Kin) -> Vec<BusyEntity> {
    let listed = host.busiest(LISTED).into_iter().map(|(id, info)| BusyEntity {
        kind: host.name().into(),
        id,
        mailbox_depth: info.waiting as u64,
        uptime_s: info.uptime.as_secs_f64(),
        restarts: info.restarts,
    });
    listed.collect()
}

/// Takes the notices out of what the nodes say of themselves: one list of all, the newest first.
fn take_notices(nodes: &mut [NodeReport]) -> Vec<Notice> {
    let told = nodes.iter_mut().filter_map(|node| node.load.as_mut());
    let mut notices: Vec<_> = told.flat_map(|load| std::mem::take(&mut load.notices)).collect();
    notices.sort_by_key(|one| std::cmp::Reverse(one.at));
    notices.truncate(KEPT);
    notices
}
