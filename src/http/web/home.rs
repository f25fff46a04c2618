//! Sign-in, start, invites.

use ajet_protocol::{CreateCommunity, DevSignIn, PageQuery, Trimmed, shape};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use validator::Validate;

use super::page::{Page, PageError, without_session};
use super::return_to;
use crate::http::api;
use crate::http::api::invites::InviteCode;
use crate::http::body::{Id, Valid};
use crate::http::caller::{Caller, MaybeCaller, ReplacedSession};
use crate::http::error::ApiError;
use crate::http::form::{Filled, InQuery};
use crate::http::origin::{FETCH_SITE, SameOrigin};
use crate::http::peer::{Address, DevSignInHere, DevSignInOnly};
use crate::http::state::App;

/// The start page.
pub async fn start(State(app): State<App>, caller: Caller) -> Result<Response, PageError> {
    let communities = app.store.communities_of(caller.id(), &PageQuery::default()).await?;
    let owner = app.store.system_owner().await?;
    let may_found = owner.is_none_or(|owner| owner == caller.id());
    Ok(Page(ajet_web::home::start(&caller.session.user, &communities.items, may_found, None)).into_response())
}

/// Where the sign-in leads.
#[derive(Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
}

/// The sign-in page.
pub async fn sign_in_page(here: DevSignInHere, InQuery(query): InQuery<SignInQuery>) -> Page {
    let next = return_to::or_start(query.next.as_deref());
    Page(ajet_web::home::sign_in(here.0, next, None))
}

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignInForm {
    username: Trimmed,
    display_name: Option<Trimmed>,
    next: Option<String>,
}

/// Signs in and goes on to where the person came from.
pub async fn sign_in(
    State(app): State<App>,
    here: DevSignInOnly,
    _: SameOrigin,
    before: ReplacedSession,
    Filled(form): Filled<SignInForm>,
) -> Result<Response, PageError> {
    let next = return_to::or_start(form.next.as_deref());
    let display_name = form.display_name.filter(|name| !name.is_empty());
    let request = DevSignIn { username: form.username, display_name };
    if let Err(report) = request.validate() {
        let problem = ApiError::invalid(shape::field_errors(&report)).detail;
        return Ok(Page(ajet_web::home::sign_in(true, next, Some(&problem))).into_response());
    }
    let signed_in = api::accounts::dev_sign_in(State(app), here, before, Valid(request)).await?;
    let cookie = signed_in.headers().get(header::SET_COOKIE).cloned();
    let mut response = Redirect::to(next).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Signs out.
pub async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, PageError> {
    let signed_out = api::accounts::sign_out(State(app), caller).await?;
    let cookie = signed_out.headers().get(header::SET_COOKIE).cloned();
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The form for a new community.
#[derive(Deserialize)]
pub struct FoundForm {
    name: Trimmed,
    slug: String,
}

/// Founds a community and opens it.
pub async fn found(
    State(app): State<App>,
    caller: Caller,
    Filled(form): Filled<FoundForm>,
) -> Result<Response, PageError> {
    let request = CreateCommunity { name: form.name, slug: form.slug, client_mutation_id: None };
    request.validate().map_err(|report| ApiError::invalid(shape::field_errors(&report)))?;
    let founded = api::communities::create(State(app), caller, HeaderMap::new(), Valid(request)).await?;
    let (_, Json(community)) = founded;
    Ok(Redirect::to(&format!("/c/{}", community.slug)).into_response())
}

/// The page of an invite; who is not signed in does that first and comes back.
pub async fn invite(
    State(app): State<App>,
    address: Address,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
    Id(code): Id<InviteCode>,
) -> Result<Response, PageError> {
    let previewed = api::invites::preview(State(app), address, MaybeCaller(caller.clone()), Id(code));
    let Json(preview) = previewed.await?;
    if caller.is_none() {
        let back = format!("/invite/{}", preview.code);
        return Ok(without_session(headers.get(FETCH_SITE), Some(&back)));
    }
    Ok(Page(ajet_web::home::invite(&preview)).into_response())
}

/// Accepts an invite and opens the community.
pub async fn accept(
    state: State<App>,
    address: Address,
    caller: Caller,
    code: Id<InviteCode>,
) -> Result<Response, PageError> {
    let Json(joined) = api::invites::accept(state, address, caller, code).await?;
    Ok(Redirect::to(&format!("/c/{}", joined.slug)).into_response())
}
