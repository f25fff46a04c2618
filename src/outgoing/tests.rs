//! Fetches from small servers on loopback. What counts as private here is all of it but 127.0.0.1.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::address::is_public;
use super::client::Rules;
use super::{Call, Fetched, Limits, Outgoing, OutgoingError};

const RULES: Rules = Rules { admits: here_or_public, any_port: true };

fn here_or_public(ip: IpAddr) -> bool {
    ip == Ipv4Addr::LOCALHOST || is_public(ip)
}

/// One that knows no names.
fn nameless() -> Outgoing {
    Outgoing::with(RULES, Arc::new(|_, _| Box::pin(async { Ok(Vec::new()) })))
}

/// A server that answers each request with the same bytes and closes; how often it was asked.
struct Served {
    addr: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Served {
    async fn always(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let (answer, asked): (Vec<u8>, _) = (answer.into(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                heard(&mut stream).await;
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(&answer).await;
            }
        });
        Self { addr, asked }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.addr)).expect("an address")
    }

    fn asked(&self) -> usize {
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

/// A server that answers its first request with a body that never ends.
async fn endless() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("is asked");
        heard(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n";
        let mut sent = stream.write_all(head).await;
        while sent.is_ok() {
            sent = stream.write_all(&[b'x'; 4096]).await;
        }
    });
    addr
}

fn page(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn to(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")
}

async fn got(outgoing: &Outgoing, url: &str) -> Result<Fetched, OutgoingError> {
    outgoing.get(&Url::parse(url).expect("an address"), Limits::default()).await
}

#[tokio::test]
async fn a_page_is_fetched() {
    let server = Served::always(page("<title>Hi</title>")).await;
    let fetched = nameless().get(&server.url("/a?b#c"), Limits::default()).await.expect("is there");
    assert_eq!((fetched.status.as_u16(), &fetched.body[..]), (200, &b"<title>Hi</title>"[..]));
    assert_eq!(fetched.content_type.as_deref(), Some("text/html; charset=utf-8"));
    assert!(fetched.whole);
}

#[tokio::test]
async fn private_addresses_are_asked_only_where_that_is_allowed() {
    let server = Served::always(page("hi")).await;
    let port = server.addr.port();
    let strict = Outgoing::with(
        Rules { admits: is_public, any_port: true },
        Arc::new(|_, _| Box::pin(async { Ok(Vec::new()) })),
    );
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.1",
        "0",
        "[::1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
    ] {
        let refused = got(&strict, &format!("http://{host}:{port}/")).await;
        assert_eq!(refused.err(), Some(OutgoingError::Private), "{host}");
    }
    assert_eq!(server.asked(), 0);
    let lenient = Outgoing::new(true);
    assert!(lenient.get(&server.url("/"), Limits::default()).await.is_ok());
    let usual = Outgoing::new(false);
    let refused = usual.get(&server.url("/"), Limits::default()).await;
    assert_eq!(refused.err(), Some(OutgoingError::Address), "at that port no page is looked for");
    assert_eq!(got(&usual, "http://localhost/").await.err(), Some(OutgoingError::Private));
}

#[tokio::test]
async fn a_name_with_one_private_address_is_refused() {
    let server = Served::always(page("hi")).await;
    let addr = server.addr;
    let both = Outgoing::with(
        RULES,
        Arc::new(move |_, port| {
            Box::pin(async move { Ok(vec![addr, SocketAddr::new(Ipv4Addr::new(10, 0, 0, 1).into(), port)]) })
        }),
    );
    let refused = got(&both, "http://both.example/").await;
    assert_eq!((refused.err(), server.asked()), (Some(OutgoingError::Private), 0));
}

