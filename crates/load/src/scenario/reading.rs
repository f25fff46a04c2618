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

/// A stream whose first frame is there.
pub struct Opened {
    /// Where it stands: a client may come back with this.
    pub cursor: String,
    connection: TcpStream,
    /// What came behind the first frame.
    rest: Vec<u8>,
}

/// Opens a stream, from a cursor on where there is one; returns when its first frame is there.
///
/// # Errors
/// When it can't be opened.
pub async fn connect(addr: SocketAddr, token: &str, cursor: Option<&str>) -> anyhow::Result<Opened> {
    let mut connection = TcpStream::connect(addr).await?;
    connection.set_nodelay(true)?;
    connection.write_all(request("/api/events", token, cursor).as_bytes()).await?;
    let mut bytes = vec![0; 4 * 1024];
    let mut head = Vec::new();
    loop {
        let read = connection.read(&mut bytes).await?;
        anyhow::ensure!(read > 0, "the stream ended at once: {}", String::from_utf8_lossy(&head));
        head.extend_from_slice(&bytes[..read]);
        anyhow::ensure!(!is_refusal(&head), "no stream: {}", String::from_utf8_lossy(&head));
        let Some(ready) = find(&head, READY) else { continue };
        let Some(end) = find(&head[ready..], b"\n\n").map(|at| ready + at + 2) else { continue };
        let rest = head.split_off(end);
        return Ok(Opened { cursor: cursor_in(&head), connection, rest });
    }
}

const READY: &[u8] = b"event: ready";
const GRANTED: &[u8] = b"HTTP/1.1 200";

/// Whether what has come of an answer says already that it is none with a stream.
fn is_refusal(head: &[u8]) -> bool {
    head.len() >= GRANTED.len() && !head.starts_with(GRANTED)
}

/// What asks for something, as somebody; for a stream, from a cursor on.
pub fn request(path: &str, token: &str, cursor: Option<&str>) -> String {
    let cursor = cursor.map_or(String::new(), |cursor| format!("last-event-id: {cursor}\r\n"));
    format!("GET {path} HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n{cursor}\r\n")
}

/// The `id:` of a stream's first frame; empty where it has none.
fn cursor_in(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default().to_owned()
}

impl Opened {
    /// Reads it until the task is aborted. What was read is put behind what `take` left of it the last time.
    pub fn read(mut self, mut take: impl FnMut(&mut Vec<u8>) + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut bytes = vec![0; 4 * 1024];
            take(&mut self.rest);
            while let Ok(read @ 1..) = self.connection.read(&mut bytes).await {
                self.rest.extend_from_slice(&bytes[..read]);
                take(&mut self.rest);
            }
        })
    }
}

/// Opens a stream and counts its messages until the task is aborted; returns when its first frame is there.
///
/// # Errors
/// When it can't be opened.
pub async fn open(addr: SocketAddr, token: &str, received: Arc<Received>) -> anyhow::Result<JoinHandle<()>> {
    let opened = connect(addr, token, None).await?;
    Ok(opened.read(move |bytes| {
        scan(bytes, |sent_us| {
            received.messages.fetch_add(1, Ordering::Relaxed);
            received.delays.lock().add(now_us().saturating_sub(sent_us));
        });
    }))
}

/// Finds the messages in what was read, gives the time of each one's sending, and keeps what may be the beginning of another.
pub fn scan(bytes: &mut Vec<u8>, mut message: impl FnMut(u64)) {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], MARK).map(|at| from + at + MARK.len()) {
        let Some(digits) = bytes.get(at..at + DIGITS) else { break };
        if let Some(sent) = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok()) {
            message(sent);
        }
        from = at + DIGITS;
    }
    let keep = from.max(bytes.len().saturating_sub(MARK.len() + DIGITS));
    bytes.drain(..keep.min(bytes.len()));
}

/// Where something begins in bytes.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
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
