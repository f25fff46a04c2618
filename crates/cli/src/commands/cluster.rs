//! `ajet-chat cluster`: the operators' surface from a terminal.

use ajet_client::Client;
use ajet_protocol::ops::{ClusterReport, NodeState};
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
        println!("{parked} events are parked: NATS can never take them (table parked_events)");
    }
}
