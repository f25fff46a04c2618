//! The pinner pins topics to their rooms, and takes pins away again: the owner, since not everybody may.

use std::sync::Arc;

use rand::Rng;

use crate::guests::Asked;
use crate::registers::Town;
use crate::registers::work::Work;
use crate::workload::Scene;

/// Somebody who writes all pins.
pub struct Pinner {
    work: Work,
    town: Arc<Town>,
}

impl Pinner {
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>) -> Self {
        Self { work: Work::new(scene, "pinner".into(), 3), town: Arc::clone(town) }
    }

    /// One pin after another, until the scene ends.
    pub async fn pin(mut self) {
        while !self.work.is_over() {
            let pins = self.work.rng.random_range(0..5) < 3;
            if let Some(topic) = self.town.talk.some(&mut self.work.rng) {
                // The history says which acts were given up.
                let _ = self.work.tell(&self.town.owner.by, Asked::pin(topic.message, pins)).await;
            }
            self.work.pause().await;
        }
    }
}
