//! What every handler may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ajet_cluster::Guard;
use ajet_protocol::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;

use super::api::health::Probe;
use super::settings::Settings;
use crate::actors::Node;
use crate::blobs::Blobs;
use crate::bus::Bus;
use crate::cluster::Cluster;
use crate::ops::Ops;
use crate::sessions::{Revocation, Tokens};
use crate::store::Store;
use crate::usecases::Context;

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an application is made of.
pub struct Parts {
    pub settings: Settings,
    /// What use cases work with.
    pub context: Context,
    pub node: Node,
    pub cluster: Cluster,
    pub ops: Ops,
    pub tokens: Tokens,
    /// Nothing is emitted unless ended sessions were scanned for recently.
    pub revocation: Revocation,
    pub store: Store,
    pub bus: Bus,
    pub blobs: Blobs,
    /// Nothing is emitted while the node is not entitled to.
    pub guard: Arc<Guard>,
    pub metrics: PrometheusHandle,
    pub probe: Probe,
    /// The node is on its way out: not ready for new work.
    pub draining: AtomicBool,
}

impl App {
    /// Puts an application together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// This moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        crate::clock::now()
    }

    /// Stops being ready.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
