//! Eras: the times between stops of this process. An era ends when the process was stopped for 1.5 s or longer and goes on
//! ([`ajet_cluster::guard`]); connections on which requests are read end with it, unread. Their clients gave up on what they had sent, and may
//! have asked another node for the same, and for something newer since: the old request, carried out late, would replace that (invariant I7).
//! Live streams go on: nothing is read from them. So does the little that is done to its end once it has begun (`usecases::to_its_end`).

use std::future::poll_fn;
use std::io::ErrorKind;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ajet_cluster::Guard;
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the queue of the listener is left alone where the system can't hand out a connection, for want of file handles most likely.
const RETRY: Duration = Duration::from_millis(10);

/// The time since the process started, or since it was stopped last. Clones share it.
#[derive(Debug, Clone)]
pub struct Era {
    guard: Arc<Guard>,
    stops: u64,
    woken: CancellationToken,
}

impl Era {
    /// The first one.
    #[must_use]
    pub fn first(guard: Arc<Guard>) -> Self {
        Self { stops: guard.stops(), guard, woken: CancellationToken::new() }
    }

    /// Resolves when it is over, within some 100 ms.
    pub async fn ended(&self) {
        self.guard.stopped_since(self.stops).await;
    }

    /// Ready if it is over at the time of the poll. It wakes no task: it is asked before anything else that a task was woken for, and
    /// [`Era::woken`] wakes the rest.
    pub async fn over(&self) {
        let is_over = || self.guard.has_stopped_since(self.stops);
        poll_fn(|_| if is_over() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Wakes the tasks of its connections: it is over, or the server stops.
    pub fn wake(&self) {
        self.woken.cancel();
    }

    /// Resolves when its connections are woken.
    pub async fn woken(&self) {
        self.woken.cancelled().await;
    }

    /// The era after this one, which is over. Connections that wait to be accepted are closed: some have waited since before the stop, and
    /// nothing tells them from the others.
    pub async fn next(self, listener: &TcpListener) -> Self {
        // Before the queue is emptied: what comes in during a stop after that belongs to the new era, and ends with it.
        let stops = self.guard.all_stops().await;
        // Asked of the system: the runtime may not have heard yet that connections wait.
        while let Err(error) = empty(listener) {
            tracing::warn!(%error, "can't close the connections that waited while this process was stopped");
            tokio::time::sleep(RETRY).await;
        }
        // Last, so that a client whose connection is closed now finds an empty queue when it connects again.
        self.wake();
        Self { guard: self.guard, stops, woken: CancellationToken::new() }
    }
}

/// Closes all that waits to be accepted.
fn empty(listener: &TcpListener) -> std::io::Result<()> {
    loop {
        match SockRef::from(listener).accept() {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            Err(error) => return Err(error),
        }
    }
}
