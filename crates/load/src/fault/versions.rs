//! Two versions of the server in one cluster: nodes that go from one to the other, one after another.

use std::time::Duration;

use ajet_protocol::ops::{ClusterReport, EntityReport};
use rustix::process::Signal;

use super::Breaker;
use crate::lab::Flavour;

/// People go on this long with what there is, before the next node is stopped.
const BETWEEN: Duration = Duration::from_secs(5);

impl Breaker<'_> {
    /// Drains each node that is of another kind, and starts it again as one of this; waits until all see each other before
    /// the next.
    ///
    /// # Errors
    /// When a node does not come up, or the nodes do not find each other.
    pub(super) async fn roll(&mut self, flavour: Flavour) -> anyhow::Result<()> {
        let mut owners = Vec::new();
        for n in 0..self.lab.nodes.len() {
            if self.lab.nodes[n].flavour == flavour {
                continue;
            }
            self.lab.signal(n, Signal::TERM);
            self.lab.ended(n).await;
            if let Some(how) = self.lab.ended_badly(n) {
                self.findings.problem("I9", format!("node {} was not drained in good order: {how}", n + 1));
            }
            self.lab.nodes[n].flavour = flavour;
            self.lab.restart(n).await?;
            self.lab.settled().await?;
            owners.extend(self.owners().await);
            tokio::time::sleep(BETWEEN).await;
        }
        self.findings.note(told(&owners));
        Ok(())
    }

    /// Notes whose the rooms and communities are.
    pub(super) async fn tell_owners(&mut self) {
        let owners: Vec<_> = self.owners().await.into_iter().collect();
        self.findings.note(told(&owners));
    }

    /// How many rooms and communities belong to nodes of this version, and how many to nodes of the other. A command at a
    /// node of the one for an entity of the other goes over the wire between them.
    async fn owners(&mut self) -> Option<[usize; 2]> {
        let asked = self.lab.running().first().copied()?;
        let ops = self.lab.ops(asked).ok()?;
        let report: ClusterReport = ops.get("/ops/cluster").await.ok()?;
        let rooms = self.scene.rooms.iter().map(|room| format!("channel/{}", room.id));
        let communities = self.scene.places.iter().map(|place| format!("community/{}", place.community));
        let mut counts = [0, 0];
        for entity in rooms.chain(communities) {
            let found = ops.get::<EntityReport>(&format!("/ops/entities/{entity}")).await;
            let Ok(owner) = found.map(|entity| entity.owner) else { continue };
            let addr = report.nodes.iter().find(|node| node.id == owner).map(|node| node.addr.as_str());
            let place = self.lab.nodes.iter().find(|node| addr == Some(node.addr.to_string().as_str()));
            if let Some(node) = place {
                counts[usize::from(node.flavour == Flavour::OtherVersion)] += 1;
            }
        }
        Some(counts)
    }
}

fn told(owners: &[[usize; 2]]) -> String {
    let each: Vec<_> = owners.iter().map(|[ours, others]| format!("{ours}:{others}")).collect();
    format!("entities of this version and the other: {}", each.join(", "))
}
