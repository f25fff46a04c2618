//! The list of nodes: a JetStream bucket in which each node keeps an entry alive.

use std::time::Duration;

use ajet_cluster::{Member, NodeId};
use ajet_protocol::subjects::NODES_BUCKET;
use async_nats::jetstream::kv::{Config, Entry, Operation, Store};
use futures::{Stream, StreamExt};

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
    Listed(Member, u64),
    /// A node said good-bye.
    Left(NodeId),
    /// A node's entry expired.
    Expired(NodeId),
}

/// The bucket.
#[derive(Debug, Clone)]
pub struct Members(Store);

impl Members {
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
        Ok(Self(opened))
    }

    /// Renews a node's entry; the bucket's revision.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn renew(&self, member: &Member) -> Result<u64, BusError> {
        let value = serde_json::to_vec(member).map_err(|error| BusError::Away(error.to_string()))?;
        within(self.0.put(member.id.to_string(), value.into())).await
    }

    /// Removes a node's entry.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn leave(&self, node: NodeId) -> Result<(), BusError> {
        within(self.0.delete(node.to_string())).await
    }

    /// Everybody listed.
    ///
    /// # Errors
    /// [`BusError::Away`], and then nothing is known.
    pub async fn list(&self) -> Result<Vec<Member>, BusError> {
        let mut keys = within(self.0.keys()).await?;
        let mut members = Vec::new();
        while let Some(key) = within_once(keys.next()).await? {
            let key = key.map_err(|error| BusError::Away(error.to_string()))?;
            let value = within(self.0.get(key)).await?;
            // What can't be read is from a version we don't know: not one we can talk to.
            members.extend(value.and_then(|value| serde_json::from_slice::<Member>(&value).ok()));
        }
        Ok(members)
    }

    /// Changes from now on; ends when the connection does.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn watch(&self) -> Result<impl Stream<Item = Change> + Unpin + use<>, BusError> {
        let watch = within(self.0.watch_all()).await?;
        let changes = watch.take_while(|entry| std::future::ready(entry.is_ok()));
        Ok(changes.filter_map(|entry| std::future::ready(entry.ok().and_then(change_of))))
    }
}

fn change_of(entry: Entry) -> Option<Change> {
    Some(match entry.operation {
        Operation::Put => Change::Listed(serde_json::from_slice(&entry.value).ok()?, entry.revision),
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
