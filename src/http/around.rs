//! What stands around every route. Its parts are functions that call each other, not layers of the router: each of those would be a box for
//! every request, which copies all boxes inside of it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::App;
use super::trace::{self, Policy};
use super::{compressed, drain, extract, limits, rates, unread};

/// Outside of all that may answer before a body was read, and of all that makes refusals.
pub async fn outside(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let answered = async |request| next.run(compressed::narrowed(request)).await;
    unread::around(request, async |request| trace::around(policy, request, answered).await).await
}

/// Right around the handlers.
pub async fn inside(State(app): State<App>, request: Request, next: Next) -> Response {
    let checked = async |request| match extract::refuse_malformed(&request) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    let counted = async |request| {
        let mut response = rates::around(&app, request, checked).await;
        drain::tell(&app, &mut response);
        response
    };
    limits::around(&app, request, counted).await
}
