//! `ajet-chat cluster`: the operators' surface from a terminal.

use ajet_client::Client;
use ajet_protocol::ops::{ClusterReport, ReplayOutcome};
use serde_json::json;

use crate::app::App;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::server;
use crate::target::named_node;

const NODE: [Column; 9] = [
    ("name", "name"),
    ("state", "state"),
    ("pid", "pid"),
    ("address", "addr"),
    ("entities", "entities"),
    ("sessions", "sessions"),
    ("waiting", "mailbox_depth"),
    ("crashes", "crashes"),
    ("id", "id"),
];
const ENTITY: [Column; 7] = [
    ("owner", "owner"),
    ("active", "active"),
    ("seq", "seq"),
    ("epoch", "epoch"),
    ("waiting", "mailbox_depth"),
    ("uptime", "uptime_s"),
    ("restarts", "restarts"),
];
const EVENT: [Column; 7] = [
    ("stream", "stream"),
    ("seq", "seq"),
    ("type", "type"),
    ("attempts", "attempts"),
    ("parked", "parked_at"),
    ("event", "event_id"),
    ("reason", "reason"),
];
const MESSAGE: [Column; 5] = [
    ("message", "message_id"),
    ("channel", "channel_id"),
    ("attempts", "attempts"),
    ("parked", "parked_at"),
    ("reason", "reason"),
];
const JOB: [Column; 7] = [
    ("id", "id"),
    ("name", "name"),
    ("key", "key"),
    ("state", "state"),
    ("attempts", "attempts"),
    ("due", "due_at"),
    ("reason", "reason"),
];

/// What about the cluster.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the nodes, as the asked one sees them.
    Status,
    /// Stop a node as SIGTERM does: by its name or id, or the beginning of either that fits one alone.
    Drain { node: String },
    /// Look at an activation: `community`, `channel` or `user`, and its id.
    Actor { kind: String, id: uuid::Uuid },
    /// Kill an activation: `community`, `channel` or `user`, and its id (chaos.enabled only).
    KillActor {
        kind: String,
        id: uuid::Uuid,
        /// By a panic in its own code.
        #[arg(long)]
        panic: bool,
    },
    /// List the events that NATS did not take, and the messages of which people could not be notified.
    Parked,
    /// Publish a parked event again: by its stream and its number there.
    ReplayParked { stream: uuid::Uuid, seq: u64 },
    /// Have people notified of a parked message after all: by its id.
    ReplayParkedMessage { message: uuid::Uuid },
    /// List the jobs that wait, run or are dead.
    Jobs,
    /// Try a dead job again.
    RetryJob { id: i64 },
    /// Discard a dead job.
    DiscardJob { id: i64 },
}

/// Carries it out at the node that is asked.
pub async fn run(app: &App, command: Command) -> Done {
    let ops = app.anyone().with_token(&server::ops_token(&app.variables, app.server())?);
    match command {
        Command::Status => status(app, &ops.cluster().await?),
        Command::Drain { node } => drain(app, &ops, &node).await,
        Command::Actor { kind, id } => app.screen.show(&ops.entity(known(&kind)?, id).await?, &ENTITY),
        Command::KillActor { kind, id, panic } => {
            ops.kill_entity(known(&kind)?, id, if panic { "panic" } else { "stop" }).await?;
            app.screen.done("killed")
        }
        Command::Parked => parked(app, &ops).await,
        Command::ReplayParked { stream, seq } => {
            let replay = ops.replay_parked(ajet_protocol::StreamId(stream), seq).await?;
            app.screen.note(told(replay.outcome));
            app.screen.show(&replay, &[("outcome", "outcome")])
        }
        Command::ReplayParkedMessage { message } => {
            let replay = ops.replay_parked_message(ajet_protocol::MessageId(message)).await?;
            app.screen.note("people are being notified of it; it is parked again if that fails");
            app.screen.show(&replay, &[("outcome", "outcome")])
        }
        Command::Jobs => app.screen.list(&ops.jobs().await?, &JOB),
        Command::RetryJob { id } => {
            ops.retry_job(id).await?;
            app.screen.done("it is tried again")
        }
        Command::DiscardJob { id } => {
            app.confirmed("discarding a job")?;
            ops.discard_job(id).await?;
            app.screen.done("discarded")
        }
    }
}

/// A kind of actor; it becomes a part of an address.
fn known(kind: &str) -> Result<&str, Failure> {
    match kind {
        "community" | "channel" | "user" => Ok(kind),
        _ => Err(Failure::argument("KIND", format!("{kind} is neither community nor channel nor user"))),
    }
}

async fn drain(app: &App, ops: &Client, node: &str) -> Done {
    let report = ops.cluster().await?;
    let found = named_node(node, &report.nodes)?;
    ops.drain_node(found.id).await?;
    app.screen.done(format!("{} is stopping", found.name))
}

fn status(app: &App, report: &ClusterReport) -> Done {
    if app.screen.is_json() {
        return app.screen.show(report, &NODE);
    }
    app.screen.list(&json!({ "items": report.nodes, "has_more": false }), &NODE)?;
    if let Some(parked @ 1..) = report.parked {
        app.screen.note(format!(
            "{parked} events are parked: NATS did not take them (ajet-chat cluster parked lists them)"
        ));
    }
    if let Some(parked @ 1..) = report.parked_messages {
        app.screen.note(format!(
            "{parked} messages are parked: people could not be notified (ajet-chat cluster parked lists them)"
        ));
    }
    if let Some(dead @ 1..) = report.dead_jobs {
        app.screen.note(format!(
            "{dead} jobs are dead: they could not be done (ajet-chat cluster jobs lists them)"
        ));
    }
    Ok(())
}

async fn parked(app: &App, ops: &Client) -> Done {
    let work = ops.parked().await?;
    if app.screen.is_json() {
        return app.screen.show(&work, &EVENT);
    }
    app.screen.list(&json!({ "items": work.items, "has_more": false }), &EVENT)?;
    app.screen.list(&json!({ "items": work.messages, "has_more": false }), &MESSAGE)?;
    if work.has_more || work.more_messages {
        app.screen.note("there are more, which were parked earlier");
    }
    Ok(())
}

/// What became of a replay, for people.
fn told(outcome: ReplayOutcome) -> &'static str {
    match outcome {
        ReplayOutcome::Queued => "the node publishes it; it stays parked until NATS has taken it",
        ReplayOutcome::PastRetention => "it is past retention and can't be published; it is parked no more",
    }
}
