//! Killing an activation, to see that nothing is lost by it. Refused unless `chaos.enabled` is set on the node that it is on.

use ajet_protocol::UserId;

use super::{EntityRef, Ops, OpsError};
use crate::cluster::{Reply, Request};

/// How an activation is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillMode {
    /// Killed at its next await.
    Stop,
    /// By a panic in its own code.
    Panic,
}

impl Ops {
    /// Kills an activation wherever it lives.
    ///
    /// # Errors
    /// [`OpsError::NotEnabled`] without chaos, [`OpsError::NotThere`], when it is not active.
    pub async fn kill(&self, named: EntityRef, mode: KillMode) -> Result<(), OpsError> {
        if !self.allows_chaos() {
            return Err(OpsError::NotEnabled);
        }
        let owner = self.owner_of(named);
        let done = if owner == self.me() {
            self.kill_here(named, mode)
        } else {
            let kind = self.name_of(named.what).into();
            let request = Request::Kill(kind, named.id, mode == KillMode::Panic);
            matches!(self.order(owner, request).await?, Reply::Done(true))
        };
        if done { Ok(()) } else { Err(OpsError::NotThere) }
    }

    /// Kills an activation on this node; whether there was one.
    pub(super) fn kill_here(&self, named: EntityRef, mode: KillMode) -> bool {
        match self.host_of(named.what) {
            Some(host) => host.kill(named.id, mode == KillMode::Panic),
            None => self.0.parts.node.sessions.kill(UserId(named.id)),
        }
    }
}
