//! The list of nodes: a JetStream bucket in which each node keeps an entry alive.

use std::time::Duration;

use ajet_cluster::{NodeId, Peer};
use ajet_protocol::subjects::NODES_BUCKET;
use async_nats::jetstream::kv::{self, Config, Operation, Store};
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};

use super::seal::{Sealed, Seals, Use};
use super::{Bus, BusError};

/// An entry that is not renewed expires: longer than an election among NATS servers takes.
const EXPIRY: Duration = Duration::from_secs(15);
/// Markers of expired entries stay long enough to be seen by everybody.
const MARKERS: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_secs(2);

/// A change of the list.
#[derive(Debug, Clone)]
pub enum Change {
    /// A node came, or renewed its entry; with the bucket's revision.
    Listed(Peer, u64),
    /// A node said good-bye.
    Left(NodeId),
    /// A node's entry expired.
    Expired(NodeId),
}

/// The bucket.
#[derive(Debug, Clone)]
pub struct Peers {
    bucket: Store,
    seals: Seals,
}

/// A node's entry as it stands in the bucket: what the node says of itself, as text, under its seal.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    member: String,
    seal: String,
}

impl Peers {
    /// Opens the bucket, made if it is not there.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn open(bus: &Bus) -> Result<Self, BusError> {
        let config = Config {
            bucket: NODES_BUCKET.into(),
            description: "the nodes of this cluster".into(),
            history: 1,
            num_replicas: bus.replicas(),
            max_age: EXPIRY,
            limit_markers: Some(MARKERS),
            ..Config::default()
        };
        let opened = within(bus.jetstream().create_or_update_key_value(config)).await?;
        Ok(Self { bucket: opened, seals: bus.seals().clone() })
    }

    /// Renews a node's entry; the bucket's revision.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn renew(&self, peer: &Peer) -> Result<u64, BusError> {
        let failed = |error: serde_json::Error| BusError::Away(error.to_string());
        let (key, text) = (peer.id.to_string(), serde_json::to_string(peer).map_err(failed)?);
        let seal = self.seals.seal(Use::Entry, &key, text.as_bytes());
        let value = serde_json::to_vec(&Entry { member: text, seal }).map_err(failed)?;
        within(self.bucket.put(key, value.into())).await
    }

    /// Removes a node's entry.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn leave(&self, node: NodeId) -> Result<(), BusError> {
        within(self.bucket.delete(node.to_string())).await
    }

    /// Everybody listed.
    ///
    /// # Errors
    /// [`BusError::Away`], and then nothing is known.
    pub async fn list(&self) -> Result<Vec<Peer>, BusError> {
        let mut keys = within(self.bucket.keys()).await?;
        let mut peers = Vec::new();
        while let Some(key) = within_once(keys.next()).await? {
            let key = key.map_err(|error| BusError::Away(error.to_string()))?;
            let value = within(self.bucket.get(key.clone())).await?;
            peers.extend(value.and_then(|value| opened(&self.seals, &key, &value)));
        }
        Ok(peers)
    }

    /// Changes from now on; ends when the connection does.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn watch(&self) -> Result<impl Stream<Item = Change> + Unpin + use<>, BusError> {
        let watch = within(self.bucket.watch_all()).await?;
        let changes = watch.take_while(|entry| std::future::ready(entry.is_ok()));
        let seals = self.seals.clone();
        Ok(changes.filter_map(move |entry| {
            std::future::ready(entry.ok().and_then(|entry| change_of(&seals, &entry)))
        }))
    }
}

/// The entry of a node of this cluster. What can't be read, or has no good seal, is from a version or a cluster that we don't
/// know: not one that we can talk to.
fn opened(seals: &Seals, key: &str, value: &[u8]) -> Option<Peer> {
    let entry: Entry = serde_json::from_slice(value).ok()?;
    let peer: Peer = serde_json::from_str(&entry.member).ok()?;
    let sealed = Sealed { subject: key, sender: peer.id, seal: &entry.seal, bytes: entry.member.as_bytes() };
    let good = peer.id.to_string() == key && seals.opens(Use::Entry, &sealed);
    if !good {
        seals.broken(Use::Entry);
    }
    good.then_some(peer)
}

fn change_of(seals: &Seals, entry: &kv::Entry) -> Option<Change> {
    Some(match entry.operation {
        Operation::Put => Change::Listed(opened(seals, &entry.key, &entry.value)?, entry.revision),
        Operation::Delete => Change::Left(entry.key.parse().ok()?),
        Operation::Purge => Change::Expired(entry.key.parse().ok()?),
    })
}

async fn within<T, E: std::fmt::Display>(
    answering: impl IntoFuture<Output = Result<T, E>>,
) -> Result<T, BusError> {
    within_once(answering.into_future()).await?.map_err(|error| BusError::Away(error.to_string()))
}

async fn within_once<T>(answering: impl Future<Output = T>) -> Result<T, BusError> {
    tokio::time::timeout(SHORT, answering).await.map_err(|_| BusError::Away("no answer".into()))
}
