//! What other nodes ask of this one for their operators. The asking node has checked who the operator is; whether chaos is on
//! is checked here again.

use ajet_protocol::ops::{EntityReport, NodeLoad};
use futures::future::BoxFuture;
use serde::Serialize;
use uuid::Uuid;

use super::{KillMode, Ops, OpsError};
use crate::cluster::{NodeRequests, Reply, Request};

impl NodeRequests for Ops {
    fn serve<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Option<Reply>> {
        Box::pin(async move {
            Some(match request {
                Request::Describe => encoded::<NodeLoad>(&self.load()),
                Request::Inspect(kind, id) => self.serve_inspect(kind, *id).await,
                Request::Kill(kind, id, true) => self.serve_kill(kind, *id, KillMode::Panic),
                Request::Kill(kind, id, false) => self.serve_kill(kind, *id, KillMode::Stop),
                Request::Drain => {
                    self.drain_here();
                    Reply::Done(true)
                }
                _ => return None,
            })
        })
    }
}

impl Ops {
    async fn serve_inspect(&self, kind: &str, id: Uuid) -> Reply {
        let Some(named) = self.entity(kind, id) else { return Reply::Done(false) };
        match self.inspect_here(named).await {
            Ok(found) => encoded::<EntityReport>(&found),
            Err(OpsError::NotThere) => Reply::Done(false),
            Err(_) => Reply::NotUnderstood,
        }
    }

    fn serve_kill(&self, kind: &str, id: Uuid, mode: KillMode) -> Reply {
        match self.entity(kind, id) {
            Some(named) if self.allows_chaos() => Reply::Done(self.kill_here(named, mode)),
            _ => Reply::NotUnderstood,
        }
    }
}

fn encoded<T: Serialize>(report: &T) -> Reply {
    serde_json::to_string(report).map_or(Reply::NotUnderstood, Reply::Report)
}
