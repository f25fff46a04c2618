//! LOG-T1: one line per request, with method, route, status and duration, and nothing of what it held.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{SessionId, Timestamp, User, UserId};
use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use axum::response::Response;
use axum::routing::post;
use axum::{Router, middleware};
use futures::StreamExt;
use parking_lot::Mutex;
use tower::ServiceExt;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

use crate::http::extract::caller::SignedIn;
use crate::sessions::Credential;
use crate::telemetry::{Format, subscriber};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn traced<const HTTPS: bool>(request: Request<Body>, next: middleware::Next) -> Response {
    super::around(super::Policy { https: HTTPS }, request, async |request| next.run(request).await).await
}

async fn read_on(request: Request<Body>, next: middleware::Next) -> Response {
    crate::http::unread::around(request, async |request| next.run(request).await).await
}

#[tokio::test]
async fn log_t1_every_request_is_one_line() {
    let router: Router = Router::new()
        .route("/hook/{id}/{token}", post(|| async { StatusCode::CREATED }))
        .layer(middleware::from_fn(traced::<false>));
    let captured = Captured::default();
    let log = subscriber("info", Format::Json, captured.clone()).expect("a level");
    let trace = "0197f000-0000-7000-8000-000000000001";
    let request =
        Request::post("/hook/1/swordfish?q=private").header("host", "x").header("x-trace-id", trace);
    let request = request
        .header("cookie", "ajet_session=hunter2")
        .body(Body::from("private words"))
        .expect("a request");
    let answer = router.oneshot(request).with_subscriber(tracing::Dispatch::new(log)).await.expect("answers");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let text = String::from_utf8(captured.0.lock().clone()).expect("text");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    let line = &lines[0];
    assert_eq!(
        (line["method"].as_str(), line["path"].as_str(), line["status"].as_u64(), line["trace-id"].as_str()),
        (Some("POST"), Some("/hook/{id}/{token}"), Some(201), Some(trace))
    );
    assert!(line["duration_ms"].is_string() && line["timestamp"].is_string());
    for secret in ["swordfish", "private", "hunter2"] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// H1: whatever methods somebody invents, they are one series, and none of them is logged.
#[tokio::test]
async fn invented_methods_are_refused_under_one_name() {
    let router: Router = Router::new()
        .route("/livez", axum::routing::get(|| async { "ok" }))
        .layer(middleware::from_fn(traced::<true>));
    let captured = Captured::default();
    let log = tracing::Dispatch::new(subscriber("info", Format::Json, captured.clone()).expect("a level"));
    for method in ["BREW", "GETGET", "get", &"M".repeat(5000)] {
        let request = Request::builder()
            .method(method)
            .uri("/livez")
            .header("host", "x")
            .body(Body::empty())
            .expect("a request");
        let answering = router.clone().oneshot(request).with_subscriber(log.clone());
        let answer = answering.await.expect("answers");
        assert_eq!(answer.status(), StatusCode::NOT_IMPLEMENTED);
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    }
    let text = String::from_utf8(captured.0.lock().clone()).expect("text");
    assert!(!text.contains("BREW") && !text.contains("MMMM"), "{text}");
    assert_eq!(text.matches("\"method\":\"other\"").count(), 4, "{text}");
}

/// S-L10: a caller that somebody logs shows no token.
#[test]
fn a_caller_is_printed_without_the_token() {
    let at = Timestamp::from_unix_millis(0);
    let user = User {
        id: UserId(Uuid::nil()),
        username: "ann".into(),
        display_name: "Ann".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: at,
    };
    let read_at = tokio::time::Instant::now();
    let session = Credential { id: SessionId(Uuid::nil()), user, expires_at: at, scopes: None, read_at };
    let signed_in = SignedIn { session, token: "hunter2".into(), by_cookie: false };
    let text = format!("{:?}", signed_in.scoped::<SessionOnly>().expect("a session"));
    assert!(text.starts_with("Caller") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_request_names_one_host() {
    let named = |hosts: &[&str], version| {
        let request = hosts
            .iter()
            .fold(Request::get("/").version(version), |request, host| request.header("host", *host));
        super::names_one_host(&request.body(Body::empty()).expect("a request"))
    };
    assert!(named(&["chat.example"], Version::HTTP_11) && named(&["[::1]:8080"], Version::HTTP_11));
    assert!(named(&[], Version::HTTP_10), "HTTP/1.0 had no such header");
    for wrong in [&[][..], &["a", "b"], &["a", "a"], &[""], &["a b"]] {
        assert!(!named(wrong, Version::HTTP_11), "{wrong:?}");
    }
}

/// A body as it arrives: so many pieces of 64 KiB, one after each pause.
fn slow(count: usize, pause: Duration) -> Body {
    let pieces = futures::stream::unfold(0, move |sent| async move {
        tokio::time::sleep(pause).await;
        (sent < count).then(|| (Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]), sent + 1))
    });
    Body::from_stream(pieces.fuse())
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_take_longer_than_an_answer_and_a_body_that_stalls_may_not() {
    let read = |body: axum::body::Bytes| async move { body.len().to_string() };
    let router: Router = Router::new()
        .route("/", post(read))
        .layer(middleware::from_fn(traced::<false>))
        .layer(middleware::from_fn(read_on));
    let answer = async |body: Body| {
        let request = Request::post("/").header("host", "x").body(body).expect("a request");
        router.clone().oneshot(request).await.expect("answers").status().as_u16()
    };
    assert_eq!(answer(slow(20, Duration::from_secs(3))).await, 200, "60 s at 21 KiB/s");
    assert_eq!(answer(slow(20, Duration::from_secs(30))).await, 408, "2 KiB/s");
    assert_eq!(
        answer(slow(usize::MAX, Duration::from_secs(1))).await,
        413,
        "more than may be sent, never read to its end"
    );
}
