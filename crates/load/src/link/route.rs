//! The link through two namespaces, with an address for each edge.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rustix::net::sockopt;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use super::Namespace;
use crate::edges::Dependency;

/// The network that RFC 2544 sets aside for tests like this one; each run takes a part of it.
const NETWORK: [u8; 2] = [198, 18];
/// The first address of an edge; each node has one for each of its dependencies.
const FIRST: usize = 128;
const EACH: usize = 3;
/// The address with which the link itself is checked.
const TRIAL: u8 = 254;
/// A connection over the link is made within this time, and not within the other where its packets are swallowed.
const REACHED_WITHIN: Duration = Duration::from_secs(2);
const SILENT_FOR: Duration = Duration::from_millis(200);
/// The keepalive that our server sets on PostgreSQL's sockets (`src/store/options.rs`), for the proxy that stands in
/// PostgreSQL's place on the link.
const IDLE: Duration = Duration::from_secs(5);
const INTERVAL: Duration = Duration::from_secs(2);
const PROBES: u32 = 3;

/// A link from this namespace through one to another.
#[derive(Debug)]
pub struct Link {
    /// The third number of its addresses.
    subnet: u8,
    middle: Namespace,
    far: Namespace,
}

impl Link {
    /// Makes the namespaces, connects them, and checks that packets pass, and vanish when they are to.
    ///
    /// # Errors
    /// Says what this machine lacks or does not allow.
    pub async fn lay() -> anyhow::Result<Self> {
        // Two runs at the same time have different numbers, most likely; otherwise the second fails to add its route.
        let subnet = u8::try_from(std::process::id() % 256)?;
        let link = Self { subnet, middle: Namespace::make()?, far: Namespace::make()? };
        link.connect().await?;
        link.check().await?;
        Ok(link)
    }

    fn address(&self, last: u8) -> Ipv4Addr {
        Ipv4Addr::new(NETWORK[0], NETWORK[1], self.subnet, last)
    }

    async fn connect(&self) -> anyhow::Result<()> {
        let (middle, far) = (Some(&self.middle), Some(&self.far));
        let device = format!("ajet{}", std::process::id());
        let (into_middle, into_far) = (self.middle.pid(), self.far.pid());
        let [home, entry, exit, end] = [1, 2, 5, 6].map(|last| self.address(last));
        let edges = format!("{}/25", self.address(128));
        let script = [
            (None, format!("link add {device} type veth peer name near netns {into_middle}")),
            (None, format!("addr add {home}/30 dev {device}")),
            (None, format!("link set {device} up")),
            (middle, format!("link add far type veth peer name near netns {into_far}")),
            (middle, format!("addr add {entry}/30 dev near")),
            (middle, "link set near up".to_owned()),
            (middle, format!("addr add {exit}/30 dev far")),
            (middle, "link set far up".to_owned()),
            (far, "link set lo up".to_owned()),
            (far, format!("addr add {end}/30 dev near")),
            (far, "link set near up".to_owned()),
            (far, format!("route add default via {exit}")),
            // All of these are addresses of the far namespace itself.
            (far, format!("route add local {edges} dev lo")),
            (middle, format!("route add {edges} via {end}")),
            (None, format!("route add {edges} via {entry}")),
        ];
        for (namespace, line) in script {
            ip(namespace, &line).await?;
        }
        let forwards = || std::fs::write("/proc/sys/net/ipv4/ip_forward", "1");
        self.middle.inside(forwards).context("forwarding in a namespace")
    }

    async fn check(&self) -> anyhow::Result<()> {
        let listener = self.bind(TRIAL)?;
        let addr = listener.local_addr()?;
        let reached = || tokio::time::timeout(REACHED_WITHIN, TcpStream::connect(addr));
        ensure!(matches!(reached().await, Ok(Ok(_))), "no connection can be made through the namespaces");
        self.rules("add", TRIAL).await?;
        let silent = tokio::time::timeout(SILENT_FOR, TcpStream::connect(addr)).await.is_err();
        self.rules("del", TRIAL).await?;
        ensure!(silent, "dropped packets are answered with an error");
        ensure!(matches!(reached().await, Ok(Ok(_))), "packets do not pass again after that");
        Ok(())
    }

    /// A listener at the far end, for the edge of a node to something it needs.
    ///
    /// # Errors
    /// When there are more nodes than addresses, or no port can be had.
    pub fn listen(&self, node: usize, dependency: Dependency) -> std::io::Result<TcpListener> {
        let listener = self.bind(place(node, dependency)?)?;
        if dependency == Dependency::Postgres {
            // Accepted sockets take these over from their listener.
            sockopt::set_tcp_keepidle(&listener, IDLE)?;
            sockopt::set_tcp_keepintvl(&listener, INTERVAL)?;
            sockopt::set_tcp_keepcnt(&listener, PROBES)?;
            sockopt::set_socket_keepalive(&listener, true)?;
        }
        Ok(listener)
    }

    fn bind(&self, last: u8) -> std::io::Result<TcpListener> {
        let addr = SocketAddr::from((self.address(last), 0));
        let listener = self.far.inside(move || std::net::TcpListener::bind(addr))?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    }

    /// Swallows all packets of an edge, in both directions.
    ///
    /// # Errors
    /// When the rules can't be made.
    pub async fn swallow(&self, node: usize, dependency: Dependency) -> anyhow::Result<()> {
        self.rules("add", place(node, dependency)?).await
    }

    /// Lets them pass again.
    ///
    /// # Errors
    /// When the rules can't be removed.
    pub async fn heal(&self, node: usize, dependency: Dependency) -> anyhow::Result<()> {
        self.rules("del", place(node, dependency)?).await
    }

    async fn rules(&self, verb: &str, last: u8) -> anyhow::Result<()> {
        let address = self.address(last);
        for direction in ["from", "to"] {
            ip(Some(&self.middle), &format!("rule {verb} pref 100 {direction} {address} blackhole")).await?;
        }
        Ok(())
    }
}

/// The last number of an edge's address.
pub(super) fn place(node: usize, dependency: Dependency) -> std::io::Result<u8> {
    let last = u8::try_from(FIRST + EACH * node + dependency as usize).ok().filter(|last| *last < TRIAL);
    last.ok_or_else(|| std::io::Error::other("there are no addresses for so many nodes"))
}

/// Runs `ip` with these words, in a namespace where one is given.
async fn ip(namespace: Option<&Namespace>, line: &str) -> anyhow::Result<()> {
    let mut command = match namespace {
        Some(namespace) => {
            let mut command = Command::new("nsenter");
            command.arg(format!("--net={}", namespace.file())).arg("ip");
            command
        }
        None => Command::new("ip"),
    };
    let output = command.args(line.split(' ')).output().await.context("ip (script/setup --netns)")?;
    if !output.status.success() {
        bail!("ip {line}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
