//! A reader that costs the generator little: the stream's bytes are scanned for the times that senders wrote into their
//! messages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::report::Spread;

const MARK: &[u8] = b"\"body_md\":\"at ";
const DIGITS: usize = 16;

/// What readers have received between them.
#[derive(Default)]
pub struct Received {
    pub messages: AtomicU64,
    /// From a message's sending to its arrival at a reader.
    pub delays: Mutex<Spread>,
}

impl Received {
    /// Waits until so many messages have arrived.
    ///
    /// # Errors
    /// When they don't come in time.
    pub async fn reached(&self, messages: u64, within: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + within;
        while self.messages.load(Ordering::Relaxed) < messages {
            let have = self.messages.load(Ordering::Relaxed);
            anyhow::ensure!(Instant::now() < deadline, "{have} of {messages} deliveries in time");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

/// Microseconds since the epoch.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// A text of a usual length that carries the time of its sending.
pub fn stamped() -> String {
    format!("at {:0DIGITS$} {}", now_us(), "x".repeat(120 - DIGITS - 4))
}

/// Opens a stream and reads it until the task is aborted; returns when its first frame is there.
///
/// # Errors
/// When it can't be opened.
pub async fn open(addr: SocketAddr, token: &str, received: Arc<Received>) -> anyhow::Result<JoinHandle<()>> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let request = format!("GET /api/events HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = vec![0; 4 * 1024];
    let mut head = Vec::new();
    while !contains(&head, b"event: ready") {
        let read = stream.read(&mut bytes).await?;
        anyhow::ensure!(read > 0, "the stream ended at once: {}", String::from_utf8_lossy(&head));
        head.extend_from_slice(&bytes[..read]);
    }
    Ok(tokio::spawn(async move {
        let mut rest = Vec::new();
        while let Ok(read @ 1..) = stream.read(&mut bytes).await {
            rest.extend_from_slice(&bytes[..read]);
            scan(&mut rest, &received);
        }
    }))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Counts the messages in what was read, and keeps what may be the beginning of another.
fn scan(bytes: &mut Vec<u8>, received: &Received) {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], MARK).map(|at| from + at + MARK.len()) {
        let Some(digits) = bytes.get(at..at + DIGITS) else { break };
        if let Some(sent) = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok()) {
            received.messages.fetch_add(1, Ordering::Relaxed);
            received.delays.lock().add(now_us().saturating_sub(sent));
        }
        from = at + DIGITS;
    }
    let keep = from.max(bytes.len().saturating_sub(MARK.len() + DIGITS));
    bytes.drain(..keep.min(bytes.len()));
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first).map(|at| from + at) {
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
