//! HTML answers, and errors as people read them.

use ajet_protocol::Code;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use crate::http::error::ApiError;

/// An HTML answer.
pub struct Page(pub Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0.into_string()).into_response()
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
            return Redirect::to("/sign-in").into_response();
        }
        (status(&self.0), Page(ajet_web::error_page(self.0.code.title(), &self.0.detail))).into_response()
    }
}

impl IntoResponse for FragmentError {
    fn into_response(self) -> Response {
        (status(&self.0), Page(maud::html! { (self.0.detail) })).into_response()
    }
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
