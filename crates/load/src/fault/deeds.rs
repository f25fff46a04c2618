//! What takes more than a line to break.

use std::time::Duration;

use ajet_protocol::PostMessage;
use ajet_protocol::ops::TRAP;
use reqwest::Method;
use rustix::process::Signal;
use sqlx::{Connection, Executor, PgConnection};

use super::Breaker;
use crate::history::Action;
use crate::lab::Flavour;
use crate::workload::Writer;

/// Between two restarts in a row the nodes find each other, usually.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);
const LOCK_TRIES: usize = 5;

impl Breaker<'_> {
    pub(super) async fn kill_actors(&self, mode: &str) -> anyhow::Result<()> {
        let ops = self.lab.ops(0)?;
        for room in &self.scene.rooms {
            let path = format!("/ops/entities/channel/{}?mode={mode}", room.id);
            // One that is not active just now can't be killed.
            let _ = ops.send_empty(Method::DELETE, &path).await;
        }
        Ok(())
    }

    /// Kills the readers' sessions wherever they are: a node kills those that it has.
    pub(super) async fn kill_sessions(&self) -> anyhow::Result<()> {
        for node in 0..self.lab.nodes.len() {
            let ops = self.lab.ops(node)?;
            for reader in &self.scene.readers {
                // At most nodes a reader has none.
                let _ = ops.send_empty(Method::DELETE, &format!("/ops/entities/user/{reader}")).await;
            }
        }
        Ok(())
    }

    /// Posts to each room a command that crashes its channel's actor.
    pub(super) async fn poison(&mut self) {
        for room in self.scene.rooms.clone() {
            self.traps += 1;
            let key = format!("{TRAP}{}", self.traps);
            let request = PostMessage {
                body_md: format!("{key} is poison").into(),
                client_mutation_id: Some(key.clone()),
                ..PostMessage::default()
            };
            let action = Action::Post { channel: room.id.0, key, body: request.body_md.to_string() };
            let path = format!("/api/channels/{}/messages", room.id);
            let mut poisoner = Writer::new(self.scene, "poisoner".into(), self.owner, 0, 0).patient();
            poisoner.ask::<ajet_protocol::Message>(action, Method::POST, &path, Some(&request)).await;
        }
    }

    pub(super) async fn lock_tables(&mut self) -> anyhow::Result<()> {
        let postgres = &self.lab.stack.postgres;
        let mut result = Ok(());
        for _ in 0..LOCK_TRIES {
            // Where the database is away just now its pools are of no use anyhow.
            let Ok(mut lock) = PgConnection::connect(&postgres.url(postgres.database())).await else {
                return Ok(());
            };
            let tables =
                "begin; lock table users, sessions, channels, messages, events in access exclusive mode";
            match lock.execute(tables).await {
                Ok(_) => {
                    self.lock = Some(lock);
                    return Ok(());
                }
                // Those who write may have been in each other's way and ours.
                Err(error) => result = Err(error.into()),
            }
        }
        result
    }

    /// Stops a node in good order and starts it again in another way.
    pub(super) async fn again_as(&mut self, victim: usize, flavour: Flavour) -> anyhow::Result<()> {
        self.lab.signal(victim, Signal::TERM);
        self.lab.ended(victim).await;
        self.lab.nodes[victim].flavour = flavour;
        match self.lab.restart(victim).await {
            Err(error) if flavour == Flavour::Plain => Err(error),
            // Together with another fault it may come up only when that is over.
            _ => Ok(()),
        }
    }

    pub(super) async fn restart_all(&mut self) {
        let lab = &mut *self.lab;
        for n in 0..lab.nodes.len() {
            lab.signal(n, Signal::TERM);
            lab.ended(n).await;
            let _ = lab.restart(n).await;
            // Together with another fault they may not all see each other: then they go one after another blindly.
            let _ = tokio::time::timeout(SETTLES_WITHIN, lab.settled()).await;
        }
    }
}
