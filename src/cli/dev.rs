//! `ajet-chatd dev`: a whole installation on one machine, with one node or several.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::Config;
use ajet_client::Client;
use ajet_devstack::{Balancer, Durability, NodeProcess, Stack, StackOptions};
use ajet_protocol::ops::ClusterReport;
use anyhow::Context;
use futures::future::join_all;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use crate::told_to_stop;

/// What to start.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many nodes; more than one run as processes of their own, on the configured port and the next ones.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=32))]
    nodes: u16,
    /// How many NATS servers: one, or several as a cluster.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    nats: u8,
    /// nginx in front, on the port after the nodes' (needs the project's folder as working directory).
    #[arg(long, requires = "nodes")]
    balancer: bool,
}

/// A node that starts answers within this time.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Nodes that are told to stop get so long beyond what the configuration gives their requests and streams.
const GRACE: Duration = Duration::from_secs(10);

/// Starts everything, says where it is, and stops everything when told to.
pub async fn run(mut config: Config, options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    // Taken before anything slow happens: a port in use is said at once.
    let mut listeners = Vec::new();
    for n in 0..options.nodes {
        let mut addr = config.http.addr;
        addr.set_port(
            addr.port()
                .checked_add(n)
                .context("there is no port for every node: choose a lower http.addr")?,
        );
        listeners.push(listen(addr).await?);
    }
    let folder = std::path::absolute(&config.dev.data_dir).context("dev.data_dir")?;
    println!("data folder: {}", folder.display());
    let report = |step: &str| println!("{step}");
    let wanted = StackOptions { durability: Durability::Full, nats_servers: options.nats };
    let mut stop = std::pin::pin!(told_to_stop());
    let stack = tokio::select! {
        stack = Stack::start(&folder, wanted, &report) => stack?,
        stopped = &mut stop => return stopped,
    };
    // A balancer asks for a port of its own, and so for nodes in processes of their own, be it one.
    let running = if options.nodes == 1 && !options.balancer {
        one(&mut config, &stack, listeners.remove(0), started, stop).await
    } else {
        let addrs = listeners.iter().map(TcpListener::local_addr).collect::<Result<Vec<_>, _>>()?;
        drop(listeners);
        cluster(&config, &stack, &addrs, options.balancer, stop).await
    };
    stack.stop().await;
    running
}

async fn cluster(
    config: &Config,
    stack: &Stack,
    addrs: &[SocketAddr],
    balancer: bool,
    stop: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let (started, folder) = (Instant::now(), std::path::absolute(&config.dev.data_dir)?);
    let mut stop = std::pin::pin!(stop);
    let mut nodes = tokio::select! {
        nodes = many(config, stack, addrs, &folder) => nodes?,
        stopped = &mut stop => return stopped,
    };
    let balancer = if balancer { Some(balance(addrs, &folder).await?) } else { None };
    println!("\nReady after {:.1} s. Ctrl-C stops everything.", started.elapsed().as_secs_f64());
    let stopped = watch(&mut nodes, stop).await;
    println!("\nstopping");
    let grace = GRACE + Duration::from_secs(config.http.drain_s + config.http.spread_s);
    join_all(nodes.iter_mut().map(|node| node.stop(grace))).await;
    if let Some(balancer) = balancer {
        balancer.stop().await;
    }
    stopped
}

/// One node, in this process.
async fn one(
    config: &mut Config,
    stack: &Stack,
    listener: TcpListener,
    started: Instant,
    stop: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    config.db.host = "127.0.0.1".into();
    config.db.port = stack.postgres.port();
    config.db.user = stack.postgres.user().into();
    config.db.password = stack.postgres.password().into();
    config.db.dbname = stack.postgres.database().into();
    config.nats.url = stack.nats.url();
    config.nats.user = stack.nats.user().into();
    config.nats.password = stack.nats.password().into();
    config.nats.replicas = stack.nats.servers();
    config.objects.endpoint = stack.objects.endpoint();
    config.objects.access_key = stack.objects.access_key().into();
    config.objects.secret_key = stack.objects.secret_key().into();
    println!("server: starting");
    let server = Server::start(config, listener).await?;
    println!(
        "\nReady after {:.1} s. Open {}\nCtrl-C stops everything.",
        started.elapsed().as_secs_f64(),
        server.public_url()
    );
    tokio::select! {
        stopped = stop => stopped?,
        () = server.drain_asked() => {}
    }
    println!("\nstopping");
    server.stop().await;
    Ok(())
}

/// Several nodes, each a process; returns when all know each other.
async fn many(
    config: &Config,
    stack: &Stack,
    addrs: &[SocketAddr],
    folder: &Path,
) -> anyhow::Result<Vec<NodeProcess>> {
    let program = std::env::current_exe().context("this program's own file")?;
    println!("nodes: starting {}", addrs.len());
    let mut nodes = Vec::new();
    for (n, addr) in (1..).zip(addrs) {
        let mut variables = stack.variables();
        variables.push(("AJET_PROFILE".into(), config.profile.as_str().into()));
        variables.push(("AJET_HTTP_ADDR".into(), addr.to_string()));
        variables.push(("AJET_NODE_NAME".into(), format!("node-{n}")));
        let mut node = NodeProcess::start(&program, &format!("node-{n}"), variables, &folder.join("nodes"))?;
        node.ready(*addr, READY_WITHIN).await?;
        nodes.push(node);
    }
    let token = config.ops_token().context("ops.token is not set")?;
    for addr in addrs {
        let ops = Client::new(&format!("http://{addr}"))?.with_token(token.expose_secret());
        let deadline = Instant::now() + READY_WITHIN;
        while ops.get::<ClusterReport>("/ops/cluster").await?.nodes.len() < addrs.len() {
            anyhow::ensure!(
                Instant::now() < deadline,
                "the nodes do not find each other: see {}",
                folder.display()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    println!("\n  {:<8} {:>7}  {:<28} log", "node", "pid", "address");
    for (node, addr) in nodes.iter().zip(addrs) {
        println!(
            "  {:<8} {:>7}  {:<28} {}",
            node.name(),
            node.pid(),
            format!("http://{addr}"),
            node.log().display()
        );
    }
    Ok(nodes)
}

/// Starts nginx with the configuration we ship, on the port after the last node's.
async fn balance(nodes: &[SocketAddr], folder: &Path) -> anyhow::Result<Balancer> {
    let mut addr = nodes[nodes.len() - 1];
    addr.set_port(addr.port().checked_add(1).context("there is no port for the balancer")?);
    let shipped = Path::new("deploy/nginx/ajet-chat.conf");
    let balancer = Balancer::start(shipped, addr, nodes, &folder.join("nginx")).await?;
    println!("  {:<8} {:>7}  {:<28}", "nginx", "", format!("http://{addr}"));
    Ok(balancer)
}

/// Says which nodes end, until told to stop all of them.
async fn watch(
    nodes: &mut [NodeProcess],
    stop: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let mut ends = tokio::time::interval(Duration::from_millis(200));
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            stopped = &mut stop => return stopped,
            _ = ends.tick() => {
                for node in &mut *nodes {
                    if let Some(how) = node.newly_ended() {
                        println!("{} ended: {how}", node.name());
                    }
                }
            }
        }
    }
}