#[tokio::test]
async fn the_address_that_was_checked_is_the_one_connected_to() {
    let server = Served::always(page("hi")).await;
    let (addr, looked) = (server.addr, Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&looked);
    // It says something harmless when it is asked first, and something private from then on.
    let rebinding = Outgoing::with(
        RULES,
        Arc::new(move |_, port| {
            let first = count.fetch_add(1, Ordering::SeqCst) == 0;
            let private = SocketAddr::new(Ipv4Addr::new(127, 0, 0, 2).into(), port);
            Box::pin(async move { Ok(vec![if first { addr } else { private }]) })
        }),
    );
    assert!(got(&rebinding, "http://rebinding.example/").await.is_ok());
    assert_eq!((looked.load(Ordering::SeqCst), server.asked()), (1, 1), "looked up once for one hop");
    assert_eq!(got(&rebinding, "http://rebinding.example/").await.err(), Some(OutgoingError::Private));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_name_that_nothing_is_known_of_is_not_resolved() {
    assert_eq!(got(&nameless(), "http://nothing.example/").await.err(), Some(OutgoingError::Unresolved));
}

#[tokio::test]
async fn every_hop_is_checked() {
    for private in [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706434/",
        "http://[::1]/",
        "//10.0.0.1/",
    ] {
        let last = Served::always(to(private)).await;
        let first = Served::always(to(last.url("/second").as_str())).await;
        let refused = nameless().get(&first.url("/"), Limits::default()).await;
        assert_eq!(refused.err(), Some(OutgoingError::Private), "{private}");
        assert_eq!((first.asked(), last.asked()), (1, 1));
    }
    for other in ["file:///etc/passwd", "gopher://127.0.0.1/", "http://me:secret@127.0.0.1/"] {
        let first = Served::always(to(other)).await;
        let refused = nameless().get(&first.url("/"), Limits::default()).await;
        assert_eq!(refused.err(), Some(OutgoingError::Address), "{other}");
    }
}

#[tokio::test]
async fn redirects_lead_to_their_end_and_not_for_ever() {
    let page = Served::always(page("there")).await;
    let first = Served::always(to(page.url("/end").as_str())).await;
    let fetched = nameless().get(&first.url("/"), Limits::default()).await.expect("is there");
    assert_eq!((&fetched.body[..], fetched.url), (&b"there"[..], page.url("/end")));
    let circle = Served::always(to("/again")).await;
    let refused = nameless().get(&circle.url("/"), Limits::default()).await;
    assert_eq!((refused.err(), circle.asked()), (Some(OutgoingError::Redirects), 6));
}

#[tokio::test]
async fn what_is_shown_to_an_api_is_shown_to_no_other() {
    let other = Served::always(page("there")).await;
    let first = Served::always(to(other.url("/end").as_str())).await;
    let call = Call { method: http::Method::GET, headers: http::HeaderMap::new(), body: bytes::Bytes::new() };
    let told = nameless().call(&first.url("/"), call.clone(), Limits::default()).await.expect("is answered");
    assert_eq!((told.status.as_u16(), other.asked()), (302, 0));
    let url = Url::parse(&format!("http://{}/", endless().await)).expect("an address");
    let limits = Limits { bytes: 10_000, ..Limits::default() };
    let told = nameless().call(&url, call.clone(), limits).await.expect("is read as far as that");
    assert_eq!((told.body.len(), told.whole), (10_000, false));
    let private = Outgoing::new(false).call(&first.url("/"), call, Limits::default()).await;
    assert!(matches!(private.err(), Some(OutgoingError::Address | OutgoingError::Private)));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let url = Url::parse(&format!("http://{}/", endless().await)).expect("an address");
    let limits = Limits { bytes: 10_000, ..Limits::default() };
    let fetched = nameless().get(&url, limits).await.expect("is read as far as that");
    assert_eq!((fetched.body.len(), fetched.whole), (10_000, false));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address")));
    let limits = Limits { within: Duration::from_millis(100), ..Limits::default() };
    let given_up = nameless().get(&url.expect("an address"), limits).await;
    assert_eq!(given_up.err(), Some(OutgoingError::TimedOut));
}

#[tokio::test]
async fn an_endless_head_is_no_answer() {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for number in 0..20_000 {
        head.extend_from_slice(format!("x-{number}: y\r\n").as_bytes());
    }
    let server = Served::always(head).await;
    let refused = nameless().get(&server.url("/"), Limits::default()).await;
    assert_eq!(refused.err(), Some(OutgoingError::Answer));
}

#[tokio::test]
async fn a_port_where_nothing_listens_can_not_be_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    assert_eq!(got(&nameless(), &url).await.err(), Some(OutgoingError::Unreachable));
}

