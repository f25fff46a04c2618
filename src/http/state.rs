//! What every handler may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ajet_cluster::Guard;
use ajet_protocol::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;

use crate::actors::Node;
use crate::auth::Auth;
use crate::blobs::Blobs;
use crate::bus::Bus;
use crate::cluster::{Cluster, Looks};
use crate::store::Store;

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an application is made of.
pub struct Parts {
    pub node: Node,
    pub cluster: Cluster,
    pub store: Store,
    pub bus: Bus,
    pub blobs: Blobs,
    pub auth: Auth,
    /// Nothing is emitted while the node is not entitled to.
    pub guard: Arc<Guard>,
    /// Nothing is emitted unless the sessions were looked at just now.
    pub looks: Arc<Looks>,
    /// What operators must show.
    pub ops_token: Option<SecretString>,
    pub metrics: PrometheusHandle,
    /// The address people use, without a trailing slash.
    pub public_url: String,
    pub node_name: String,
    /// Whether people may sign in by name alone.
    pub dev_sign_in: bool,
    pub webhooks: bool,
    pub heartbeat: Duration,
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
        crate::actors::now()
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
