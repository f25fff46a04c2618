//! Requests to a node itself rather than to an entity on it: who serves them here.
//!
//! The parts of the server that serve them are given to [`Cluster::listen`](super::Cluster::listen), so the cluster depends on
//! none of them. It does not hold them besides: they hold the cluster, and would keep each other alive.

use futures::future::BoxFuture;

use super::{Reply, Request};

/// A part of the server that serves some of the requests which other nodes send to this one.
pub trait NodeRequests: Send + Sync {
    /// Serves a request; `None`, and nothing done, if it is for another part.
    fn serve<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Option<Reply>>;
}

/// Has the first part that knows a request serve it. A request that none of them knows is refused.
pub(super) async fn serve_by(parts: &[Box<dyn NodeRequests>], request: &Request) -> Reply {
    for part in parts {
        if let Some(reply) = part.serve(request).await {
            return reply;
        }
    }
    Reply::NotUnderstood
}
