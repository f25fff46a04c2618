//! The builder makes channels, says something there, deletes them, and asks for what is gone with them all the same.

use std::sync::Arc;

use ajet_protocol::{Channel, Message};

use super::work::Work;
use super::{Register, Town};
use crate::guests::Asked;
use crate::workload::Scene;

/// Messages of a channel.
const MESSAGES: usize = 3;

/// Somebody who makes channels that are there for a moment.
pub struct Builder {
    work: Work,
    town: Arc<Town>,
    built: usize,
}

impl Builder {
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>) -> Self {
        Self { work: Work::new(scene, "builder".into(), 2), town: Arc::clone(town), built: 0 }
    }

    /// One channel after another, until the scene ends.
    pub async fn build(mut self) {
        while !self.work.is_over() {
            self.built += 1;
            // A channel that is not certain to be there, or to be gone, is left as it is.
            let _ = self.one_channel().await;
            self.work.pause().await;
        }
    }

    async fn one_channel(&mut self) -> Option<()> {
        let (owner, name) = (&self.town.owner.by, format!("brief-{}", self.built));
        let asked = Asked::make_channel(self.town.community, &name);
        let (_, channel) = self.work.ask::<Channel>(owner, asked).await?;
        self.work.made(Register::Channel(channel.id.0), &name);
        let mut said = Vec::new();
        for _ in 0..MESSAGES {
            said.extend(self.work.say(owner, channel.id).await);
        }
        self.work.pause().await;
        self.work.tell(owner, Asked::delete_channel(channel.id)).await?;
        for message in said {
            self.work.ask::<Message>(owner, Asked::read(message.id)).await;
        }
        self.work.tell(owner, Asked::list(channel.id)).await;
        self.work.say(owner, channel.id).await.map(drop)
    }
}
