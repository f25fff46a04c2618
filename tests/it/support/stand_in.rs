//! A server that stands in for another program: what it was asked, and what it answers, over real HTTP.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: HashMap<String, String>,
    pub form: HashMap<String, String>,
    headers: HashMap<String, String>,
}

impl Asked {
    /// A header; empty if the request has none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The token that it shows.
    pub fn bearer(&self) -> &str {
        self.header("authorization").strip_prefix("Bearer ").unwrap_or_default()
    }

    /// A field of its query; empty if there is none.
    pub fn asks(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// A field of its form.
    pub fn says(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
    /// Whether it goes on for ever.
    pub endless: bool,
}

impl Said {
    pub fn json(body: &Value) -> Self {
        Self::status(200, body)
    }

    pub fn status(status: u16, body: &Value) -> Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Self { status, location: None, body, endless: false }
    }

    pub fn to(location: impl Into<String>) -> Self {
        Self { status: 302, location: Some(location.into()), body: String::new(), endless: false }
    }

    pub fn endless() -> Self {
        Self { status: 200, location: None, body: String::new(), endless: true }
    }
}

/// A free port of this machine, and who listens there.
pub async fn listening() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

/// Answers all that comes, as long as the test's runtime lives.
pub fn answers(listener: TcpListener, answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) {
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                if let Some(asked) = heard(&mut stream).await {
                    say(&mut stream, answer(&asked)).await;
                }
            });
        }
    });
}

async fn say(stream: &mut BufReader<TcpStream>, said: Said) {
    let mut head =
        format!("HTTP/1.1 {} So\r\ncontent-type: application/json\r\nconnection: close\r\n", said.status);
    if let Some(location) = said.location {
        head.push_str(&format!("location: {location}\r\n"));
    }
    if said.endless {
        let mut sent = stream.write_all(format!("{head}\r\n{{\"x\":\"").as_bytes()).await;
        while sent.is_ok() {
            sent = stream.write_all(&[b'x'; 4096]).await;
        }
        return;
    }
    let whole = format!("{head}content-length: {}\r\n\r\n{}", said.body.len(), said.body);
    let _ = stream.write_all(whole.as_bytes()).await;
}

async fn heard(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut first = String::new();
    stream.read_line(&mut first).await.ok()?;
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let mut parts = first.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Asked {
        method,
        path: path.to_owned(),
        query: fields(query.as_bytes()),
        form: fields(&body),
        headers,
    })
}

/// The fields of a query or a form.
pub fn fields(encoded: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}
