//! How long a connection may say nothing, or a part of a request, and what it is told that says none.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ajet_cluster::Guard;
use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::{Places, Timeouts, serve};

const IDLE: Duration = Duration::from_millis(1500);
const HEADER: Duration = Duration::from_millis(300);
const DEADLINE: Duration = Duration::from_secs(20);

async fn start() -> SocketAddr {
    let guard = Arc::new(Guard::default());
    guard.start_ticking();
    start_under(guard, Router::new().route("/", get(|| async { "answer" })), IDLE).await
}

async fn start_under(guard: Arc<Guard>, router: Router, idle: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let timeouts = Timeouts { idle, header: HEADER, write: DEADLINE, drain: Duration::ZERO };
    let places = Places::new(10, 10, Vec::new());
    tokio::spawn(serve(listener, router, (places, timeouts), guard, std::future::pending()));
    addr
}

async fn ask(stream: &mut TcpStream) {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writes");
    let (mut said, mut bytes) = (String::new(), [0; 1024]);
    while !said.ends_with("\r\n\r\nanswer") {
        let reading = tokio::time::timeout(DEADLINE, stream.read(&mut bytes));
        let read = reading.await.expect("in time").expect("reads");
        assert!(read > 0, "closed after {said:?}");
        said.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
    }
}

/// All that comes until the end.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = String::new();
    let reading = tokio::time::timeout(DEADLINE, stream.read_to_string(&mut said));
    reading.await.expect("ends in time").expect("reads");
    said
}

fn assert_refused(said: &str, status: &str, code: &str) {
    assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    for part in ["x-trace-id: ", "x-content-type-options: nosniff", "application/problem+json", code] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "one answer: {said}");
}

#[tokio::test]
async fn a_connection_without_a_request_stays_open_for_longer_than_a_head_may_take() {
    let mut stream = TcpStream::connect(start().await).await.expect("connects");
    for _ in 0..2 {
        tokio::time::sleep(HEADER * 2).await;
        ask(&mut stream).await;
    }
    // A line end after a request is no beginning of the next one.
    stream.write_all(b"\r\n").await.expect("writes");
    let since = Instant::now();
    assert_eq!(rest(stream).await, "", "closed without a word");
    assert!(since.elapsed() >= IDLE - Duration::from_millis(200), "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_head_that_does_not_end_is_told_so() {
    let addr = start().await;
    for asked_before in [false, true] {
        let mut stream = TcpStream::connect(addr).await.expect("connects");
        if asked_before {
            ask(&mut stream).await;
        }
        let since = Instant::now();
        stream.write_all(b"GET / HTTP/1.1\r\nHo").await.expect("writes");
        tokio::time::sleep(HEADER / 2).await;
        stream.write_all(b"st: x\r\n").await.expect("writes");
        assert_refused(&rest(stream).await, "408", "request_timeout");
        assert!(since.elapsed() < IDLE, "counted from its first byte: {:?}", since.elapsed());
    }
}

#[tokio::test]
async fn a_head_that_is_none_is_told_so() {
    let addr = start().await;
    let large = format!("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", "a".repeat(40_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X-Many: 1\r\n".repeat(200));
    for (head, status, code) in [
        ("NONSENSE\r\n\r\n", "400", "malformed"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400", "malformed"),
        ("GET / HTTP/9.9\r\n\r\n", "400", "malformed"),
        (large.as_str(), "431", "head_too_large"),
        (many.as_str(), "431", "head_too_large"),
    ] {
        for asked_before in [false, true] {
            let mut stream = TcpStream::connect(addr).await.expect("connects");
            if asked_before {
                ask(&mut stream).await;
            }
            stream.write_all(head.as_bytes()).await.expect("writes");
            assert_refused(&rest(stream).await, status, code);
        }
    }
}

/// Nothing is kept back but refusals of hyper's own, whatever answers look like.
#[tokio::test]
async fn many_requests_at_once_are_all_answered() {
    let mut stream = TcpStream::connect(start().await).await.expect("connects");
    let one = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let last = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{}{last}", one.repeat(50)).as_bytes()).await.expect("writes");
    assert_eq!(rest(stream).await.matches("\r\n\r\nanswer").count(), 51);
}

/// A client that shuts its side down after its request still waits for the answer.
#[tokio::test]
async fn a_client_that_has_nothing_more_to_send_gets_its_answer() {
    let mut stream = TcpStream::connect(start().await).await.expect("connects");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writes");
    stream.shutdown().await.expect("shuts down");
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("answer"), "{said}");
}

/// I7: what a client asked before the process stood still, and gave up on, is not done late.
#[tokio::test]
async fn what_was_asked_before_a_stop_is_neither_read_nor_gone_on_with() {
    let (guard, done) = (Arc::new(Guard::default()), Arc::new(AtomicUsize::new(0)));
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (beginning, going, doing) = (Arc::clone(&begun), Arc::clone(&go), Arc::clone(&done));
    let slow = move || async move {
        beginning.notify_one();
        going.notified().await;
        doing.fetch_add(1, Ordering::SeqCst);
    };
    let router = Router::new().route("/", get(|| async { "answer" })).route("/slow", get(slow));
    let addr = start_under(Arc::clone(&guard), router, DEADLINE * 2).await;
    let ticking = tokio::spawn({
        let guard = Arc::clone(&guard);
        async move {
            loop {
                guard.tick();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    let (mut idle, mut asking) = (connect(addr).await, connect(addr).await);
    ask(&mut idle).await;
    asking.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writes");
    tokio::time::timeout(DEADLINE, begun.notified()).await.expect("it is under way");
    // As far as the guard can tell, the process is stopped now.
    ticking.abort();
    guard.stopped_since(guard.stops()).await;
    go.notify_one();
    let mut new = connect(addr).await;
    for stream in [&mut idle, &mut new] {
        // It may be closed already.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    }
    for stream in [idle, asking] {
        assert_closed(stream).await;
    }
    assert_eq!(done.load(Ordering::SeqCst), 0, "what was under way is given up");
    // It goes on.
    guard.tick();
    guard.start_ticking();
    assert_closed(new).await;
    let since = Instant::now();
    while !is_answered(addr).await {
        assert!(since.elapsed() < DEADLINE, "no connection is served any more");
    }
}

async fn connect(addr: SocketAddr) -> TcpStream {
    TcpStream::connect(addr).await.expect("connects")
}

/// Ends without a byte.
async fn assert_closed(mut stream: TcpStream) {
    let mut said = Vec::new();
    let reading = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut said));
    // With an error where it had something to read.
    let _ = reading.await.expect("ends in time");
    assert_eq!(String::from_utf8_lossy(&said), "");
}

/// Whether a new connection is served.
async fn is_answered(addr: SocketAddr) -> bool {
    let mut stream = connect(addr).await;
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let mut said = String::new();
    let reading = tokio::time::timeout(DEADLINE, stream.read_to_string(&mut said));
    reading.await.expect("ends in time").is_ok() && said.ends_with("answer")
}
