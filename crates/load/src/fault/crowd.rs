//! People who come in herds, or read nothing.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use futures::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::workload::{Scene, listen_and_go};

/// Streams that a herd opens, and sessions that a herd ends.
const COME_BACK: usize = 300;
const SIGN_OUT: usize = 40;
/// Streams that nobody reads.
const UNREAD: usize = 20;
/// So little fits into the kernel's buffer of one of these.
const RECEIVE_BUFFER: u32 = 4096;

/// People kept ready: members of the community and of all rooms.
pub struct Crowd {
    people: Vec<Client>,
    /// Where a stream stood when the run began.
    cursor: Option<String>,
    unread: Vec<TcpStream>,
    coming: Option<CancellationToken>,
    leaving: JoinSet<()>,
    /// How many herds signed out before.
    herds: usize,
}

impl Crowd {
    /// Takes people in, and notes where a stream stands now.
    pub async fn of(people: Vec<Client>) -> Self {
        let mut cursor = None;
        if let Some(one) = people.first()
            && let Ok(mut live) = one.live(None).await
        {
            let first = tokio::time::timeout(Duration::from_secs(5), live.next()).await;
            cursor = first.ok().flatten().map(|event| event.cursor).filter(|cursor| !cursor.is_empty());
        }
        Self { people, cursor, unread: Vec::new(), coming: None, leaving: JoinSet::new(), herds: 0 }
    }

    /// Opens streams that nobody reads.
    pub async fn read_nothing(&mut self, scene: &Scene) {
        for n in 0..UNREAD {
            let base = &scene.bases[n % scene.bases.len()];
            let token = self.people[n % self.people.len()].token().unwrap_or_default();
            // A node that is not there has nothing to send.
            if let Ok(stream) = open(base, token).await {
                self.unread.push(stream);
            }
        }
    }

    /// Closes them.
    pub fn go_away(&mut self) {
        self.unread.clear();
    }

    /// Opens many streams at once, all with an old cursor, and reads them.
    pub fn come_back(&mut self, scene: &Arc<Scene>) {
        let over = CancellationToken::new();
        for n in 0..COME_BACK {
            let client = self.people[n % self.people.len()].at(&scene.bases[n % scene.bases.len()]);
            let (cursor, over) = (self.cursor.clone(), over.clone());
            tokio::spawn(async move {
                let reading = async {
                    let mut live = client.live(cursor.as_deref()).await.ok()?;
                    while live.next().await.is_some() {}
                    Some(())
                };
                over.run_until_cancelled(reading).await;
            });
        }
        self.coming = Some(over);
    }

    /// Lets them go.
    pub fn leave(&mut self) {
        if let Some(coming) = self.coming.take() {
            coming.cancel();
        }
    }

    /// Many sign in again, listen, and sign out at once at other nodes.
    pub async fn sign_out(&mut self, scene: &Arc<Scene>) {
        let herd = self.herds;
        self.herds += 1;
        let signing_in = (0..SIGN_OUT).map(|n| async move {
            let nobody = Client::new(&scene.bases[n % scene.bases.len()]).ok()?;
            nobody.sign_in(&format!("crowd-{n}")).await.ok()
        });
        for (n, found) in join_all(signing_in).await.into_iter().enumerate() {
            let Some((client, _)) = found else { continue };
            let (name, node) = (format!("herd-{herd}-{n}"), n % scene.bases.len());
            self.leaving.spawn(listen_and_go(Arc::clone(scene), name, client, node, false));
        }
    }

    /// Waits until they have.
    pub async fn signed_out(&mut self) {
        while self.leaving.join_next().await.is_some() {}
    }
}

/// Asks for a stream, and leaves the answer where it is.
async fn open(base: &str, token: &str) -> std::io::Result<TcpStream> {
    let addr = base.trim_start_matches("http://").parse().map_err(std::io::Error::other)?;
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut stream = socket.connect(addr).await?;
    let ask = format!("GET /api/events HTTP/1.1\r\nhost: node\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await?;
    Ok(stream)
}
