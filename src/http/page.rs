//! HTML answers, and refusals as people read them.
//!
//! Extractors refuse before a handler runs, and with errors of the API. So every route of a page stands behind
//! [`refusals_as_pages`] and every route of a fragment behind [`refusals_as_fragments`].

use ajet_protocol::Code;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use crate::http::error::ApiError;
use crate::http::extract::origin::FETCH_SITE;
use crate::http::return_to;

const HTML: &str = "text/html; charset=utf-8";

/// An HTML answer.
pub struct Page(pub Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HTML)], self.0.into_string()).into_response()
    }
}

/// A failure of a whole page: to the sign-in where that is what is missing, else a page that says what is wrong.
pub struct PageError(ApiError);

/// A failure of a fragment: its text goes where the form shows problems.
pub struct FragmentError(ApiError);

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<ApiError>> From<E> for FragmentError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if self.0.code == Code::Unauthenticated {
            return Redirect::to(&return_to::through_sign_in(None)).into_response();
        }
        let shown = ajet_web::error_page(self.0.code.title(), &self.0.detail);
        refused(self.0, shown)
    }
}

impl IntoResponse for FragmentError {
    fn into_response(self) -> Response {
        let shown = maud::html! { (self.0.detail) };
        refused(self.0, shown)
    }
}

/// The error's status and headers, with HTML instead of its problem document.
fn refused(error: ApiError, shown: Markup) -> Response {
    let mut response = error.into_response();
    response.extensions_mut().remove::<ApiError>();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    *response.body_mut() = Body::from(shown.into_string());
    response
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

/// Shows what a page's extractors refuse as a page; a sign-in leads back to the page that asked for it.
pub async fn refusals_as_pages(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().filter(|_| request.method().is_safe());
    let address = address.map(|address| address.as_str().to_owned());
    let fetched = request.headers().get(FETCH_SITE).cloned();
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) if error.code == Code::Unauthenticated => {
            without_session(fetched.as_ref(), address.as_deref())
        }
        Some(error) => PageError(error).into_response(),
        None => response,
    }
}

/// Shows what is refused as a page to browsers, which ask for one, and as a problem document to programs.
pub async fn refusals_as_asked(request: Request, next: Next) -> Response {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let by_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) if by_browser => PageError(error).into_response(),
        Some(error) => error.into_response(),
        None => response,
    }
}

/// Shows what a fragment's extractors refuse as a fragment.
pub async fn refusals_as_fragments(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => FragmentError(error).into_response(),
        None => response,
    }
}
