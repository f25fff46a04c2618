//! Sign-in by name, start, invites.

use ajet_domain::community::Names;
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{CreateCommunity, DevSignIn, InviteCode, Notification, PageQuery, Trimmed, UserId};
use ajet_web::chat::inbox::Told;
use ajet_web::pages::access::home::{self as page, Start, Suggested};
use ajet_web::strings::Language;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::{Page, PageError, told, without_session};
use super::reader::Reader;
use super::sign_in;
use super::wording;
use crate::http::cookie::SetCookie;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::{Caller, MaybeCaller, ReplacedSession};
use crate::http::extract::device::Device;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::origin::{FETCH_SITE, SameOrigin};
use crate::http::extract::peer::{Address, DevSignInHere, DevSignInOnly};
use crate::http::founded::founded;
use crate::http::invited::{accepted, previewed};
use crate::http::return_to;
use crate::http::state::App;
use crate::usecases::accounts::{self, ByName};
use crate::usecases::notifications::Listed;
use crate::usecases::{Failure, GivenKey, communities, notifications, settings};

/// How much of what somebody was told of the start page shows at most.
const TOLD: i64 = 20;

/// What the first community is to be called, by the form of the sign-in page.
#[derive(Deserialize)]
pub struct SuggestedNames {
    name: Option<String>,
    slug: Option<String>,
}

/// The start page.
pub async fn start(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    InQuery(query): InQuery<SuggestedNames>,
) -> Result<Page, PageError> {
    let all = communities::list(&app.context, caller.id(), &PageQuery::default()).await?;
    let may_found = communities::may_found(&app.context, caller.id()).await?;
    let (name, slug) = (query.name.unwrap_or_default(), query.slug.unwrap_or_default());
    let founding = may_found.then_some(Suggested { name: &name, slug: &slug });
    let owns_system = settings::get(&app.context, caller.id()).await.is_ok();
    let newest =
        if all.items.is_empty() { newest(&app, caller.id(), viewer.language).await? } else { Vec::new() };
    let invites = notifications::open_invites(&app.context, caller.id(), &newest).await?;
    let told = Told { notifications: &newest, invites: &invites };
    let shown = Start { me: &caller.session.user, communities: &all.items, told, founding, owns_system };
    Ok(Page(page::start(&viewer, &shown)))
}

/// What somebody was told of last.
async fn newest(app: &App, reader: UserId, lang: Language) -> Result<Vec<Notification>, Failure> {
    let newest = PageQuery { limit: Some(TOLD), ..PageQuery::default() };
    Ok(notifications::list(&app.context, reader, Listed::All, &newest, wording::of_notices(lang))
        .await?
        .items)
}

/// Where the sign-in leads.
#[derive(Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
}

/// The sign-in page.
pub async fn sign_in_page(
    State(app): State<App>,
    here: DevSignInHere,
    Reader(viewer): Reader,
    InQuery(query): InQuery<SignInQuery>,
) -> Result<Page, PageError> {
    let next = return_to::or_start(query.next.as_deref());
    Ok(sign_in::shown(&app, (&viewer, &here), next, None).await?)
}

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignInForm {
    username: Trimmed,
    display_name: Option<Trimmed>,
    next: Option<String>,
    community_name: Option<Trimmed>,
    community_slug: Option<String>,
}

/// Signs in and goes on to where the person came from, or to the first community, which it founds.
pub async fn sign_in(
    State(app): State<App>,
    _: DevSignInOnly,
    _: SameOrigin,
    (replaced, device, Reader(viewer)): (ReplacedSession, Device, Reader),
    Filled(form): Filled<SignInForm>,
) -> Result<Response, PageError> {
    let SignInForm { username, display_name, next, community_name, community_slug } = form;
    let next = return_to::or_start(next.as_deref());
    let display_name = display_name.filter(|name| !name.is_empty());
    let checked = valid(DevSignIn { username, display_name })
        .and_then(|request| Ok((request, sign_in::named(community_name, community_slug)?)));
    let (request, names) = match checked {
        Ok(checked) => checked,
        Err(bad) => {
            let problem = told(viewer.language, &bad);
            let again = sign_in::shown(&app, (&viewer, &DevSignInHere(true)), next, Some(&problem)).await?;
            return Ok(again.into_response());
        }
    };
    let DevSignIn { username, display_name } = request;
    let who = ByName { username: &username, display_name: display_name.as_ref() };
    let device = device.0.as_deref();
    let (token, user) = accounts::sign_in_by_name(&app.context, who, replaced.ended(), device).await?;
    let next = match names {
        Some(names) => sign_in::founded(&app, user, names).await,
        None => next.to_owned(),
    };
    Ok((SetCookie::session(&app, &token), Redirect::to(&next)).into_response())
}

/// Signs out.
pub async fn sign_out(State(app): State<App>, caller: Caller<SessionOnly>) -> Result<Response, PageError> {
    accounts::sign_out(&app.context, &caller.token, caller.session.id).await?;
    Ok((SetCookie::none(&app), Redirect::to("/sign-in")).into_response())
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
    caller: Caller<SessionOnly>,
    device: Device,
    Filled(form): Filled<FoundForm>,
) -> Result<Response, PageError> {
    let request = valid(CreateCommunity { name: form.name, slug: form.slug, client_mutation_id: None })?;
    let names = Names { name: request.name, slug: request.slug };
    let (made, cookie) = founded(&app, &caller, &device, names, GivenKey::Fresh).await?;
    Ok((cookie, Redirect::to(&format!("/c/{}", made.into_inner().slug))).into_response())
}

/// The page of an invite; who is not signed in does that first and comes back.
pub async fn invite(
    State(app): State<App>,
    address: Address,
    MaybeCaller(caller): MaybeCaller<SessionOnly>,
    (Reader(viewer), headers): (Reader, HeaderMap),
    Id(code): Id<InviteCode>,
) -> Result<Response, PageError> {
    let preview = previewed(&app, &address, caller.as_ref().map(Caller::id), &code).await?;
    if caller.is_none() {
        let back = format!("/invite/{}", preview.code);
        return Ok(without_session(headers.get(FETCH_SITE), Some(&back)));
    }
    Ok(Page(page::invite(&viewer, &preview)).into_response())
}

/// Accepts an invite and opens the community.
pub async fn accept(
    State(app): State<App>,
    address: Address,
    caller: Caller<SessionOnly>,
    Id(code): Id<InviteCode>,
) -> Result<Response, PageError> {
    let joined = accepted(&app, &address, caller.by(), code).await?;
    Ok(Redirect::to(&format!("/c/{}", joined.slug)).into_response())
}
