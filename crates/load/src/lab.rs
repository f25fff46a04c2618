//! An installation to be measured and broken: the development stack, nodes as processes, a proxy on every edge.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ajet_client::Client;
use ajet_devstack::{Durability, NodeProcess, Stack, StackOptions};
use ajet_protocol::ops::{ClusterReport, NodeState};
use anyhow::Context;
use rustix::process::Signal;

use crate::proxy::{Edge, Proxy};

const READY_WITHIN: Duration = Duration::from_secs(30);
const OPS_TOKEN: &str = "load-ops-token";

/// How the installation is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    pub nodes: usize,
    pub nats_servers: u8,
    pub durability: Durability,
    /// Proxies between each node and its database and NATS: they cost time, so only chaos has them.
    pub proxies: bool,
    /// Further settings of every node.
    pub settings: Vec<(String, String)>,
}

/// The installation.
pub struct Lab {
    pub stack: Stack,
    pub nodes: Vec<Node>,
    program: PathBuf,
    folder: PathBuf,
    plan: Plan,
}

/// One node with its edges.
pub struct Node {
    pub addr: SocketAddr,
    pub process: Option<NodeProcess>,
    pub database: Option<Proxy>,
    pub nats: Option<Proxy>,
}

impl Lab {
    /// Starts everything and waits until all nodes know each other.
    ///
    /// # Errors
    /// When something does not come up.
    pub async fn start(folder: &Path, plan: Plan) -> anyhow::Result<Self> {
        let options = StackOptions { durability: plan.durability, nats_servers: plan.nats_servers };
        let stack = Stack::start(folder, options, &|_| {}).await?;
        let own = std::env::current_exe().context("this program's own file")?;
        let program = own.with_file_name("ajet-chatd");
        anyhow::ensure!(program.exists(), "{} is not built: cargo build --bins", program.display());
        let mut lab = Self { stack, nodes: Vec::new(), program, folder: folder.to_owned(), plan };
        for _ in 0..lab.plan.nodes {
            lab.add().await?;
        }
        lab.settled().await?;
        Ok(lab)
    }

    /// One more node.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn add(&mut self) -> anyhow::Result<usize> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (mut database, mut nats) = (None, None);
        if self.plan.proxies {
            database = Some(Proxy::to(self.stack.postgres.port()).await?);
            let nats_port = self.stack.nats.ports().next().context("a NATS server")?;
            nats = Some(Proxy::to(nats_port).await?);
        }
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        self.nodes.push(Node { addr, process: None, database, nats });
        let n = self.nodes.len() - 1;
        self.restart(n).await?;
        Ok(n)
    }

    /// Starts a node's process if it is not running.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart(&mut self, n: usize) -> anyhow::Result<()> {
        let running = self.nodes[n].process.as_mut().is_some_and(|process| process.ended().is_none());
        if running {
            return Ok(());
        }
        self.spawn(n)?;
        let node = &mut self.nodes[n];
        match &mut node.process {
            Some(process) => Ok(process.ready(node.addr, READY_WITHIN).await?),
            None => Ok(()),
        }
    }

    /// Starts a node's process, and does not wait for it.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn spawn(&mut self, n: usize) -> anyhow::Result<()> {
        let mut variables = self.stack.variables();
        let node = &self.nodes[n];
        let mut set = |name: &str, value: String| variables.push((name.to_owned(), value));
        set("AJET_PROFILE", "test".into());
        set("AJET_HTTP_ADDR", node.addr.to_string());
        set("AJET_NODE_NAME", format!("node-{}", n + 1));
        set("AJET_OPS_TOKEN", OPS_TOKEN.into());
        set("AJET_CHAOS_ENABLED", "true".into());
        set("AJET_LOG_LEVEL", "warn".into());
        if let Some(proxy) = &node.database {
            set("AJET_DB_PORT", proxy.port().to_string());
        }
        // Behind a proxy a node has one way to NATS; without one it may choose among the servers.
        if let Some(proxy) = &node.nats {
            set("AJET_NATS_URL", format!("nats://127.0.0.1:{}", proxy.port()));
        }
        variables.extend(self.plan.settings.iter().cloned());
        let logs = self.folder.join("nodes");
        let process = NodeProcess::start(&self.program, &format!("node-{}", n + 1), variables, &logs)?;
        self.nodes[n].process = Some(process);
        Ok(())
    }

    /// Waits until every running node sees all the others up.
    ///
    /// # Errors
    /// When that does not come about.
    pub async fn settled(&mut self) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + READY_WITHIN;
        let running = self.running();
        for n in running.clone() {
            loop {
                let report = self.ops(n)?.get::<ClusterReport>("/ops/cluster").await;
                let up = report.map(|report| {
                    report
                        .nodes
                        .iter()
                        .filter(|node| node.state == NodeState::Up && node.load.is_some())
                        .count()
                });
                if up.is_ok_and(|up| up >= running.len()) {
                    break;
                }
                let late = tokio::time::Instant::now() > deadline;
                anyhow::ensure!(!late, "node {} does not see all the others", n + 1);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// The nodes whose process runs.
    pub fn running(&mut self) -> Vec<usize> {
        let nodes = self.nodes.iter_mut().enumerate();
        let alive = nodes.filter_map(|(n, node)| {
            let process = node.process.as_mut()?;
            process.ended().is_none().then_some(n)
        });
        alive.collect()
    }

    /// Where each node is.
    #[must_use]
    pub fn bases(&self) -> Vec<String> {
        self.nodes.iter().map(|node| format!("http://{}", node.addr)).collect()
    }

    /// An operator's client at a node.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn ops(&self, n: usize) -> anyhow::Result<Client> {
        Ok(Client::new(&format!("http://{}", self.nodes[n].addr))?.with_token(OPS_TOKEN))
    }

    /// Sends a node's process a signal.
    pub fn signal(&self, n: usize, signal: Signal) {
        if let Some(process) = &self.nodes[n].process {
            process.signal(signal);
        }
    }

    /// Waits until a node's process has ended; one that does not is killed.
    pub async fn ended(&mut self, n: usize) {
        if let Some(process) = &mut self.nodes[n].process {
            process.stop(Duration::from_secs(30)).await;
        }
    }

    /// Changes a node's way to NATS.
    pub fn edge_to_nats(&self, n: usize, edge: Edge) {
        if let Some(proxy) = &self.nodes[n].nats {
            proxy.set(edge);
        }
    }

    /// Changes a node's way to the database.
    pub fn edge_to_database(&self, n: usize, edge: Edge) {
        if let Some(proxy) = &self.nodes[n].database {
            proxy.set(edge);
        }
    }

    /// Stops everything.
    pub async fn stop(mut self) {
        let stopping = self.nodes.iter_mut().filter_map(|node| node.process.as_mut());
        futures::future::join_all(stopping.map(|process| process.stop(Duration::from_secs(20)))).await;
        self.stack.stop().await;
    }
}
