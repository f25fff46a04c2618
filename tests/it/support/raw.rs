//! HTTP by hand: what no well-behaved client sends, and what it is told.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::DEADLINE;

/// So little fits into the kernel's buffer of a reader that does not read.
const RECEIVE_BUFFER: u32 = 4096;

/// An answer's head and as much of its body as was asked for.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A connection.
pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn to(addr: SocketAddr) -> Self {
        Self(TcpStream::connect(addr).await.expect("connects"))
    }

    /// One that soon has no room for more.
    pub async fn narrow(addr: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(RECEIVE_BUFFER).expect("is set");
        Self(socket.connect(addr).await.expect("connects"))
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("writes");
    }

    /// The next answer, by its content-length.
    pub async fn answer(&mut self) -> Answer {
        tokio::time::timeout(DEADLINE, self.read_answer()).await.expect("an answer in time")
    }

    async fn read_answer(&mut self) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("an answer's head"));
        }
        let head = String::from_utf8(head).expect("text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.expect("an answer's body");
        answer.body = String::from_utf8_lossy(&body).into_owned();
        answer
    }

    /// Reads until something was said; all that was said.
    pub async fn read_until(&mut self, wanted: &str) -> String {
        let (mut said, mut bytes) = (Vec::new(), vec![0; 64 * 1024]);
        let mut looked_at = 0;
        // Only what is new, and what may have begun before it: megabytes are not searched again for each packet.
        while !String::from_utf8_lossy(&said[looked_at..]).contains(wanted) {
            looked_at = said.len().saturating_sub(wanted.len());
            let reading = tokio::time::timeout(DEADLINE, self.0.read(&mut bytes));
            let read = reading.await.expect("in time").expect("reads");
            assert!(read > 0, "it ended before {wanted:?}, after {} bytes", said.len());
            said.extend_from_slice(&bytes[..read]);
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Everything up to the end.
    pub async fn rest(&mut self) -> String {
        let mut said = Vec::new();
        let reading = tokio::time::timeout(DEADLINE, self.0.read_to_end(&mut said));
        reading.await.expect("an end in time").expect("reads");
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Whether the other side closes within a while; whatever comes before is thrown away.
    pub async fn is_closed_within(&mut self, within: Duration) -> bool {
        let mut bytes = vec![0; 64 * 1024];
        let reading = async { while self.0.read(&mut bytes).await.is_ok_and(|read| read > 0) {} };
        tokio::time::timeout(within, reading).await.is_ok()
    }
}
