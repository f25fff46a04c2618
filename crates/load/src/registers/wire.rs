//! The wire: a channel whose messages an outgoing webhook tells a program of, which is this one. The owner speaks there.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Channel, CreateOutgoingWebhook, EventType};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use uuid::Uuid;

use super::Town;
use super::work::Work;
use crate::check::undelivered;
use crate::history::What;
use crate::workload::Scene;

/// What a node that died had under way is sent by another after a minute, and after a while on top.
const DELIVERED_WITHIN: Duration = Duration::from_secs(90);
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Bytes of a request at most.
const LARGEST: u64 = 64 * 1024;

/// What was told: under which id, and of which message.
type Told = Arc<Mutex<Vec<(String, Uuid)>>>;

/// A channel that a program is told of.
pub struct Wire {
    pub channel: Channel,
    told: Told,
}

impl Wire {
    /// Has a program told of a channel.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn strung(owner: &Client, channel: Channel) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/wire", listener.local_addr()?);
        let told = Told::default();
        tokio::spawn(serve(listener, Arc::clone(&told)));
        let request = CreateOutgoingWebhook {
            url,
            events: vec![EventType::MessageCreated],
            channel_ids: Some(vec![channel.id]),
            client_mutation_id: None,
        };
        if let Some(community) = channel.community_id {
            owner.create_outgoing_webhook(community, &request).await?;
        }
        Ok(Self { channel, told })
    }

    /// Waits until all was told that was said, takes down what was. What is missing then is for the checker to find.
    pub async fn all_told(&self, scene: &Scene) {
        let (deadline, mut known) = (Instant::now() + DELIVERED_WITHIN, HashSet::new());
        loop {
            for (delivery, message) in self.told.lock().iter() {
                if known.insert((delivery.clone(), *message)) {
                    let what = What::Delivered { delivery: delivery.clone(), message: *message };
                    scene.recorder.note("wire", what);
                }
            }
            if !scene.recorder.look(undelivered) || Instant::now() > deadline {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// Takes each request, and answers that it was taken.
async fn serve(listener: TcpListener, told: Told) {
    while let Ok((stream, _)) = listener.accept().await {
        let told = Arc::clone(&told);
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            if let Some(one) = heard(&mut stream).await {
                told.lock().push(one);
                let _ = stream.write_all(b"HTTP/1.1 204 Taken\r\nconnection: close\r\n\r\n").await;
            }
        });
    }
}

/// What a request tells; `None` where it can't be read.
async fn heard(stream: &mut BufReader<TcpStream>) -> Option<(String, Uuid)> {
    let (mut delivery, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        stream.take(LARGEST).read_line(&mut line).await.ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => delivery = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = Vec::new();
    stream.take(length.min(LARGEST)).read_to_end(&mut body).await.ok()?;
    let told: Value = serde_json::from_slice(&body).ok()?;
    let message = told["payload"]["message"]["id"].as_str()?.parse().ok()?;
    Some((delivery?, message))
}

/// Somebody who speaks on the wire.
pub struct Speaker {
    work: Work,
    town: Arc<Town>,
}

impl Speaker {
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>) -> Self {
        Self { work: Work::new(scene, "speaker".into(), 5), town: Arc::clone(town) }
    }

    /// One message after another, until the scene ends.
    pub async fn speak(mut self) {
        while !self.work.is_over() {
            let owner = self.town.owner.by.clone();
            // The history says which posts were given up.
            let _ = self.work.say(&owner, self.town.wire.channel.id).await;
            self.work.pause().await;
        }
    }
}
