//! HTML answers, and refusals as people read them.
//!
//! Extractors refuse before a handler runs, and with errors of the API. So every route of a page stands behind
//! [`refusals_as_pages`] and every route of a fragment behind [`refusals_as_fragments`].
//!
//! A form of a page works without a script: its answer is a redirect, or a page that says what is wrong. With htmx the same route answers what
//! htmx understands: a header that leads on, or the problem's text, which the form shows.

use ajet_protocol::Code;
use ajet_web::strings::{Language, Refused};
use ajet_web::viewer::Viewer;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use super::reader;
use crate::http::error::ApiError;
use crate::http::extract::origin::FETCH_SITE;
use crate::http::return_to;

const HTML: &str = "text/html; charset=utf-8";
/// Every request of htmx has the first; the second makes it go to another page.
const BY_HTMX: HeaderName = HeaderName::from_static("hx-request");
const LEADS_TO: HeaderName = HeaderName::from_static("hx-redirect");

/// An HTML answer.
pub struct Page(pub Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HTML)], self.0.into_string()).into_response()
    }
}

/// A failure of a whole page. What stands around its route makes a page of it, in the reader's language.
pub struct PageError(ApiError);

/// A failure of a fragment. What stands around its route makes the text of it that goes where the form shows problems.
pub type FragmentError = PageError;

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// What a failure says in a language of the pages.
pub fn told(language: Language, error: &ApiError) -> String {
    said(error).in_words(language)
}

fn said(error: &ApiError) -> Refused<'_> {
    let after_s = error.retry_after.as_secs();
    Refused { code: error.code, detail: &error.detail, errors: &error.errors, after_s }
}

/// What is shown where a form or a script has a place for problems.
fn as_fragment(language: Language, error: ApiError) -> Response {
    let shown = maud::html! { (told(language, &error)) };
    refused(error, shown)
}

/// The error's status and headers, with HTML instead of its problem document.
fn refused(error: ApiError, shown: Markup) -> Response {
    let mut response = error.into_response();
    response.extensions_mut().remove::<ApiError>();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    *response.body_mut() = Body::from(shown.into_string());
    response
}

/// What the answer to a failure depends on beside the failure.
struct Asked {
    viewer: Viewer,
    /// The page that was asked for; `None` for what is not asked for again, such as a form.
    address: Option<String>,
    /// The page of the form that was sent.
    form: Option<String>,
    fetched: Option<HeaderValue>,
    by_htmx: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let (headers, is_safe) = (request.headers(), request.method().is_safe());
        let address = request.uri().path_and_query().filter(|_| is_safe);
        Self {
            viewer: reader::of(headers),
            address: address.map(|address| address.as_str().to_owned()),
            form: referer(headers).filter(|_| !is_safe),
            fetched: headers.get(FETCH_SITE).cloned(),
            by_htmx: headers.contains_key(BY_HTMX),
        }
    }

    /// To the sign-in where that is what is missing, else a page that says what is wrong.
    fn shown(&self, error: ApiError) -> Response {
        if error.code == Code::Unauthenticated {
            return without_session(self.fetched.as_ref(), self.address.as_deref());
        }
        let shown = ajet_web::error_page(&self.viewer, &said(&error), self.form.as_deref());
        refused(error, shown)
    }
}

/// The page of ours that a request says it came from.
fn referer(headers: &HeaderMap) -> Option<String> {
    let referer = url::Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    let query = referer.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", referer.path())).filter(|path| return_to::is_on_this_site(path))
}

/// The answer to a form that htmx sent: where a browser would follow a redirect, htmx is told to.
fn told_to_htmx(language: Language, mut response: Response) -> Response {
    let error = response.extensions_mut().remove::<ApiError>();
    match error {
        Some(error) if error.code == Code::Unauthenticated => {
            leading_to(HeaderValue::from_static("/sign-in"))
        }
        Some(error) => as_fragment(language, error),
        None if response.status() == StatusCode::SEE_OTHER => {
            let Some(address) = response.headers_mut().remove(header::LOCATION) else { return response };
            *response.status_mut() = StatusCode::OK;
            response.headers_mut().insert(LEADS_TO, address);
            response
        }
        None => response,
    }
}

fn leading_to(address: HeaderValue) -> Response {
    ([(LEADS_TO, address)], ()).into_response()
}

/// What a page answers to somebody whose session it does not see: the way through the sign-in and back to `address`.
///
/// A link from another site comes without our `SameSite=Strict` cookie, signed in or not. So that page is asked for once
/// more by one of our own, and then the cookie comes along. This can't go on: browsers say of that request that it is
/// `same-origin`, and what says so is sent to sign in.
pub fn without_session(fetched: Option<&HeaderValue>, address: Option<&str>) -> Response {
    let by_link = fetched.is_some_and(|site| *site == "cross-site" || *site == "same-site");
    match address.filter(|address| by_link && return_to::is_on_this_site(address)) {
        Some(address) => Page(ajet_web::again(address)).into_response(),
        None => Redirect::to(&return_to::through_sign_in(address)).into_response(),
    }
}

/// Shows what a page refuses as a page; a sign-in leads back to the page that asked for it.
pub async fn refusals_as_pages(request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    if asked.by_htmx {
        return told_to_htmx(asked.viewer.language, response);
    }
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => asked.shown(error),
        None => response,
    }
}

/// Shows what is refused as a page to browsers, which ask for one, and as a problem document to programs.
pub async fn refusals_as_asked(request: Request, next: Next) -> Response {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let by_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    // What begins there is not begun again by itself: a sign-in leads to the start page.
    let asked = Asked { address: None, ..Asked::of(&request) };
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) if by_browser => asked.shown(error),
        Some(error) => error.into_response(),
        None => response,
    }
}

/// Shows what a fragment's route refuses as a fragment, in the reader's language.
pub async fn refusals_as_fragments(request: Request, next: Next) -> Response {
    let language = reader::of(request.headers()).language;
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => as_fragment(language, error),
        None => response,
    }
}
