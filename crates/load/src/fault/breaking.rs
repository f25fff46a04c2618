//! Breaking things, and putting them right again.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use rustix::process::Signal;
use sqlx::PgConnection;

use super::flood::Flood;
use super::means::Means;
use super::pages::Pages;
use super::starving::Starving;
use super::{Crowd, Fault, Findings};
use crate::edges::Dependency;
use crate::lab::{Flavour, Lab};
use crate::proxy::Edge;
use crate::workload::Scene;

/// A grace that no drain fits into.
const SHORT_GRACE: Duration = Duration::from_millis(100);
/// Until a commit whose answer is held back is under way, most likely.
const IN_APPEND: Duration = Duration::from_millis(20);

/// Breaks one thing or two in an installation that people use.
pub struct Breaker<'a> {
    pub(super) lab: &'a mut Lab,
    pub(super) scene: &'a Arc<Scene>,
    pub(super) owner: &'a Client,
    crowd: Crowd,
    /// Holds the locks that everybody waits for.
    pub(super) lock: Option<PgConnection>,
    pub(super) traps: usize,
    starving: Option<Starving>,
    /// At most one of a kind.
    floods: Vec<Flood>,
    pages: Pages,
    pub(super) findings: Findings,
}

impl<'a> Breaker<'a> {
    /// One for a lab and its people.
    pub fn new(lab: &'a mut Lab, scene: &'a Arc<Scene>, owner: &'a Client, crowd: Crowd) -> Self {
        let (pages, findings) = (Pages::default(), Findings::default());
        let (lock, starving, floods) = (None, None, Vec::new());
        Self { lab, scene, owner, crowd, lock, traps: 0, starving, floods, pages, findings }
    }

    /// What it breaks.
    pub fn lab(&mut self) -> &mut Lab {
        self.lab
    }

    /// What faults had to tell since this was asked last.
    pub fn findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    /// Breaks something.
    ///
    /// # Errors
    /// When the lab can't do that.
    pub async fn begin(&mut self, fault: Fault, victim: usize) -> anyhow::Result<()> {
        let lab = &mut *self.lab;
        match fault.means() {
            Means::Actors(mode) => self.kill_actors(mode).await?,
            Means::Sessions => self.kill_sessions().await?,
            Means::Poison => self.poison().await,
            Means::Ended(signal) => lab.signal(victim, signal),
            Means::CutShort => {
                lab.signal(victim, Signal::TERM);
                tokio::time::sleep(SHORT_GRACE).await;
                lab.signal(victim, Signal::KILL);
            }
            Means::Stopped => lab.signal(victim, Signal::STOP),
            Means::StoppedInAppend => {
                lab.set_edge(victim, Dependency::Postgres, Edge::OneWay);
                tokio::time::sleep(IN_APPEND).await;
                lab.signal(victim, Signal::STOP);
                lab.set_edge(victim, Dependency::Postgres, Edge::Open);
            }
            Means::Way(dependency, edge) => lab.set_edge(victim, dependency, edge),
            Means::AllWays(dependency, edge) => set_all(lab, dependency, edge),
            Means::Swallowed(dependency) => lab.link()?.swallow(victim, dependency).await?,
            Means::NatsStopped => lab.stack.nats.pause().await,
            Means::NatsWiped => {
                lab.stack.nats.pause().await;
                lab.stack.nats.wipe()?;
            }
            Means::NatsFull => lab.stack.nats.fill_disks()?,
            Means::OneNats => {
                let servers = usize::from(lab.stack.nats.servers());
                lab.stack.nats.pause_one(victim % servers).await;
            }
            Means::PostgresStopped => lab.stack.postgres.kill().await,
            Means::TablesLocked => self.lock_tables().await?,
            Means::Again(flavour) => self.again_as(victim, flavour).await?,
            Means::Starved => self.starving = Starving::begin(lab, victim).await?,
            Means::Flooded(asked) => self.floods.push(Flood::begin(asked, lab, victim).await?),
            Means::PagesUnread => self.ask_for_pages(victim).await,
            Means::StreamsUnread => self.crowd.read_nothing(self.scene).await,
            Means::HerdComes => self.crowd.come_back(self.scene).await,
            Means::HerdGoes => self.crowd.sign_out(self.scene).await,
            // Where the database is away just now it does not come up.
            Means::OneMore => drop(lab.add().await),
            Means::OneAfterAnother => self.restart_all().await,
            Means::AsStarted => self.tell_owners().await,
            Means::AllAs(flavour) => self.roll(flavour).await?,
        }
        Ok(())
    }

    /// Puts it right again.
    ///
    /// # Errors
    /// When something does not come back.
    pub async fn end(&mut self, fault: Fault, victim: usize) -> anyhow::Result<()> {
        let (lab, findings) = (&mut *self.lab, &mut self.findings);
        match fault.means() {
            Means::Actors(_) | Means::Sessions | Means::Poison | Means::AsStarted | Means::AllAs(_) => {}
            Means::Ended(_) | Means::CutShort => {
                lab.ended(victim).await;
                lab.restart(victim).await?;
            }
            Means::Stopped | Means::StoppedInAppend => lab.signal(victim, Signal::CONT),
            Means::Way(dependency, _) => lab.set_edge(victim, dependency, Edge::Open),
            Means::AllWays(dependency, _) => set_all(lab, dependency, Edge::Open),
            Means::Swallowed(dependency) => lab.link()?.heal(victim, dependency).await?,
            Means::NatsStopped | Means::NatsWiped | Means::OneNats => lab.stack.nats.resume().await?,
            Means::NatsFull => {
                lab.stack.nats.pause().await;
                lab.stack.nats.resume().await?;
            }
            Means::PostgresStopped => lab.stack.postgres.resume().await?,
            Means::TablesLocked => self.lock = None,
            Means::Again(_) => self.again_as(victim, Flavour::Plain).await?,
            Means::Starved => {
                if let Some(starving) = self.starving.take() {
                    starving.end(lab, victim, findings).await?;
                }
            }
            Means::Flooded(asked) => {
                if let Some(at) = self.floods.iter().position(|flood| flood.asked == asked) {
                    self.floods.remove(at).end(lab, victim, findings).await;
                }
            }
            Means::PagesUnread => self.pages.read(findings).await,
            Means::StreamsUnread => self.crowd.go_away(findings).await,
            Means::HerdComes => self.crowd.leave(),
            Means::HerdGoes => self.crowd.signed_out().await,
            Means::OneMore => lab.scale_in().await,
            Means::OneAfterAnother => {
                for n in 0..lab.nodes.len() {
                    lab.restart(n).await?;
                }
            }
        }
        Ok(())
    }

    async fn ask_for_pages(&mut self, victim: usize) {
        let Some(community) = self.scene.rooms.first().and_then(|room| room.community_id) else { return };
        // Together with another fault the room may be made only next time.
        if let Err(error) = self.pages.ask(self.lab, victim, self.owner, community).await {
            self.findings.note(format!("nothing was asked for: {error:#}"));
        }
    }
}

fn set_all(lab: &Lab, dependency: Dependency, edge: Edge) {
    (0..lab.nodes.len()).for_each(|n| lab.set_edge(n, dependency, edge));
}
