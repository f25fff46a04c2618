//! A refusal reaches a person as HTML, whatever refuses.

use ajet_protocol::Code;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::{get, post};
use axum::{Router, body::Bytes};
use serde::Deserialize;
use tower::ServiceExt;

use super::{Filled, InQuery};
use crate::http::error::ApiError;
use crate::http::page::{refusals_as_fragments, refusals_as_pages};

const FORM: &str = "Application/X-WWW-Form-Urlencoded; charset=utf-8";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Greeting {
    name: String,
    times: Option<u32>,
    mood: Option<Mood>,
    loudly: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mood {
    Merry,
}

async fn greet(Filled(greeting): Filled<Greeting>) -> String {
    let mark = if greeting.loudly == Some(true) { "!" } else { "" };
    let mood = greeting.mood.map_or("", |Mood::Merry| "merry ");
    "Hello, ".repeat(greeting.times.unwrap_or(1) as usize) + mood + &greeting.name + mark
}

async fn find(InQuery(greeting): InQuery<Greeting>) -> String {
    greeting.name
}

async fn members_only() -> ApiError {
    ApiError::unauthenticated()
}

async fn busy() -> ApiError {
    ApiError::new(Code::Overloaded, "Too many requests wait here.")
}

fn routes() -> Router {
    Router::new()
        .route("/form", post(greet))
        .route("/query", get(find))
        .route("/members", get(members_only).post(members_only))
        .route("/busy", get(busy))
}

fn pages() -> Router {
    routes().route_layer(from_fn(refusals_as_pages))
}

fn fragments() -> Router {
    routes().route_layer(from_fn(refusals_as_fragments))
}

struct Shown {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Shown {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

async fn ask(router: Router, request: Request<Body>) -> Shown {
    let answer = router.oneshot(request).await.expect("answers");
    assert!(
        answer.extensions().get::<ApiError>().is_none(),
        "the outermost layer would make it a problem document"
    );
    let (parts, body) = answer.into_parts();
    let bytes: Bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    Shown { status: parts.status, headers: parts.headers, text }
}

fn form(content_type: &str, body: &'static str) -> Request<Body> {
    Request::post("/form")
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body))
        .expect("a request")
}

fn query(address: &str) -> Request<Body> {
    Request::get(address).body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn forms_and_queries_are_read() {
    assert_eq!(ask(pages(), form(FORM, "name=Ann+%26+Bob")).await.text, "Hello, Ann & Bob");
    assert_eq!(ask(pages(), form(FORM, "name=Ann&times=2")).await.text, "Hello, Hello, Ann");
    assert_eq!(ask(pages(), form(FORM, "name=Ann&mood=merry&loudly=true")).await.text, "Hello, merry Ann!");
    assert_eq!(
        ask(pages(), query("/query?name=%ff")).await.text,
        "\u{fffd}",
        "bytes that are no text refuse nothing"
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_as_html() {
    let cases = [
        ("text/plain", "name=Ann", 415, "Send the form as application/x-www-form-urlencoded."),
        ("", "name=Ann", 415, "Send the form as application/x-www-form-urlencoded."),
        (FORM, "times=1", 422, "name is missing."),
        (FORM, "name=Ann&name=Bob", 422, "name is there twice."),
        (FORM, "name=Ann&<b>=1", 422, "&lt;b&gt; is not a field of this form."),
        (FORM, "name=Ann&times=secret", 422, "times has the wrong type or form."),
        (FORM, "name=Ann&mood=secret", 422, "mood has the wrong type or form."),
        (FORM, "name=Ann&loudly=maybe", 422, "loudly has the wrong type or form."),
    ];
    for (content_type, body, status, detail) in cases {
        let page = ask(pages(), form(content_type, body)).await;
        let fragment = ask(fragments(), form(content_type, body)).await;
        for shown in [&page, &fragment] {
            assert_eq!(shown.status.as_u16(), status, "{body}");
            assert_eq!(shown.header(header::CONTENT_TYPE), "text/html; charset=utf-8", "{body}");
        }
        assert!(page.text.starts_with("<!DOCTYPE html>") && page.text.contains(detail), "{}", page.text);
        assert_eq!(fragment.text, detail);
    }
    let page = ask(pages(), query("/query?times=1")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("name is missing."), "{}", page.text);
}

#[tokio::test]
async fn a_refusal_is_in_its_readers_language() {
    for router in [pages(), fragments()] {
        for (body, german) in
            [("times=1", "Name: fehlt."), ("name=Ann&times=x", "times: von der falschen Art.")]
        {
            let mut request = form(FORM, body);
            request.headers_mut().insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static("de"));
            let shown = ask(router.clone(), request).await;
            assert!(shown.text.contains(german), "{}", shown.text);
        }
        let busy = Request::get("/busy").header(header::ACCEPT_LANGUAGE, "de").body(Body::empty());
        let shown = ask(router, busy.expect("a request")).await;
        assert!(shown.text.contains("Zu viele Anfragen warten"), "{}", shown.text);
        assert!(!shown.text.contains("Too many requests"), "{}", shown.text);
    }
}

#[tokio::test]
async fn a_page_without_a_session_leads_through_the_sign_in_and_back() {
    let page = ask(pages(), query("/members?a=b")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.header(header::LOCATION), "/sign-in?next=%2Fmembers%3Fa%3Db");
    for (site, status) in [("cross-site", 200), ("same-site", 200), ("same-origin", 303), ("none", 303)] {
        let linked = Request::get("/members?a=b&c").header("sec-fetch-site", site);
        let page = ask(pages(), linked.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status.as_u16(), status, "{site}");
        let again = r#"<meta http-equiv="refresh" content="0;url=/members?a=b&amp;c">"#;
        assert_eq!(page.text.contains(again), status == 200, "{site}: {}", page.text);
    }
    let sent = Request::post("/members").header("sec-fetch-site", "cross-site");
    let sent = sent.body(Body::empty()).expect("a request");
    let page = ask(pages(), sent).await;
    assert_eq!(page.header(header::LOCATION), "/sign-in", "what was sent is not sent again");
    let fragment = ask(fragments(), query("/members")).await;
    assert_eq!(fragment.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fragment.text, "Sign in, or send a valid token.");
}

#[tokio::test]
async fn a_refusal_keeps_its_headers() {
    for router in [pages(), fragments()] {
        let shown = ask(router, query("/busy")).await;
        assert_eq!(shown.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(shown.header(header::RETRY_AFTER), "1");
        assert!(shown.text.contains("Too many requests wait here."), "{}", shown.text);
    }
}
