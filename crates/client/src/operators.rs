//! The operators' surface: what nodes do, and where entities live. It takes the operators' token.

use ajet_protocol::ops::{ClusterReport, EntityReport, JobList, ParkedReplay, ParkedWork};
use ajet_protocol::{MessageId, StreamId};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// The nodes, as the asked one sees them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn cluster(&self) -> Result<ClusterReport, Error> {
        self.get("/ops/cluster").await
    }

    /// Stops a node as SIGTERM does.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn drain_node(&self, node: Uuid) -> Result<(), Error> {
        self.send_empty(Method::POST, &format!("/ops/nodes/{node}/drain")).await
    }

    /// Where an entity lives: of this kind (`community`, `channel` or `user`).
    ///
    /// # Errors
    /// [`Error`]
    pub async fn entity(&self, kind: &str, id: Uuid) -> Result<EntityReport, Error> {
        self.get(&format!("/ops/entities/{kind}/{id}")).await
    }

    /// Kills an entity's activation: mode `stop`, or `panic`. It is sent once: a repetition would kill the next one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn kill_entity(&self, kind: &str, id: Uuid, mode: &str) -> Result<(), Error> {
        let path = format!("/ops/entities/{kind}/{id}?mode={mode}");
        self.send(Method::DELETE, &path, None::<&()>, false).await
    }

    /// Events and messages that are parked.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn parked(&self) -> Result<ParkedWork, Error> {
        self.get("/ops/parked").await
    }

    /// Has a parked event published again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn replay_parked(&self, stream: StreamId, seq: u64) -> Result<ParkedReplay, Error> {
        let path = format!("/ops/parked/{stream}/{seq}/replay");
        self.send(Method::POST, &path, None::<&()>, false).await
    }

    /// Has people notified of a parked message after all.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn replay_parked_message(&self, message: MessageId) -> Result<ParkedReplay, Error> {
        let path = format!("/ops/parked/messages/{message}/replay");
        self.send(Method::POST, &path, None::<&()>, false).await
    }

    /// Slow work that waits, runs or is dead.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn jobs(&self) -> Result<JobList, Error> {
        self.get("/ops/jobs").await
    }

    /// Has a job tried again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn retry_job(&self, number: i64) -> Result<(), Error> {
        self.send_empty(Method::POST, &format!("/ops/jobs/{number}/retry")).await
    }

    /// Gives a job up.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn discard_job(&self, number: i64) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/ops/jobs/{number}")).await
    }
}
