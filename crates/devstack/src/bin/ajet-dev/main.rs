//! `ajet-dev`: a whole installation on one machine, with one node or several.
//!
//! ```text
//!   ajet-dev ── PostgreSQL, nats-server, nginx    children; the S3 endpoint runs in this process
//!           └── ajet-chatd serve                  a child for each node, as in production
//! ```
//!
//! The server is told where the stack is, and that this is the dev profile, by environment variables; all other variables
//! and the configuration file reach it unchanged. On Ctrl-C or SIGTERM the nodes stop first, then what they need. The exit
//! status tells whether every node ended well.

mod nodes;
mod roster;
mod settings;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;
use std::time::Instant;

use ajet_devstack::{Balancer, Durability, Stack, StackOptions};
use anyhow::Context;
use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use nodes::{Nodes, Plan};
use settings::Settings;

/// Serve with a private PostgreSQL, NATS and object store in a data folder (development only).
#[derive(Debug, Parser)]
#[command(name = "ajet-dev", version, about)]
struct Options {
    /// How many nodes; more than one log to files, and listen on the configured port and the next ones.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=32))]
    nodes: u16,
    /// How many NATS servers: one, or several as a cluster.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    nats: u8,
    /// nginx in front, on the port after the nodes' (needs the project's folder as working directory).
    #[arg(long, requires = "nodes")]
    balancer: bool,
    /// The server's executable; ajet-chatd beside this one if not given.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Every error tells its cause itself.
            eprintln!("ajet-dev: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts everything, says where it is, and stops everything when told to.
async fn run(options: Options) -> anyhow::Result<()> {
    let started = Instant::now();
    raise_file_limit();
    let server = server_program(options.server.as_deref())?;
    let settings = Settings::read(&server).await?;
    // Taken before anything slow happens, and held meanwhile: a port in use is said at once.
    let listeners = listen(settings.addr, options.nodes)?;
    println!("data folder: {}", settings.data_dir.display());
    let mut stop = pin!(told_to_stop());
    let wanted = StackOptions { durability: Durability::Full, nats_servers: options.nats };
    let report = |step: &str| println!("{step}");
    let stack = tokio::select! {
        stack = Stack::start(&settings.data_dir, wanted, &report) => stack?,
        stopped = &mut stop => return stopped,
    };
    let addrs = listeners.iter().map(TcpListener::local_addr).collect::<Result<Vec<_>, _>>();
    drop(listeners);
    let ran = match addrs {
        Ok(addrs) => Dev { options, server, settings, addrs, started }.serve(&stack, stop).await,
        Err(error) => Err(error.into()),
    };
    stack.stop().await;
    ran
}

/// Every live stream is an open file in a server, and two in nginx: children inherit our limit.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

fn server_program(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let Some(given) = given else {
        let own =
            std::env::current_exe().map_err(|error| anyhow::anyhow!("this program's own file: {error}"))?;
        let server = own.with_file_name("ajet-chatd");
        anyhow::ensure!(
            server.is_file(),
            "{} is not built: cargo build --workspace --bins",
            server.display()
        );
        return Ok(server);
    };
    anyhow::ensure!(given.is_file(), "there is no server at {}", given.display());
    // A bare name would be looked up in PATH.
    Ok(std::path::absolute(given)?)
}

/// Takes the port of every node.
fn listen(first: SocketAddr, nodes: u16) -> anyhow::Result<Vec<TcpListener>> {
    let take = |n| {
        let mut addr = first;
        let port = addr.port().checked_add(n);
        addr.set_port(port.context("there is no port for every node: choose a lower http.addr")?);
        TcpListener::bind(addr)
            .map_err(|error| anyhow::anyhow!("can't listen on {addr}: {error}{}", hint(&error)))
    };
    (0..nodes).map(take).collect()
}

fn hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => ": stop what runs there, or set AJET_HTTP_ADDR to another address",
        std::io::ErrorKind::PermissionDenied => {
            ": ports below 1024 need root; set AJET_HTTP_ADDR to another address"
        }
        _ => "",
    }
}

/// Ctrl-C or SIGTERM.
async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|error| anyhow::anyhow!("can't listen for SIGTERM: {error}"))?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.map_err(|error| anyhow::anyhow!("can't listen for Ctrl-C: {error}")),
        _ = terminate.recv() => Ok(()),
    }
}

/// What is served beside a running stack.
struct Dev {
    options: Options,
    server: PathBuf,
    settings: Settings,
    /// Of each node.
    addrs: Vec<SocketAddr>,
    started: Instant,
}

impl Dev {
    /// Starts the nodes, and stops them when told to or when none is left.
    async fn serve(
        &self,
        stack: &Stack,
        stop: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        let mut stop = pin!(stop);
        let mut nodes = tokio::select! {
            nodes = self.start(stack) => nodes?,
            stopped = &mut stop => return stopped,
        };
        let balancer = if self.options.balancer { Some(self.balance().await?) } else { None };
        self.say_ready();
        let stopped = tokio::select! {
            stopped = &mut stop => stopped,
            () = nodes.watch() => Ok(()),
        };
        println!("\nstopping");
        let ended = nodes.stop(self.settings.grace).await;
        if let Some(balancer) = balancer {
            balancer.stop().await;
        }
        stopped.and(ended)
    }

    /// Whether nodes log to files: one alone logs to this terminal, unless a balancer asks for a port of its own.
    fn to_files(&self) -> bool {
        self.options.nodes > 1 || self.options.balancer
    }

    async fn start(&self, stack: &Stack) -> anyhow::Result<Nodes> {
        let mut variables = stack.variables();
        variables.push(settings::profile());
        let plan = Plan { server: &self.server, folder: &self.settings.data_dir, variables };
        if !self.to_files() {
            return Nodes::start_here(&plan, self.addrs[0]).await;
        }
        // One node alone says the same by itself.
        eprint!("{}", self.settings.warnings);
        Nodes::start(&plan, &self.addrs).await
    }

    /// Starts nginx with the configuration we ship, on the port after the last node's.
    async fn balance(&self) -> anyhow::Result<Balancer> {
        let mut addr = self.addrs[self.addrs.len() - 1];
        addr.set_port(addr.port().checked_add(1).context("there is no port for the balancer")?);
        let shipped = Path::new("deploy/nginx/ajet-chat.conf");
        let folder = self.settings.data_dir.join("nginx");
        let balancer = Balancer::start(shipped, addr, &self.addrs, &folder).await?;
        println!("  {:<8} {:>7}  {:<28}", "nginx", "", format!("http://{addr}"));
        Ok(balancer)
    }

    fn say_ready(&self) {
        let seconds = self.started.elapsed().as_secs_f64();
        if self.to_files() {
            println!("\nReady after {seconds:.1} s. Ctrl-C stops everything.");
        } else {
            let url = self.settings.public_url(self.addrs[0]);
            println!("\nReady after {seconds:.1} s. Open {url}\nCtrl-C stops everything.");
        }
    }
}
