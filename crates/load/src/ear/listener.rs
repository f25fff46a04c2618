//! The listener: connections that follow one another, and the count of their bytes.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::events::frames;
use parking_lot::Mutex;
use rustix::io::ioctl_fionread;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::decode::Decoder;
use crate::history::What;
use crate::listening::{Frame, OPENS_WITHIN, take_down};
use crate::workload::{AGAIN, Scene};

/// A stream without a byte for this long counts as dead: a node says every 15 s that it lives.
const SILENT: Duration = Duration::from_secs(20);

/// A listener, by its name in the history; its connections follow one another.
pub struct Ear {
    pub name: String,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    connection: Option<Arc<TcpStream>>,
    /// Bytes that were read, of all connections so far.
    read: u64,
}

/// Where an ear listens, and as whom.
pub struct Post {
    pub client: Client,
    /// The node that it asks first.
    pub node: usize,
}

impl Ear {
    /// One that does not listen yet.
    #[must_use]
    pub fn new(name: String) -> Arc<Self> {
        Arc::new(Self { name, line: Mutex::default() })
    }

    /// How many bytes have arrived so far, those included that the kernel holds.
    pub fn received(&self) -> u64 {
        let line = self.line.lock();
        let held = line.connection.as_ref().map_or(0, |connection| ioctl_fionread(connection).unwrap_or(0));
        line.read + held
    }

    /// Listens, coming back with the cursor wherever the stream ends, until told to go.
    pub async fn listen(self: Arc<Self>, scene: Arc<Scene>, post: Post, over: CancellationToken) {
        let Post { client, mut node } = post;
        let token = client.token().unwrap_or_default().to_owned();
        let mut cursor = None;
        while !over.is_cancelled() {
            let base = &scene.bases[node];
            let asking = tokio::time::timeout(OPENS_WITHIN, ask(base, &token, cursor.as_deref()));
            if let Ok(Ok(connection)) = asking.await {
                let connection = Arc::new(connection);
                self.line.lock().connection = Some(Arc::clone(&connection));
                let hearing = self.hear(&scene, &connection, node, &mut cursor);
                let gone = over.run_until_cancelled(hearing).await.is_none();
                self.line.lock().connection = None;
                if gone {
                    return;
                }
            }
            node = (node + 1) % scene.bases.len();
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Reads a stream to its end.
    async fn hear(&self, scene: &Scene, connection: &TcpStream, node: usize, cursor: &mut Option<String>) {
        let mut decoder = Decoder::new(self.line.lock().read);
        let mut bytes = vec![0; 16 * 1024];
        let mut opened = false;
        loop {
            match tokio::time::timeout(SILENT, connection.readable()).await {
                Ok(Ok(())) => {}
                _ => return,
            }
            let read = match self.take(connection, &mut bytes) {
                Ok(read @ 1..) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                _ => return,
            };
            decoder.feed(&bytes[..read]);
            if decoder.refused() {
                return;
            }
            if !opened && decoder.begun() {
                opened = true;
                scene.recorder.note(&self.name, What::Opened { node, resumed: cursor.is_some() });
            }
            for frame in decoder.frames() {
                let (name, data, at_byte) = (frame.name.as_str(), frame.data.as_str(), Some(frame.at_byte));
                take_down(&scene.recorder, &self.name, Frame { name, data, at_byte });
                if !frame.id.is_empty() {
                    *cursor = Some(frame.id);
                } else if frame.name == frames::RESYNC {
                    *cursor = None;
                    return;
                }
            }
        }
    }

    /// Reads and counts in one step, so that [`Ear::received`] counts no byte twice and misses none.
    fn take(&self, connection: &TcpStream, bytes: &mut [u8]) -> std::io::Result<usize> {
        let mut line = self.line.lock();
        let read = connection.try_read(bytes)?;
        line.read += read as u64;
        Ok(read)
    }
}

async fn ask(base: &str, token: &str, cursor: Option<&str>) -> std::io::Result<TcpStream> {
    let mut connection = TcpStream::connect(base.trim_start_matches("http://")).await?;
    let mut head = format!("GET /api/events HTTP/1.1\r\nhost: node\r\nauthorization: Bearer {token}\r\n");
    if let Some(cursor) = cursor {
        head.push_str(&format!("last-event-id: {cursor}\r\n"));
    }
    head.push_str("\r\n");
    connection.write_all(head.as_bytes()).await?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn what_the_kernel_holds_has_arrived() {
        let server = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let addr = server.local_addr().expect("bound");
        let connection = Arc::new(TcpStream::connect(addr).await.expect("connected"));
        let (mut served, _) = server.accept().await.expect("a connection");
        let ear = Ear::new("r/0".into());
        ear.line.lock().connection = Some(Arc::clone(&connection));
        served.write_all(b"0123456789").await.expect("sent");
        connection.readable().await.expect("arrived");
        assert_eq!(ear.received(), 10, "nothing was read");
        let mut bytes = [0; 4];
        assert_eq!(ear.take(&connection, &mut bytes).expect("read"), 4);
        assert_eq!(ear.received(), 10, "a part was read");
    }
}
