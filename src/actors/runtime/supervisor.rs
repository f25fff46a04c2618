//! The one supervisor of this node's actors: a child that ends or crashes stops no other actor, and its host is told.

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SpawnErr, SupervisionEvent};

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It stopped, or was killed.
    Stopped,
    /// It panicked or failed.
    Crashed,
}

struct Supervisor<F>(F);

/// Starts a supervisor that tells `ended` of every child's end.
///
/// # Errors
/// When it can't be spawned.
pub async fn supervise<F>(ended: F) -> Result<ActorRef<()>, SpawnErr>
where
    F: Fn(ActorId, End) + Send + Sync + 'static,
{
    Actor::spawn(None, Supervisor(ended), ()).await.map(|(supervisor, _)| supervisor)
}

impl<F: Fn(ActorId, End) + Send + Sync + 'static> Actor for Supervisor<F> {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<()>,
        event: SupervisionEvent,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorTerminated(cell, ..) => (self.0)(cell.get_id(), End::Stopped),
            SupervisionEvent::ActorFailed(cell, _) => (self.0)(cell.get_id(), End::Crashed),
            _ => {}
        }
        Ok(())
    }
}
