//! Whom a fault meets.

use ajet_protocol::Channel;
use ajet_protocol::ops::{ClusterReport, EntityReport};

use crate::lab::Lab;

/// A node that owns at least one of these rooms, as operators see it; the first if none is known.
pub async fn an_owner(lab: &mut Lab, rooms: &[Channel], seed: usize) -> usize {
    let running = lab.running();
    let Some(asked) = running.first().copied() else { return 0 };
    let Ok(ops) = lab.ops(asked) else { return asked };
    let room = &rooms[seed % rooms.len()];
    let found: Result<EntityReport, _> = ops.get(&format!("/ops/entities/channel/{}", room.id)).await;
    let report: Result<ClusterReport, _> = ops.get("/ops/cluster").await;
    let (Ok(found), Ok(report)) = (found, report) else { return asked };
    let addr = report.nodes.iter().find(|node| node.id == found.owner).map(|node| node.addr.clone());
    let place = lab.nodes.iter().position(|node| Some(node.addr.to_string()) == addr);
    place.unwrap_or(asked)
}
