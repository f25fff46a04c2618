//! An installation to be measured and broken: the development stack, nodes as processes, a proxy on every edge.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_devstack::{Durability, NodeProcess, Stack, StackOptions, free_port};
use ajet_protocol::ops::{ClusterReport, NodeState};
use anyhow::Context;
use rustix::process::Signal;

use crate::edges::{Dependency, Edges};
use crate::link::Link;
use crate::proxy::Edge;

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
    /// Between nodes and those proxies, where packets are to be swallowed.
    pub link: Option<Arc<Link>>,
    /// The server's program; the one beside this program, where none is given.
    pub program: Option<PathBuf>,
    /// The server's program of another version, for a node that is to be of one: of the release before, since this version's
    /// nodes make the schema.
    pub other_version: Option<PathBuf>,
    /// So many nodes, the last ones, begin as of that version.
    pub other_nodes: usize,
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
    /// How it is started next time.
    pub flavour: Flavour,
    edges: Option<Edges>,
}

/// In what way a node is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Plain,
    /// What it logs goes to a device that is full.
    LogDiskFull,
    /// Of another version than the others.
    OtherVersion,
    /// Little fits in anywhere: connections, mailboxes, streams' queues.
    Cramped,
    /// Its clock is so many seconds ahead.
    Clock(i64),
}

/// The library that shifts a program's clock, where it is installed (`script/setup --faketime`).
#[must_use]
pub fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    let library = |folder: std::io::Result<std::fs::DirEntry>| {
        Some(folder.ok()?.path().join("faketime/libfaketimeMT.so.1")).filter(|path| path.exists())
    };
    folders.filter_map(library).next()
}

impl Lab {
    /// Starts everything and waits until all nodes know each other.
    ///
    /// # Errors
    /// When something does not come up.
    pub async fn start(folder: &Path, plan: Plan) -> anyhow::Result<Self> {
        let options = StackOptions { durability: plan.durability, nats_servers: plan.nats_servers };
        let stack = Stack::start(folder, options, &|_| {}).await?;
        let program = match &plan.program {
            Some(program) => program.clone(),
            None => std::env::current_exe().context("this program's own file")?.with_file_name("ajet-chatd"),
        };
        anyhow::ensure!(
            program.exists(),
            "{} is not built: cargo build --workspace --bins",
            program.display()
        );
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
        let mut edges = None;
        if self.plan.proxies {
            edges = Some(Edges::open(&self.stack, self.plan.link.as_deref(), self.nodes.len()).await?);
        }
        let addr = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let n = self.nodes.len();
        let others = self.plan.nodes.saturating_sub(self.plan.other_nodes)..self.plan.nodes;
        let flavour = if others.contains(&n) { Flavour::OtherVersion } else { Flavour::Plain };
        self.nodes.push(Node { addr, process: None, flavour, edges });
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
        // The program that webhooks tell is this one.
        set("AJET_OUTGOING_ALLOW_PRIVATE", "true".into());
        set("AJET_LOG_LEVEL", "warn".into());
        if let Some(edges) = &node.edges {
            edges.variables().into_iter().for_each(|(name, value)| set(name, value));
        }
        if node.flavour == Flavour::LogDiskFull {
            set("AJET_LOG_LEVEL", "info".into());
        }
        if node.flavour == Flavour::Cramped {
            set("AJET_DB_POOL_SIZE", "1".into());
            set("AJET_ACTORS_MAILBOX", "2".into());
            set("AJET_EVENTS_WINDOW_MIB", "1".into());
        }
        if node.flavour == Flavour::OtherVersion {
            // The schema is this version's; a program that does not know all its migrations refuses to apply any.
            set("AJET_DB_MIGRATE", "false".into());
        }
        if let Flavour::Clock(ahead_s) = node.flavour {
            let library = faketime().context("libfaketime is not installed: script/setup --faketime")?;
            set("LD_PRELOAD", library.display().to_string());
            set("FAKETIME", format!("{ahead_s:+}s"));
            // Only what a wrong clock shows is wrong; time passes as ever.
            set("FAKETIME_DONT_FAKE_MONOTONIC", "1".into());
            set("DONT_FAKE_MONOTONIC", "1".into());
        }
        variables.extend(self.plan.settings.iter().cloned());
        let logs = match node.flavour {
            Flavour::LogDiskFull => self.full_disk(n)?,
            _ => self.folder.join("nodes"),
        };
        let program = match (&self.plan.other_version, node.flavour) {
            (Some(other), Flavour::OtherVersion) => other,
            _ => &self.program,
        };
        let process = NodeProcess::start(program, &format!("node-{}", n + 1), variables, &logs)?;
        self.nodes[n].process = Some(process);
        Ok(())
    }

    /// A folder where a node's log can't be written.
    fn full_disk(&self, n: usize) -> std::io::Result<PathBuf> {
        let folder = self.folder.join("full");
        std::fs::create_dir_all(&folder)?;
        let log = folder.join(format!("node-{}.log", n + 1));
        if !log.exists() {
            std::os::unix::fs::symlink("/dev/full", log)?;
        }
        Ok(folder)
    }

    /// Takes away in good order what nodes there are more than planned.
    pub async fn scale_in(&mut self) {
        while self.nodes.len() > self.plan.nodes {
            let last = self.nodes.len() - 1;
            self.signal(last, Signal::TERM);
            self.ended(last).await;
            self.nodes.pop();
        }
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

    /// How a node's process ended, where it ended otherwise than in good order; tells it once.
    pub fn ended_badly(&mut self, n: usize) -> Option<String> {
        let status = self.nodes[n].process.as_mut()?.newly_ended()?;
        (!status.success()).then(|| status.to_string())
    }

    /// A node's process id, where it has a process.
    #[must_use]
    pub fn pid(&self, n: usize) -> Option<u32> {
        self.nodes.get(n)?.process.as_ref().map(NodeProcess::pid)
    }

    /// Changes a node's way to something it needs.
    pub fn set_edge(&self, n: usize, dependency: Dependency, edge: Edge) {
        if let Some(edges) = self.nodes.get(n).and_then(|node| node.edges.as_ref()) {
            edges.set(dependency, edge);
        }
    }

    /// What swallows packets between nodes and what they need.
    ///
    /// # Errors
    /// When the plan has no such link.
    pub fn link(&self) -> anyhow::Result<&Link> {
        self.plan.link.as_deref().context("there is no link on which packets can be swallowed")
    }

    /// Stops everything.
    pub async fn stop(mut self) {
        let stopping = self.nodes.iter_mut().filter_map(|node| node.process.as_mut());
        futures::future::join_all(stopping.map(|process| process.stop(Duration::from_secs(20)))).await;
        self.stack.stop().await;
    }
}
