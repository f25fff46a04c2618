//! A web server of one page, for links to lead to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Where the page is, and how often it was asked for. The server lives as long as the test's runtime.
#[derive(Clone)]
pub struct Site {
    pub url: String,
    asked: Arc<AtomicUsize>,
}

impl Site {
    /// A page whose head holds this HTML.
    pub async fn of(head: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/page", listener.local_addr().expect("an address"));
        let body = format!("<!doctype html><html><head>{head}</head><body>hi</body></html>");
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let site = Self { url, asked: Arc::new(AtomicUsize::new(0)) };
        let asked = Arc::clone(&site.asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                heard(&mut stream).await;
                asked.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        site
    }

    /// How often it was asked for the page.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request.
async fn heard(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
}
