//! `ajet-chat cluster`: the operators' surface from a terminal.

use ajet_client::Client;
use ajet_protocol::ops::{ClusterReport, NodeState, ParkedReplay, ParkedWork, ReplayOutcome};
use reqwest::Method;

use crate::server;

/// What about the cluster.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the nodes, as the asked one sees them.
    Status,
    /// Stop a node as SIGTERM does: by its id or name.
    Drain { node: String },
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
}

/// Carries it out at the node with this address.
pub async fn run(address: &str, command: Command) -> anyhow::Result<()> {
    let ops = Client::new(address)?.with_token(&server::ops_token(address)?);
    match command {
        Command::Status => status(&ops.get("/ops/cluster").await?),
        Command::Drain { node } => {
            let report: ClusterReport = ops.get("/ops/cluster").await?;
            let found = report.nodes.iter().find(|one| one.name == node || one.id.to_string() == node);
            let found = found.ok_or_else(|| anyhow::anyhow!("there is no node {node}"))?;
            ops.send_empty(Method::POST, &format!("/ops/nodes/{}/drain", found.id)).await?;
            println!("{} is stopping", found.name);
        }
        Command::KillActor { kind, id, panic } => {
            let mode = if panic { "panic" } else { "stop" };
            ops.send_empty(Method::DELETE, &format!("/ops/entities/{kind}/{id}?mode={mode}")).await?;
            println!("killed");
        }
        Command::Parked => parked(&ops.get("/ops/parked").await?),
        Command::ReplayParked { stream, seq } => {
            let path = format!("/ops/parked/{stream}/{seq}/replay");
            let replay: ParkedReplay = ops.send(Method::POST, &path, None::<&()>, false).await?;
            println!("{}", told(replay.outcome));
        }
        Command::ReplayParkedMessage { message } => {
            let path = format!("/ops/parked/messages/{message}/replay");
            ops.send::<ParkedReplay>(Method::POST, &path, None::<&()>, false).await?;
            println!("people are being notified of it; it is parked again if that fails");
        }
    }
    Ok(())
}

fn status(report: &ClusterReport) {
    println!(
        "{:<12} {:<10} {:>7} {:<22} {:>8} {:>8} {:>7} {:>7}  id",
        "name", "state", "pid", "address", "entities", "sessions", "waiting", "crashes"
    );
    for node in &report.nodes {
        let state = match node.state {
            NodeState::Up => "up",
            NodeState::Suspected => "suspected",
            NodeState::Draining => "draining",
        };
        let load = node.load.clone().unwrap_or_default();
        println!(
            "{:<12} {state:<10} {:>7} {:<22} {:>8} {:>8} {:>7} {:>7}  {}",
            node.name,
            node.pid,
            node.addr,
            load.entities,
            load.sessions,
            load.mailbox_depth,
            load.crashes,
            node.id
        );
    }
    if let Some(parked @ 1..) = report.parked {
        println!("{parked} events are parked: NATS did not take them (ajet-chat cluster parked lists them)");
    }
    if let Some(parked @ 1..) = report.parked_messages {
        println!(
            "{parked} messages are parked: people could not be notified (ajet-chat cluster parked lists them)"
        );
    }
    if let Some(dead @ 1..) = report.dead_jobs {
        println!("{dead} jobs are dead: they could not be done (ajet-chatd jobs list lists them)");
    }
}

fn parked(work: &ParkedWork) {
    parked_events(work);
    if !work.messages.is_empty() {
        println!();
        parked_messages(work);
    }
}

fn parked_events(work: &ParkedWork) {
    println!(
        "{:<36} {:>8} {:<20} {:>8} {:<24} {:<36}  reason",
        "stream", "seq", "type", "attempts", "parked at", "event"
    );
    for one in &work.items {
        println!(
            "{:<36} {:>8} {:<20} {:>8} {:<24} {:<36}  {}",
            one.stream.to_string(),
            one.seq,
            one.kind.as_deref().unwrap_or("past retention"),
            one.attempts,
            one.parked_at.to_string(),
            one.event_id.to_string(),
            one.reason
        );
    }
    if work.has_more {
        println!("there are more, which were parked earlier");
    }
}

fn parked_messages(work: &ParkedWork) {
    println!("{:<36} {:<36} {:>8} {:<24}  reason", "message", "channel", "attempts", "parked at");
    for one in &work.messages {
        println!(
            "{:<36} {:<36} {:>8} {:<24}  {}",
            one.message_id.to_string(),
            one.channel_id.map_or_else(|| "-".to_owned(), |channel| channel.to_string()),
            one.attempts,
            one.parked_at.to_string(),
            one.reason
        );
    }
    if work.more_messages {
        println!("there are more, which were parked earlier");
    }
}

/// What became of a replay, for people.
fn told(outcome: ReplayOutcome) -> &'static str {
    match outcome {
        ReplayOutcome::Queued => "the node publishes it; it stays parked until NATS has taken it",
        ReplayOutcome::PastRetention => "it is past retention and can't be published; it is parked no more",
    }
}
