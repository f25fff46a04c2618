//! `ajet-chatd cluster`: the operators' surface from a terminal.

use ajet_chatd::config::Config;
use ajet_client::Client;
use ajet_protocol::ops::{ClusterReport, NodeState};
use reqwest::Method;
use secrecy::ExposeSecret;

/// Which cluster, and what about it.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Any node's address, as host:port or http://host:port; the configured one if not given.
    #[arg(long)]
    node: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
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

/// Carries it out. The token is `ops.token` of the configuration (`AJET_OPS_TOKEN`).
pub async fn run(config: &Config, options: Options) -> anyhow::Result<()> {
    let token = config.ops_token().ok_or_else(|| anyhow::anyhow!("ops.token is not set: AJET_OPS_TOKEN"))?;
    let node = options.node.unwrap_or_else(|| config.http.addr.to_string());
    let base = if node.contains("://") { node } else { format!("http://{node}") };
    let ops = Client::new(&base)?.with_token(token.expose_secret());
    match options.command {
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