#[tokio::test]
async fn a_bomb_is_unpacked_as_far_as_the_limit() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(&vec![b' '; 32 << 20]).expect("packs");
    let bomb = packing.finish().expect("packs");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    );
    let server = Served::always([head.as_bytes(), &bomb].concat()).await;
    let fetched = nameless().get(&server.url("/"), Limits::default()).await.expect("is read as far as that");
    assert_eq!((fetched.body.len(), fetched.whole), (1 << 20, false));
}

async fn told(outgoing: &Outgoing, url: &str) -> Result<u16, OutgoingError> {
    let (url, body) = (Url::parse(url).expect("an address"), bytes::Bytes::from_static(b"{}"));
    let answered = outgoing.post(&url, &http::HeaderMap::new(), body, Duration::from_secs(5)).await;
    answered.map(|answered| answered.status.as_u16())
}

#[tokio::test]
async fn what_is_told_goes_to_one_address_and_is_answered_by_a_status() {
    let elsewhere = Served::always(page("hi")).await;
    for (answer, status) in [
        ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), 204),
        ("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".to_owned(), 500),
        (to(elsewhere.url("/").as_str()), 302),
    ] {
        let server = Served::always(answer).await;
        assert_eq!(told(&nameless(), server.url("/hook").as_str()).await, Ok(status));
        assert_eq!(server.asked(), 1);
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect is not followed");
    assert_eq!(told(&nameless(), "http://10.0.0.1/").await, Err(OutgoingError::Private));
}

#[tokio::test]
async fn an_address_says_how_long_it_is_to_be_left_alone() {
    let at = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(3600));
    for (header, seconds) in [
        ("retry-after: 120\r\n".to_owned(), 120..=120),
        (format!("retry-after: {at}\r\n"), 3500..=3600),
        ("retry-after: soon\r\n".to_owned(), 0..=0),
        ("retry-after: -1\r\n".to_owned(), 0..=0),
        (String::new(), 0..=0),
    ] {
        let server = Served::always(format!("HTTP/1.1 429 Slow\r\n{header}content-length: 0\r\n\r\n")).await;
        let body = bytes::Bytes::from_static(b"{}");
        let within = Duration::from_secs(5);
        let told = nameless().post(&server.url("/"), &http::HeaderMap::new(), body, within).await;
        let rest = told.expect("is answered").retry_after.unwrap_or_default();
        assert!(seconds.contains(&rest.as_secs()), "{header}: {rest:?}");
    }
}

#[test]
fn what_is_private_by_its_address_is_known_without_a_look_up() {
    let refused = |allow_private: bool, url: &str| {
        Outgoing::new(allow_private).refuses(&Url::parse(url).expect("an address")).err()
    };
    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "https://[::1]/",
        "http://169.254.169.254/latest",
        "http://localhost/",
        "http://ci.localhost./",
    ] {
        assert_eq!(refused(false, url), Some(OutgoingError::Private), "{url}");
        assert_eq!(refused(true, url), None, "{url}");
    }
    assert_eq!(refused(false, "http://ci.example:6379/"), Some(OutgoingError::Address));
    for url in ["https://ci.example/hook?token=1", "http://9.9.9.9:8080/"] {
        assert_eq!(refused(false, url), None, "{url}");
    }
}

/// As docs/operators.md says it of pages.
#[test]
fn a_page_gets_what_the_operators_are_told() {
    let Limits { bytes, within, redirects } = Limits::default();
    assert_eq!((bytes, within, redirects), (1_048_576, Duration::from_secs(10), 5));
}
