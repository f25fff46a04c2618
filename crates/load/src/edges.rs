//! The ways of one node to what it needs, each over a proxy of its own so that each can be broken alone.

use ajet_devstack::Stack;

use crate::link::Link;
use crate::proxy::{Edge, Proxy};

/// What a node needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    Postgres,
    Nats,
    Objects,
}

/// The edges of a node.
pub struct Edges {
    database: Proxy,
    /// One for each server.
    nats: Vec<Proxy>,
    objects: Proxy,
}

impl Edges {
    /// Proxies to everything in the stack, beyond the link where there is one.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open(stack: &Stack, link: Option<&Link>, node: usize) -> std::io::Result<Self> {
        let nats = stack.nats.ports().map(|port| proxy(link, node, Dependency::Nats, port));
        Ok(Self {
            nats: futures::future::try_join_all(nats).await?,
            database: proxy(link, node, Dependency::Postgres, stack.postgres.port()).await?,
            objects: proxy(link, node, Dependency::Objects, stack.objects.port()).await?,
        })
    }

    /// Changes a way.
    pub fn set(&self, dependency: Dependency, edge: Edge) {
        match dependency {
            Dependency::Postgres => self.database.set(edge),
            Dependency::Nats => self.nats.iter().for_each(|proxy| proxy.set(edge)),
            Dependency::Objects => self.objects.set(edge),
        }
    }

    /// What the node must be told to go these ways, as environment variables.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, String); 4] {
        let nats: Vec<_> = self.nats.iter().map(|proxy| format!("nats://{}", proxy.addr())).collect();
        let database = self.database.addr();
        [
            ("AJET_DB_HOST", database.ip().to_string()),
            ("AJET_DB_PORT", database.port().to_string()),
            ("AJET_NATS_URL", nats.join(",")),
            ("AJET_OBJECTS_ENDPOINT", format!("http://{}", self.objects.addr())),
        ]
    }
}

async fn proxy(
    link: Option<&Link>,
    node: usize,
    dependency: Dependency,
    port: u16,
) -> std::io::Result<Proxy> {
    match link {
        Some(link) => Proxy::on(link.listen(node, dependency)?, port),
        None => Proxy::to(port).await,
    }
}
