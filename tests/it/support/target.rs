//! A server that outgoing webhooks lead to, and what it was told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::eventually;

/// A request that a target got.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Heard {
    /// A header; empty if the request has none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Whether it is signed under a secret as people get it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(format!("{}.{}.", self.header("webhook-id"), self.header("webhook-timestamp")).as_bytes());
        mac.update(&self.body);
        self.header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Where a target is, and what it was told. It lives as long as the test's runtime.
#[derive(Clone)]
pub struct Target {
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    /// The status of its answers; `None`: it answers nothing, and keeps the connection.
    status: Arc<Mutex<Option<u16>>>,
    /// For how many seconds it asks to be left alone.
    retry_after: Arc<Mutex<Option<u32>>>,
}

impl Target {
    /// One that answers with this status.
    pub async fn answering(status: impl Into<Option<u16>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook?of=test", listener.local_addr().expect("an address"));
        let status = Arc::new(Mutex::new(status.into()));
        let target = Self { url, heard: Arc::default(), status, retry_after: Arc::default() };
        let serving = target.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        target
    }

    /// It answers with this status from now on.
    pub fn answers(&self, status: u16) {
        *self.status.lock() = Some(status);
    }

    /// The same, and it asks to be left alone for these seconds.
    pub fn answers_and_asks_to_wait(&self, status: u16, seconds: u32) {
        *self.retry_after.lock() = Some(seconds);
        self.answers(status);
    }

    /// All that it was told.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().clone()
    }

    /// The ids under which it was told something, each once.
    pub fn ids(&self) -> HashSet<String> {
        self.heard().iter().map(|one| one.header("webhook-id").to_owned()).collect()
    }

    /// Waits until it was told so much; all of it.
    pub async fn hears(&self, count: usize) -> Vec<Heard> {
        eventually("the target is told", async || self.heard.lock().len() >= count).await;
        self.heard()
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let Some(heard) = heard(&mut stream).await else { return };
        self.heard.lock().push(heard);
        let (status, wait) = (*self.status.lock(), *self.retry_after.lock());
        match status {
            Some(status) => {
                let wait = wait.map_or_else(String::new, |seconds| format!("retry-after: {seconds}\r\n"));
                let location = &self.url;
                let answer = format!(
                    "HTTP/1.1 {status} So\r\ncontent-length: 3\r\n{wait}location: {location}\r\n\r\nno!"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            // Until the other side gives up.
            None => drop(stream.read_u8().await),
        }
    }
}

async fn heard(stream: &mut BufReader<TcpStream>) -> Option<Heard> {
    let mut first = String::new();
    stream.read_line(&mut first).await.ok()?;
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Heard { method: first.split(' ').next()?.to_owned(), headers, body })
}
