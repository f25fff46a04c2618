//! A socket with a deadline for writes: hyper waits for ever for a client that reads nothing of an answer. It also reports the
//! first byte of a head to `head`, and discards hyper's own answer to a head that can't be parsed.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::head::HeadPhase;

/// Bytes that a reader must take within its time; taking less does not count.
pub const ENOUGH: usize = 64 * 1024;

/// A socket with a deadline for what waits to be written.
pub struct Paced {
    stream: TcpStream,
    timeout: Duration,
    /// Runs while something waits for the reader.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since it began to run.
    taken: usize,
    head: HeadPhase,
    /// The status of hyper's own answer, which was kept back.
    refused: Option<u16>,
}

impl Paced {
    /// A socket that fails if its reader takes neither 64 KiB nor all that waits within `timeout`.
    #[must_use]
    pub fn new(stream: TcpStream, timeout: Duration, head: HeadPhase) -> Self {
        Self { stream, timeout, waiting: None, taken: 0, head, refused: None }
    }

    /// The status by which hyper refused a request, if it did.
    #[must_use]
    pub fn refused(&self) -> Option<u16> {
        self.refused
    }

    /// The socket itself.
    #[must_use]
    pub fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn wrote(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match poll {
            Poll::Ready(Ok(written)) => {
                self.head.wrote();
                self.taken += written;
                if self.taken >= ENOUGH {
                    self.waiting = None;
                    self.taken = 0;
                }
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let timeout = self.timeout;
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(timeout)));
                match waiting.as_mut().poll(context) {
                    Poll::Ready(()) => {
                        metrics::counter!("ajet_http_slow_readers_total").increment(1);
                        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                    }
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    /// Whether these bytes are hyper's own refusal of a request, which goes no further.
    fn keeps_back(&mut self, bytes: &[u8]) -> bool {
        if self.refused.is_none() && self.head.has_no_answer_pending() {
            self.refused = status_of(bytes);
        }
        self.refused.is_some()
    }

    /// Nothing waits any more: the next answer has its own time.
    fn flushed(&mut self) {
        if let Some(waiting) = &self.waiting
            && waiting.deadline() > Instant::now()
        {
            self.waiting = None;
            self.taken = 0;
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Some(bytes @ [_, ..]) = buffer.filled().get(before..) {
            self.head.received(bytes);
        }
        polled
    }
}

/// The status of an answer that begins so.
fn status_of(answer: &[u8]) -> Option<u16> {
    let (_, rest) = std::str::from_utf8(answer).ok()?.strip_prefix("HTTP/1.")?.split_once(' ')?;
    rest.get(..3)?.parse().ok()
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.keeps_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if first.is_some_and(|slice| self.keeps_back(slice)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes once it has written all it has.
        self.flushed();
        self.head.flushed();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.refused.is_some() {
            // The answer is still to come.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
