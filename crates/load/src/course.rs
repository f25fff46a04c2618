//! Runs a schedule: breaks, waits, puts right, and tells of each fault in one line of the table.

use std::sync::atomic::Ordering;

use crate::check::Violation;
use crate::fault::{Breaker, Fault, an_owner};
use crate::history::What;
use crate::recovery::RETRY_TIMEOUT_US;
use crate::report::{FaultReport, table};
use crate::schedule::{AFTER, Schedule, Step};
use crate::workload::Scene;

/// A schedule under way.
pub struct Course<'a> {
    breaker: Breaker<'a>,
    scene: &'a Scene,
    nodes: usize,
    found: Vec<Violation>,
}

impl<'a> Course<'a> {
    /// One for so many nodes.
    pub fn new(breaker: Breaker<'a>, scene: &'a Scene, nodes: usize) -> Self {
        Self { breaker, scene, nodes, found: Vec::new() }
    }

    /// Runs it to its end; gives what became of each fault, and what was found beside what the history tells.
    ///
    /// # Errors
    /// When the installation does not come back.
    pub async fn run(mut self, schedule: Schedule) -> anyhow::Result<(Vec<FaultReport>, Vec<Violation>)> {
        println!("{}", table::head());
        let mut reports = Vec::new();
        for (number, step) in schedule.steps.into_iter().enumerate() {
            let report = match &step.not_run {
                Some(why) => {
                    let at_us = self.scene.recorder.now_us();
                    FaultReport::not_run(step.name(), step.lasts.as_secs(), at_us, why.clone())
                }
                None => self.step(number, &step).await?,
            };
            println!("{}", table::row(&report));
            reports.push(report);
        }
        Ok((reports, self.found))
    }

    async fn step(&mut self, number: usize, step: &Step) -> anyhow::Result<FaultReport> {
        let victim = an_owner(self.breaker.lab(), &self.scene.rooms, number).await;
        // The second of a pair meets another node.
        let places = step.faults.iter().enumerate().map(|(n, fault)| (*fault, (victim + n) % self.nodes));
        let mut places: Vec<_> = places.collect();
        // All last until all have begun, and others may need answers to begin.
        places.sort_by_key(|(fault, _)| fault.begins_last());
        let (name, before) = (step.name(), self.scene.tally.counted());
        let at_us = self.scene.recorder.note("fault", What::Fault { name: name.clone(), begins: true });
        for (fault, victim) in &places {
            self.scene.frozen.fetch_or(fault.freezes(), Ordering::Relaxed);
            self.breaker.begin(*fault, *victim).await?;
        }
        tokio::time::sleep(step.lasts).await;
        self.end(places).await?;
        self.scene.recorder.note("fault", What::Fault { name: name.clone(), begins: false });
        self.breaker.lab().settled().await?;
        let notes = self.findings(step, &name, at_us);
        tokio::time::sleep(AFTER).await;
        // Requests that waited for a process that stood still have their answers by now.
        self.scene.frozen.store(false, Ordering::Relaxed);
        let report = FaultReport {
            name,
            fault: step.alone(),
            lasts_s: step.lasts.as_secs(),
            at_us,
            until_us: self.scene.recorder.now_us(),
            counts: self.scene.tally.counted().since(before),
            notes,
            ..FaultReport::default()
        };
        self.found.extend(report.noticed());
        let lines = self.scene.recorder.since_us(at_us.saturating_sub(RETRY_TIMEOUT_US));
        Ok(report.measured(&lines).judged(&self.found))
    }

    async fn end(&mut self, places: Vec<(Fault, usize)>) -> anyhow::Result<()> {
        let mut places = places;
        // What nodes need comes back before the nodes do, and no process stands still while the rest is put right.
        places.sort_by_key(|(fault, _)| (!fault.is_of_all(), !fault.freezes()));
        for (fault, victim) in places {
            self.breaker.end(fault, victim).await?;
        }
        Ok(())
    }

    /// Takes in what the faults have to tell; gives what is no harm.
    fn findings(&mut self, step: &Step, name: &str, at_us: u64) -> Vec<String> {
        let findings = self.breaker.findings();
        let violation = |(invariant, story): (&'static str, String)| Violation {
            invariant,
            at_us,
            story: format!("{name}: {story}"),
        };
        // Two at a time get in each other's way.
        if step.alone().is_some() {
            self.found.extend(findings.problems.into_iter().map(violation));
        }
        let (running, nodes) = (self.breaker.lab().running().len(), self.nodes);
        if running < nodes {
            let story = format!("{running} of {nodes} nodes are left; one ended by itself");
            self.found.push(violation(("I9", story)));
        }
        findings.notes
    }
}
