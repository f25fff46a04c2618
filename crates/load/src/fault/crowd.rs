//! People who come in herds, or read nothing.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::PostMessage;
use futures::StreamExt;
use futures::future::join_all;
use futures::stream;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Findings;
use super::unread::ask;
use crate::workload::{ANSWER_TIMEOUT, Scene, listen_and_go};

/// Streams that a herd opens, and sessions that a herd ends.
const COME_BACK: usize = 300;
const SIGN_OUT: usize = 40;
/// Streams that are opened and never read.
const UNREAD: usize = 20;
/// What is said while they are open: about 8 KiB an event, text and HTML.
const SAID: usize = 400;
const LONG: usize = 4000;
const SPEAKERS: usize = 8;
/// All of it is said within this time: beside a node that stands still, that must not become minutes of standing still.
const SAID_WITHIN: Duration = Duration::from_secs(5);
/// How long a herd was away before it comes back.
const AWAY: Duration = Duration::from_secs(1);
/// A stream that its node gave up ends within this time, once somebody reads what the kernel has of it.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
/// So little fits into the kernel's buffer of one of these.
const RECEIVE_BUFFER: u32 = 4096;

/// People kept ready: members of the community and of all rooms.
pub struct Crowd {
    people: Vec<Client>,
    unread: Vec<TcpStream>,
    coming: Option<CancellationToken>,
    leaving: JoinSet<()>,
    /// How many herds signed out before.
    herds: usize,
}

impl Crowd {
    /// Takes people in.
    pub fn of(people: Vec<Client>) -> Self {
        Self { people, unread: Vec::new(), coming: None, leaving: JoinSet::new(), herds: 0 }
    }

    /// Opens streams without reading them, and posts more than fits into the kernel's buffers.
    pub async fn read_nothing(&mut self, scene: &Scene) {
        for n in 0..UNREAD {
            let base = &scene.bases[n % scene.bases.len()];
            let token = self.people[n % self.people.len()].token().unwrap_or_default();
            // A node that is not there has nothing to send.
            if let Ok(connection) = ask(base, "/api/events", token, Some(RECEIVE_BUFFER)).await {
                self.unread.push(connection);
            }
        }
        let body = "much ".repeat(LONG / 5);
        let posting = (0..SAID).map(|n| {
            let client = self.people[n % self.people.len()].at(&scene.bases[n % scene.bases.len()]);
            let room = scene.rooms[n % scene.rooms.len()].id;
            let request = PostMessage { body_md: body.as_str().into(), ..PostMessage::default() };
            async move { drop(tokio::time::timeout(ANSWER_TIMEOUT, client.post(room, &request)).await) }
        });
        let saying = stream::iter(posting).buffer_unordered(SPEAKERS).collect::<()>();
        // Whether it was enough shows in the streams.
        let _ = tokio::time::timeout(SAID_WITHIN, saying).await;
    }

    /// Reads what is left in them and closes them; their node must have ended them for all that was unread (I12).
    pub async fn go_away(&mut self, findings: &mut Findings) {
        let ended = self.unread.drain(..).map(|mut connection| async move {
            let mut rest = tokio::io::sink();
            tokio::time::timeout(ENDS_WITHIN, tokio::io::copy(&mut connection, &mut rest)).await.is_ok()
        });
        let endless = join_all(ended).await.into_iter().filter(|ended| !ended).count();
        if endless > 0 {
            findings.problem("I12", format!("{endless} unread streams went on"));
        }
    }

    /// Opens many streams at once, all with a cursor of a moment ago, and reads them.
    pub async fn come_back(&mut self, scene: &Arc<Scene>) {
        let over = CancellationToken::new();
        let before = self.cursor().await;
        tokio::time::sleep(AWAY).await;
        for n in 0..COME_BACK {
            let client = self.people[n % self.people.len()].at(&scene.bases[n % scene.bases.len()]);
            let (cursor, over) = (before.clone(), over.clone());
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

    /// Where a stream stands now, if one can be had.
    async fn cursor(&self) -> Option<String> {
        let opening = async {
            let mut live = self.people.first()?.live(None).await.ok()?;
            live.next().await.map(|event| event.cursor).filter(|cursor| !cursor.is_empty())
        };
        tokio::time::timeout(Duration::from_secs(2), opening).await.ok().flatten()
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
