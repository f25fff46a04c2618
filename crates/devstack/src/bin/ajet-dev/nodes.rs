//! The server's processes: one that logs to this terminal, or several that log to files.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use ajet_devstack::NodeProcess;
use futures::future::join_all;

use crate::roster;

/// A node that starts answers within this time.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks at which nodes run.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How nodes are started.
pub struct Plan<'a> {
    /// The server's executable.
    pub server: &'a Path,
    /// Where logs go, in a folder of their own.
    pub folder: &'a Path,
    /// What every node is told: the profile, and where the stack is.
    pub variables: Vec<(String, String)>,
}

impl Plan<'_> {
    /// The variables of one node.
    fn variables(&self, addr: SocketAddr) -> Vec<(String, String)> {
        let mut variables = self.variables.clone();
        variables.push(("AJET_HTTP_ADDR".into(), addr.to_string()));
        variables
    }
}

/// Running nodes; those that are dropped without a stop are killed.
pub struct Nodes {
    nodes: Vec<NodeProcess>,
    /// Which ones ended badly, and how.
    failed: Vec<String>,
}

impl Nodes {
    /// One node, which logs to this terminal.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start_here(plan: &Plan<'_>, addr: SocketAddr) -> anyhow::Result<Self> {
        println!("server: starting");
        let mut node = NodeProcess::start_here(plan.server, "server", plan.variables(addr))?;
        node.ready(addr, READY_WITHIN).await?;
        Ok(Self { nodes: vec![node], failed: Vec::new() })
    }

    /// Several nodes; returns when all know each other.
    ///
    /// # Errors
    /// When one does not become ready, or they do not find each other.
    pub async fn start(plan: &Plan<'_>, addrs: &[SocketAddr]) -> anyhow::Result<Self> {
        println!("nodes: starting {}", addrs.len());
        let mut nodes = Vec::new();
        for (n, addr) in (1..).zip(addrs) {
            let name = format!("node-{n}");
            let mut variables = plan.variables(*addr);
            variables.push(("AJET_NODE_NAME".into(), name.clone()));
            let mut node = NodeProcess::start(plan.server, &name, variables, &plan.folder.join("nodes"))?;
            node.ready(*addr, READY_WITHIN).await?;
            nodes.push(node);
        }
        roster::complete(addrs, READY_WITHIN).await?;
        println!("\n  {:<8} {:>7}  {:<28} log", "node", "pid", "address");
        for (node, addr) in nodes.iter().zip(addrs) {
            let log = node.log().map_or_else(String::new, |log| log.display().to_string());
            println!("  {:<8} {:>7}  {:<28} {log}", node.name(), node.pid(), format!("http://{addr}"));
        }
        Ok(Self { nodes, failed: Vec::new() })
    }

    /// Says which nodes end; returns when none is left.
    pub async fn watch(&mut self) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            looks.tick().await;
            for (name, how) in self.newly_ended() {
                println!("{name} ended: {how}");
            }
            if self.nodes.iter_mut().all(|node| node.ended().is_some()) {
                return;
            }
        }
    }

    /// Stops those that run, and kills those that take longer than `grace`.
    ///
    /// # Errors
    /// When a node ended badly, now or before.
    pub async fn stop(mut self, grace: Duration) -> anyhow::Result<()> {
        let stopping = self.nodes.iter_mut().filter_map(|node| match node.ended() {
            None => Some(node.stop(grace)),
            Some(_) => None,
        });
        join_all(stopping).await;
        self.newly_ended();
        anyhow::ensure!(self.failed.is_empty(), "{}", self.failed.join("; "));
        Ok(())
    }

    /// Which nodes ended since this was last asked, and how.
    fn newly_ended(&mut self) -> Vec<(String, ExitStatus)> {
        let ended = |node: &mut NodeProcess| Some((node.name().to_owned(), node.newly_ended()?));
        let ended: Vec<_> = self.nodes.iter_mut().filter_map(ended).collect();
        let failed = ended.iter().filter(|(_, how)| !how.success());
        self.failed.extend(failed.map(|(name, how)| format!("{name} ended: {how}")));
        ended
    }
}
