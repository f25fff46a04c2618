//! Compressed answers: JSON for programs, pages that people open, and what pages load.
//!
//! An answer that is compressed together with a secret tells it by its length to those who may add text to it, again and again (BREACH,
//! CVE-2013-3587). A browser sends its cookie along with what other sites make it ask for, but never a bearer token: so answers to the
//! latter are compressed, and what is the same for everybody. Of what is made for a cookie only whole pages are, and only where the browser
//! says that a person opened them, which a script or another site can't do a thousand times; what scripts ask for never is.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};

use super::extract::caller::bearer_of;
use super::extract::origin::FETCH_SITE;

/// Shorter answers are sent as they are, in bytes.
const FROM: u16 = 1024;
/// Where what pages load is, which holds nothing of anybody.
const ASSETS: &str = "/assets/";
/// The service worker, which holds nothing of anybody either, and has an address of its own.
const SERVICE_WORKER: &str = "/sw.js";

/// What browsers say of what an answer is for (Fetch Metadata).
const FETCH_DEST: &str = "sec-fetch-dest";
/// What browsers say of a navigation by a person alone: one by a script or a refresh has none.
const FETCH_USER: &str = "sec-fetch-user";
/// Programs' part, where only who shows a token gets compressed answers.
const API: &str = "/api/";

/// Compresses JSON, pages, scripts and styles of more than 1 KiB for who asks for it. Inside of [`narrowed`].
pub fn compression() -> CompressionLayer<And<SizeAbove, IsText>> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(FROM).and(IsText))
}

/// Only what says the same in fewer bytes: pictures are compressed already, and a live stream is not to wait for more.
#[derive(Debug, Clone, Copy)]
pub struct IsText;

impl Predicate for IsText {
    fn should_compress<B>(&self, response: &axum::http::Response<B>) -> bool
    where
        B: http_body::Body,
    {
        is_text(response.headers())
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = super::media::essence(headers);
    [
        "application/json",
        "application/problem+json",
        "text/css",
        "text/html",
        "text/javascript",
        "image/svg+xml",
    ]
    .contains(&kind.as_str())
}

/// A request without the wish for a compressed answer where that may not be one: who shows a bearer token is no page of another site.
pub fn narrowed(mut request: Request) -> Request {
    let path = request.uri().path();
    let is_everybodys = path.starts_with(ASSETS) || path == SERVICE_WORKER;
    if !(is_everybodys
        || bearer_of(request.headers()).is_some()
        || !path.starts_with(API) && opens_a_page(request.headers()))
    {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    request
}

/// Whether a browser says that a person opens a page, by hand or from one of ours. Another site that opens one of ours is answered by a page
/// that refreshes itself, and a refresh is not by a person.
fn opens_a_page(headers: &HeaderMap) -> bool {
    let says = |name: &str, wanted: &[&str]| {
        let mut said = headers.get_all(name).into_iter().peekable();
        said.peek().is_some() && said.all(|one| wanted.iter().any(|wanted| one == wanted))
    };
    says(FETCH_DEST, &["document"]) && says(FETCH_SITE, &["same-origin", "none"]) && says(FETCH_USER, &["?1"])
}
