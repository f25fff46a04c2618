//! Several nodes on one database and one NATS, and people who talk to any of them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ajet_chatd::app::Server;
use ajet_chatd::config::Config;
use ajet_client::{Client, Live};
use ajet_protocol::ops::{ClusterReport, EntityReport, NodeState};
use ajet_protocol::{Channel, Message};
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{OPS, World, created, eventually, keyed, serve};

/// A world with more nodes than its own.
pub struct Cluster {
    pub world: World,
    pub others: Vec<Server>,
}

impl Cluster {
    pub async fn of(nodes: usize) -> Self {
        let world = World::with(|config| config.chaos.enabled = true).await;
        let mut cluster = Self { world, others: Vec::new() };
        for _ in 1..nodes {
            cluster.join().await;
        }
        cluster
    }

    /// One more node; returns when all nodes know of it.
    pub async fn join(&mut self) {
        let config = self.world.config.clone();
        self.join_as(&config).await;
    }

    /// One more node, with a configuration of its own.
    pub async fn join_as(&mut self, config: &Config) {
        self.others.push(serve(config).await);
        let nodes = self.nodes().len();
        for node in self.nodes() {
            let ops = at(node).with_token(OPS);
            let all = || async {
                let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
                report.nodes.iter().filter(|node| node.state == NodeState::Up && node.load.is_some()).count()
                    == nodes
            };
            eventually("everybody sees everybody", all).await;
        }
    }

    pub fn nodes(&self) -> Vec<&Server> {
        std::iter::once(&self.world.server).chain(&self.others).collect()
    }

    /// The same person at each node.
    pub fn everywhere(&self, client: &Client) -> Vec<Client> {
        self.nodes().into_iter().map(|node| client.at(&base(node))).collect()
    }

    pub async fn owner(&self, channel: &Channel) -> EntityReport {
        let ops = self.world.nobody.with_token(OPS);
        ops.get(&format!("/ops/entities/channel/{}", channel.id)).await.expect("found")
    }

    /// Stops all nodes, and ends the world.
    pub async fn end(self) {
        let Self { world, others } = self;
        // While all of them run: what a node has published and not marked yet is left to a sweep when it stops.
        world.law.outbox_drains().await;
        for node in others {
            node.stop().await;
        }
        world.server.stop().await;
        world.law.end().await;
    }
}

/// The address of a node.
pub fn base(server: &Server) -> String {
    format!("http://{}", server.addr())
}

/// A client of a node.
pub fn at(server: &Server) -> Client {
    Client::new(&base(server)).expect("a client")
}

/// Between two posts of one who posts all the time, at least.
const PACE: Duration = Duration::from_millis(20);

/// Posts one message after another, to the given nodes and channels in turn, until told to stop; every answer must be a success.
///
/// It rests as long as the last answer took: all nodes of a test share one thread, and as fast as it can, nothing else there
/// would get on.
pub fn posting(
    clients: Vec<Client>,
    channels: Vec<Channel>,
    stop: CancellationToken,
) -> JoinHandle<Vec<Message>> {
    tokio::spawn(async move {
        let mut posted = Vec::new();
        while !stop.is_cancelled() {
            let n = posted.len();
            let (client, channel) = (&clients[n % clients.len()], &channels[n % channels.len()]);
            let name = &channel.name;
            let request = keyed(&format!("{name} {n}"), &format!("{name}-{n}"));
            let asked = Instant::now();
            posted.push(
                client.post(channel.id, &request).await.unwrap_or_else(|error| panic!("{name} {n}: {error}")),
            );
            tokio::time::sleep(PACE.max(asked.elapsed())).await;
        }
        posted
    })
}

/// Reads a stream, coming back with its cursor where it ended, and notes every message it sees.
#[derive(Clone, Default)]
pub struct Reader {
    pub seen: Arc<Mutex<HashSet<String>>>,
    pub reconnects: Arc<AtomicUsize>,
}

impl Reader {
    pub fn start(clients: Vec<Client>, mut live: Live) -> (Self, JoinHandle<()>) {
        let reader = Self::default();
        let this = reader.clone();
        let reading = tokio::spawn(async move {
            let mut cursor = String::new();
            loop {
                while let Some(event) = live.next().await {
                    assert_ne!(event.name, "resync", "the cursor must do");
                    if !event.cursor.is_empty() {
                        cursor.clone_from(&event.cursor);
                    }
                    this.seen.lock().extend(created(&event));
                }
                live = loop {
                    let n = this.reconnects.fetch_add(1, Ordering::Relaxed);
                    if let Ok(live) = clients[n % clients.len()].live(Some(&cursor)).await {
                        break live;
                    }
                };
            }
        });
        (reader, reading)
    }
}
