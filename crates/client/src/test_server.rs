//! A server that says what a test tells it to, one connection after another, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{Client, Retries};

/// What becomes of one connection.
pub enum Script {
    /// It is answered and closed; with an empty text, closed without an answer.
    Say(String),
    /// It is answered and stays open.
    SayAndStay(String),
    /// It is closed without an answer, and no further one is taken.
    Leave,
}

pub struct TestServer {
    pub base: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl TestServer {
    pub async fn with(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, scripts, Arc::clone(&asked)));
        Self { base, asked, task }
    }

    /// A client of it whose pauses are short.
    pub fn client(&self) -> Client {
        let first = std::time::Duration::from_millis(1);
        Client::new(&self.base).expect("a client").with_retries(Retries { first, ..Retries::default() })
    }

    /// The requests so far, with their heads in lower case.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, scripts: Vec<Script>, asked: Arc<Mutex<Vec<String>>>) {
    let mut open = Vec::new();
    for script in scripts {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let request = request_of(&mut socket).await;
        asked.lock().expect("no panic").push(request);
        let (text, stays) = match script {
            Script::Say(text) => (text, false),
            Script::SayAndStay(text) => (text, true),
            Script::Leave => {
                // Before the connection is closed: who sees that it is finds no server any more.
                drop(listener);
                return;
            }
        };
        socket.write_all(text.as_bytes()).await.expect("is taken");
        if stays {
            open.push(socket);
        }
    }
    std::future::pending::<()>().await;
}

/// A request: its head in lower case, and its body.
async fn request_of(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let read = socket.read_buf(&mut bytes).await.expect("a request");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().expect("a number"));
            if body.len() >= length {
                return format!("{head}\r\n\r\n{body}");
            }
        }
        assert!(read > 0, "the request is cut off");
    }
}

/// An answer with a body.
pub fn answer(status: u16, headers: &str, body: &str) -> Script {
    let length = body.len();
    Script::Say(format!(
        "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    ))
}

/// A stream that begins so.
pub fn stream(frames: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{frames}")
}
