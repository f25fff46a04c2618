//! What operators see: `GET /ops/…`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::forms::EntityKind;
use crate::{ChannelId, EventId, MessageId, StreamId, Timestamp};

/// A post whose `client_mutation_id` begins with this crashes the channel that decides it, where `chaos.enabled`.
pub const TRAP: &str = "chaos-trap-";

/// The operators' token outside production where none is configured: it works on the server's own machine only.
pub const DEV_TOKEN: &str = "dev-ops-token";

/// The nodes as the asked one sees them: `GET /ops/cluster`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterReport {
    /// The node that answers.
    pub asked: Uuid,
    /// The nodes, itself among them.
    pub nodes: Vec<NodeReport>,
    /// Events that NATS did not take; null where the database does not answer.
    #[serde(default)]
    pub parked: Option<u64>,
    /// Messages of which people could not be notified; null where the database does not answer.
    #[serde(default)]
    pub parked_messages: Option<u64>,
    /// Jobs that are dead; null where the database does not answer.
    #[serde(default)]
    pub dead_jobs: Option<u64>,
    /// What they noticed recently, the newest first.
    #[serde(default, rename = "news")]
    pub notices: Vec<Notice>,
}

/// Something that a node noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = News)]
pub struct Notice {
    /// When it noticed it.
    pub at: Timestamp,
    /// The name of the node that noticed it.
    #[serde(default)]
    pub node: String,
    /// What it was.
    pub text: String,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodeReport {
    /// The node's id, new with each start.
    pub id: Uuid,
    /// Its configured name.
    pub name: String,
    /// Its process id.
    pub pid: u32,
    /// Where its HTTP listens, as `host:port`.
    pub addr: String,
    /// The version that it runs.
    pub version: String,
    /// When it started, in milliseconds since the epoch by its own clock.
    pub started_at_ms: u64,
    /// What the asked node thinks of it.
    pub state: NodeState,
    /// What it says of itself; absent where it does not answer.
    #[serde(flatten)]
    pub load: Option<NodeLoad>,
}

/// What the asked node thinks of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// Serves.
    Up,
    /// Does not answer: its entities are taken over.
    Suspected,
    /// On its way out.
    Draining,
}

/// How busy a node is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodeLoad {
    /// Entities active there.
    pub entities: u64,
    /// Sessions with a live connection there.
    pub sessions: u64,
    /// Commands that wait or are under way at its entities.
    pub mailbox_depth: u64,
    /// Activations that crashed since it started.
    pub crashes: u64,
    /// Whether it is on its way out.
    pub draining: bool,
    /// Whether it reaches NATS.
    pub nats: bool,
    /// Commands that its entities answered in the last second.
    #[serde(default)]
    pub commands_per_s: f64,
    /// Milliseconds that each of them took, on average.
    #[serde(default)]
    pub answer_ms: f64,
    /// Its entities with the most commands waiting; others follow by their age.
    #[serde(default)]
    pub busiest: Vec<BusyEntity>,
    /// What it noticed recently, the newest first; empty in a cluster's report, which lists it for all nodes together.
    #[serde(default, rename = "news", skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// An entity as its node lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BusyEntity {
    /// What it is.
    #[schema(value_type = EntityKind)]
    pub kind: String,
    /// The entity's id.
    pub id: Uuid,
    /// Commands that wait or are under way there.
    pub mailbox_depth: u64,
    /// Seconds since its activation.
    pub uptime_s: f64,
    /// Restarts after crashes, on that node.
    pub restarts: u64,
}

/// One entity, as its node sees it: `GET /ops/entities/{kind}/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntityReport {
    /// The node that owns it.
    pub owner: Uuid,
    /// Whether it is active there.
    pub active: bool,
    /// The number of its stream's last event.
    pub seq: u64,
    /// How often it has been taken over.
    pub epoch: u64,
    /// Commands that wait or are under way there.
    pub mailbox_depth: u64,
    /// Seconds since its activation.
    pub uptime_s: f64,
    /// Restarts after crashes, on that node.
    pub restarts: u64,
}

/// What could not be done after a commit, and is kept aside: `GET /ops/parked`. No text is in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParkedWork {
    /// The events that NATS did not take, at most 100, the newest first.
    pub items: Vec<ParkedEvent>,
    /// Whether there are more events.
    pub has_more: bool,
    /// The messages of which people could not be notified, at most 100, the newest first.
    #[serde(default)]
    pub messages: Vec<ParkedMessage>,
    /// Whether there are more messages.
    #[serde(default)]
    pub more_messages: bool,
}

/// A message, or something else, of which people could not be notified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParkedMessage {
    /// The message; of something else the id of the notice that is due.
    pub message_id: MessageId,
    /// Its channel; null for what is about none.
    pub channel_id: Option<ChannelId>,
    /// Why it failed the last time.
    pub reason: String,
    /// How often it has failed.
    pub attempts: u32,
    /// When it was parked last.
    pub parked_at: Timestamp,
}

/// The jobs that there are, at most 100: `GET /ops/jobs`. No text and no name of a person is in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// Dead ones first, and among each the newest.
    pub items: Vec<JobReport>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Slow work that a commit or the schedule asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobReport {
    /// The job's number.
    pub id: i64,
    /// What is done to what: `domain:action`.
    pub name: String,
    /// What tells it from others: its name and the id of what it is about.
    pub key: String,
    /// How it stands.
    pub state: JobState,
    /// How often it was begun; of a dead one, how often it may be.
    pub attempts: u32,
    /// Why the last attempt failed; null where none did.
    pub reason: Option<String>,
    /// In the log lines of every attempt.
    pub trace_id: Uuid,
    /// The worker that has it, which the log of its node names; null where none has.
    pub worker: Option<String>,
    /// When it came into the queue.
    pub created_at: Timestamp,
    /// From when a node may take it.
    pub due_at: Timestamp,
    /// Since when it is dead; null where it is not.
    pub failed_at: Option<Timestamp>,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for a node, or rests after a failure.
    Waiting,
    /// A node carries it out.
    Running,
    /// It could not be done, and is not tried again until an operator wants it.
    Dead,
}

impl JobState {
    /// The state as it stands in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }
}

/// An event that NATS did not take, kept aside. Its text is never here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParkedEvent {
    /// The stream that numbers it.
    pub stream: StreamId,
    /// Its number on that stream.
    pub seq: u64,
    /// The event's id.
    pub event_id: EventId,
    /// Its type; null where it is past retention, so that the log does not have it any more.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Why NATS did not take it the last time.
    pub reason: String,
    /// How often NATS refused it.
    pub attempts: u32,
    /// When it was parked first.
    pub parked_at: Timestamp,
}

/// What came of asking for a replay: `POST /ops/parked/{stream}/{seq}/replay`, `POST /ops/parked/messages/{message_id}/replay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParkedReplay {
    /// What becomes of it.
    pub outcome: ReplayOutcome,
}

/// What becomes of a parked event, or of a message that is parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplayOutcome {
    /// It waits, and is tried once. An event stays parked until NATS has taken it; a message is parked again when it fails.
    Queued,
    /// The log does not have it any more, so that it can't be published. It is parked no more.
    PastRetention,
}
