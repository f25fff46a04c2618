//! Eras: the times between stops of this process. A connection ends with the era in which it was accepted, and what it has sent since is not
//! read. Its client gave up on it, may have asked another node for the same, and for something newer since: the old request, carried out
//! now, would replace that (invariant I7).

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use ajet_cluster::Guard;
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The time since the process started, or since it was stopped last. Clones share it.
#[derive(Debug, Clone)]
pub struct Era {
    guard: Arc<Guard>,
    stops: u64,
    told: CancellationToken,
}

impl Era {
    /// The first one.
    #[must_use]
    pub fn first(guard: Arc<Guard>) -> Self {
        Self { stops: guard.stops(), guard, told: CancellationToken::new() }
    }

    /// Whether the process was stopped since it began.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.guard.has_stopped_since(self.stops)
    }

    /// Resolves when it is over, within some 100 ms.
    pub async fn ended(&self) {
        self.guard.stopped_since(self.stops).await;
    }

    /// Ready where it is over by the time that this is polled. What else wakes its task is what matters: nothing goes on before this
    /// was asked. [`Era::told`] wakes those that nothing else does.
    pub async fn over(&self) {
        poll_fn(|_| if self.is_over() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Wakes its connections, because it is over or because the server stops.
    pub fn tell(&self) {
        self.told.cancel();
    }

    /// Resolves when its connections are woken.
    pub async fn told(&self) {
        self.told.cancelled().await;
    }

    /// The era after this one. Connections of this one end, and so do those that wait to be accepted: some waited while the process stood
    /// still, and nothing tells them from the others.
    pub async fn next(self, listener: &TcpListener) -> Self {
        self.tell();
        // Before the queue is emptied: what comes in during a stop after that is of this new era, and ends with it.
        let stops = self.guard.all_stops().await;
        // Asked of the system: the runtime may not have heard yet that somebody waits.
        while SockRef::from(listener).accept().is_ok() {}
        Self { guard: self.guard, stops, told: CancellationToken::new() }
    }
}
