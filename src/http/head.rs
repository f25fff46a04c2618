//! The state of a connection between two requests, and the timer for it.
//!
//! hyper has one timeout for idle time and for reading a head, and asks its timer anew for each head. This timer starts with the
//! idle timeout and switches to the shorter head timeout at the head's first byte. Bytes that hyper has read ahead, while it
//! answered the request before, do not count: such a head has the idle timeout.
//!
//! hyper writes its own answer to a head that it can't parse, without the headers that all our answers have. While a head is
//! awaited and all earlier answers are flushed it writes nothing else, so `paced` discards what it writes then and `refusal`
//! sends a problem document instead. A bad head directly behind another request still gets hyper's own answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Timer;
use hyper_util::rt::TokioTimer;
use parking_lot::Mutex;
use tokio::time::{Instant, Sleep, sleep};

/// The phase of a connection, shared by its socket, its timer and its service.
#[derive(Debug, Clone, Default)]
pub struct HeadPhase(Arc<Mutex<Phase>>);

#[derive(Debug)]
struct Phase {
    /// Whether a head is awaited; else there is a request, which is being answered.
    awaited: bool,
    /// When the first byte of the awaited head came.
    begun: Option<Instant>,
    /// Whether bytes of the last request's answer are with the kernel.
    is_answered: bool,
    /// Whether bytes were written that are not flushed yet.
    is_dirty: bool,
}

impl Default for Phase {
    fn default() -> Self {
        Phase { awaited: true, begun: None, is_answered: true, is_dirty: false }
    }
}

impl HeadPhase {
    /// The wait for a head begins.
    fn expect_next(&self) {
        let mut phase = self.0.lock();
        if !phase.awaited {
            phase.awaited = true;
            phase.begun = None;
        }
    }

    /// The head is complete.
    pub fn complete(&self) {
        let mut phase = self.0.lock();
        (phase.awaited, phase.is_answered) = (false, false);
    }

    /// Bytes came. Line ends before a request belong to none (RFC 9112, section 2.2).
    pub fn received(&self, bytes: &[u8]) {
        let mut phase = self.0.lock();
        let is_new = phase.awaited && phase.begun.is_none();
        if is_new && !bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            phase.begun = Some(Instant::now());
        }
    }

    /// hyper has written something.
    pub fn wrote(&self) {
        self.0.lock().is_dirty = true;
    }

    /// hyper flushes: it has written all that it had.
    pub fn flushed(&self) {
        let mut phase = self.0.lock();
        phase.is_answered |= std::mem::take(&mut phase.is_dirty);
    }

    /// Whether all our answers are out, so that what hyper writes now is its own.
    pub fn has_no_answer_pending(&self) -> bool {
        let phase = self.0.lock();
        phase.awaited && phase.is_answered && !phase.is_dirty
    }

    /// Whether a part of a head came, and may be answered.
    pub fn is_partial(&self) -> bool {
        self.has_no_answer_pending() && self.begun().is_some()
    }

    fn begun(&self) -> Option<Instant> {
        let phase = self.0.lock();
        phase.begun.filter(|_| phase.awaited)
    }
}

/// hyper's timer for one connection. hyper uses it for nothing but the wait for a head.
#[derive(Debug)]
pub struct HeadTimer {
    head: HeadPhase,
    idle: Duration,
    arrival: Duration,
}

impl HeadTimer {
    /// A timer that waits for `idle` without a head, and for `arrival` from its first byte to its last.
    pub fn new(head: HeadPhase, idle: Duration, arrival: Duration) -> Self {
        Self { head, idle, arrival }
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn hyper::rt::Sleep>> {
        TokioTimer::new().sleep(duration)
    }

    /// The wait for a head, whatever the deadline that hyper reckons with.
    fn sleep_until(&self, _: std::time::Instant) -> Pin<Box<dyn hyper::rt::Sleep>> {
        self.head.expect_next();
        let sleep = Box::pin(sleep(self.idle));
        Box::pin(Wait { head: self.head.clone(), arrival: self.arrival, begun: false, sleep })
    }
}

/// Ends when a head is late. hyper asks it again whenever bytes came that complete no head.
struct Wait {
    head: HeadPhase,
    arrival: Duration,
    /// Whether it counts from the head's first byte already.
    begun: bool,
    sleep: Pin<Box<Sleep>>,
}

impl hyper::rt::Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let wait = self.get_mut();
        if !wait.begun
            && let Some(at) = wait.head.begun()
        {
            wait.begun = true;
            wait.sleep.as_mut().reset(at + wait.arrival);
        }
        wait.sleep.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_begins_with_its_first_byte_that_is_no_line_end() {
        let head = HeadPhase::default();
        head.received(b"");
        head.received(b"\r\n");
        assert!(!head.is_partial() && head.has_no_answer_pending());
        head.received(b"\r\nG");
        assert!(head.is_partial());
        let begun = head.begun();
        head.received(b"ET");
        assert_eq!(head.begun(), begun, "what comes later does not count anew");
    }

    #[test]
    fn an_answer_is_out_once_it_is_written_and_flushed() {
        for expected_first in [false, true] {
            let head = HeadPhase::default();
            head.complete();
            head.flushed();
            head.received(b"the rest of a body");
            assert!(!head.has_no_answer_pending() && !head.is_partial());
            if expected_first {
                head.expect_next();
                head.flushed();
                assert!(!head.has_no_answer_pending(), "the answer is with hyper");
            }
            head.wrote();
            assert!(!head.has_no_answer_pending());
            head.flushed();
            head.expect_next();
            assert!(head.has_no_answer_pending() && !head.is_partial());
            head.received(b"GET");
            assert!(head.is_partial());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_long_without_a_head_and_short_once_it_has_begun() {
        let head = HeadPhase::default();
        let timer = HeadTimer::new(head.clone(), Duration::from_secs(75), Duration::from_secs(10));
        let begun = Instant::now();
        timer.sleep_until(std::time::Instant::now()).await;
        assert_eq!(begun.elapsed().as_secs(), 75);
        let mut wait = timer.sleep_until(std::time::Instant::now());
        assert!(tokio::time::timeout(Duration::from_secs(60), &mut wait).await.is_err());
        head.received(b"G");
        let begun = Instant::now();
        wait.await;
        assert_eq!(begun.elapsed().as_secs(), 10);
    }
}
