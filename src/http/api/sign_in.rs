//! Signing in by accounts at providers, as browsers do it; a person's accounts; and what providers tell of the end of sessions.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Code, OauthAccount, OauthAccountId, Page};
use ajet_web::pages::access::accounts::{Proposed, confirm};
use ajet_web::pages::access::sign_in::another;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, middleware};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::begun::begun;
use crate::http::cookie::{SetCookie, flow_of};
use crate::http::extract::body::Id;
use crate::http::extract::caller::{Caller, ReplacedSession};
use crate::http::extract::device::Device;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::origin;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::extract::peer::Address;
use crate::http::page::{Page as Html, refusals_as_asked};
use crate::http::reader;
use crate::http::return_to;
use crate::http::state::App;
use crate::usecases::linked_accounts::{self, Proposal};
use crate::usecases::providers;
use crate::usecases::sign_in::{self, Beginning, Finished};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    let pages = OpenApiRouter::new().routes(routes!(start)).routes(routes!(callback));
    OpenApiRouter::new()
        .merge(pages.route_layer(middleware::from_fn(refusals_as_asked)))
        .routes(routes!(provider_logout))
        .routes(routes!(accounts))
        .routes(routes!(unlink))
}

/// What a sign-in is to lead to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StartQuery {
    /// The page of this server that the sign-in leads to: a path, without `\` and control characters, and none below `/auth/` but `/auth/device`. `/` where it is
    /// missing.
    return_to: Option<String>,
    /// `true` leads to the page on which somebody who is signed in links an account there.
    link: Option<bool>,
}

/// Begins to sign in at a provider: sends the browser to it.
///
/// Somebody who is signed in, and does not come from the sign-in page, is asked first: a link may have led them here that somebody else wrote. A
/// browser that comes from another site asks once more, with its cookie. A browser that asks for `text/html` is answered failures as pages.
#[utoipa::path(get, path = "/auth/{provider}/start", operation_id = "auth.start", tag = "sign-in",
    params(("provider" = inline(ajet_protocol::forms::ProviderSlugText), Path, description = "The provider's name in addresses (`auth.providers`)."), StartQuery),
    responses(
        (status = 200, description = "A page that asks somebody who is signed in; or one that asks once more, for a browser that comes from another site.", content_type = "text/html", body = String),
        (status = 302, description = "The way to the provider.",
            headers(("Location" = String, description = "The provider's page."), ("Set-Cookie" = String, description = "Binds the sign-in to this browser."))),
        (status = 303, description = "The way to the page that links an account.", headers(("Location" = String, description = "The page."))),
        (status = 422, description = "`return_to` is no page of this server, or `link` neither `true` nor `false` (`invalid`)."),
        (status = 429, description = "Too many sign-ins were begun, or too much that was wrong came, from this network (`rate_limited`).")))]
pub async fn start(
    State(app): State<App>,
    InPath(provider): InPath<String>,
    InQuery(query): InQuery<StartQuery>,
    (replaced, address): (ReplacedSession, Address),
    (uri, headers): (Uri, HeaderMap),
) -> Answer<Response> {
    let return_to = return_to::asked(query.return_to.as_deref(), "/")?;
    let offered = providers::named(&app.context, &provider).await?.offered();
    if query.link == Some(true) {
        return Ok(Redirect::to(&return_to::through_linking(&offered.name, return_to)).into_response());
    }
    if let Some(again) = asked_elsewhere(&headers, &uri) {
        return Ok(Html(ajet_web::again(again)).into_response());
    }
    if let Some(person) = replaced.person().filter(|_| !origin::comes_from(&headers, &app, "/sign-in")) {
        return Ok(Html(another(&reader::of(&headers), person, &offered, return_to)).into_response());
    }
    let beginning = Beginning { provider: &provider, return_to, signed_in: replaced.ended(), links: false };
    let (cookie, to) = begun(&app, (&headers, address), beginning).await?;
    Ok((StatusCode::FOUND, cookie, [(header::LOCATION, to)], ()).into_response())
}

/// The address that a page of another site sent the browser to, which then holds the session's cookie back.
fn asked_elsewhere<'a>(headers: &HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let site = headers.get(origin::FETCH_SITE)?;
    let address = uri.path_and_query()?.as_str();
    ((*site == "cross-site" || *site == "same-site") && return_to::is_on_this_site(address))
        .then_some(address)
}

/// What a provider sends back.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    /// The sign-in that the provider was given.
    state: Option<String>,
    /// What stands for the person; missing where they declined.
    code: Option<String>,
    /// Who answers, where the provider says so (RFC 9207).
    iss: Option<String>,
}

/// Comes back from a provider: signs in, and goes on to where the sign-in leads; or asks whether the account is to be linked.
///
/// The page asks for the next one by itself. A redirect would not do: the session's cookie is `SameSite=Strict`, and a browser that was just sent here by
/// another site holds it back from the page that it is sent on to. A browser that asks for `text/html` is answered failures as pages.
#[utoipa::path(get, path = "/auth/{provider}/callback", operation_id = "auth.callback", tag = "sign-in",
    params(("provider" = inline(ajet_protocol::forms::ProviderSlugText), Path, description = "The provider's name in addresses."), CallbackQuery),
    responses(
        (status = 200, description = "A page that goes on to where the sign-in leads, or asks whether the account is to be linked.", content_type = "text/html", body = String,
            headers(("Set-Cookie" = String, description = "The session as a cookie, unless an account is to be linked."))),
        (status = 401, description = "The session that asked for an account to be linked is over (`unauthenticated`)."),
        (status = 403, description = "The answer belongs to no sign-in of this browser (`csrf`); or it was declined or not accepted, the person is not let in, or the account is deactivated (`forbidden`)."),
        (status = 422, description = "A part of the query is there twice, or holds a NUL (`invalid`)."),
        (status = 429, description = "Too much that was wrong came from this network (`rate_limited`).")))]
pub async fn callback(
    State(app): State<App>,
    (address, device): (Address, Device),
    InPath(provider): InPath<String>,
    InQuery(query): InQuery<CallbackQuery>,
    (replaced, headers): (ReplacedSession, HeaderMap),
) -> Answer<Response> {
    let _turn = address.turn(&app).await;
    let browser = flow_of(&app, &headers);
    let answer = sign_in::Answer {
        provider: &provider,
        browser: browser.as_deref(),
        state: query.state.as_deref(),
        code: query.code.as_deref(),
        issuer: query.iss.as_deref(),
    };
    let finished = sign_in::finish(&app.context, answer, device.0.as_deref(), replaced.ended()).await;
    let finished = finished.map_err(|failure| match failure.code {
        Code::Csrf => address.failed(&app, failure),
        _ => failure,
    })?;
    Ok(match finished {
        Finished::SignedIn { token, return_to } => {
            let page = Html(ajet_web::again(&return_to));
            (SetCookie::session(&app, &token), SetCookie::no_flow(&app), page).into_response()
        }
        Finished::Proposed(Proposal { secret, person, username, provider }) => {
            let asked = Proposed { username: &username, provider: &provider, secret: &secret };
            let page = Html(confirm(&reader::of(&headers), &person, &asked));
            (SetCookie::no_flow(&app), page).into_response()
        }
    })
}

/// What a provider tells.
#[derive(Deserialize, ToSchema)]
pub struct ProviderLogout {
    /// The logout token: a JWT that the provider signed.
    logout_token: String,
}

/// Ends sessions because their provider says so (OpenID Connect Back-Channel Logout 1.0), with their live streams. What is no token of the provider
/// counts as wrong for the network that it came from; one that is a token is taken whatever else came from there.
#[utoipa::path(post, path = "/auth/{provider}/backchannel-logout", operation_id = "auth.provider_logout", tag = "sign-in",
    params(("provider" = inline(ajet_protocol::forms::ProviderSlugText), Path, description = "The provider's name in addresses.")),
    request_body(content = ProviderLogout, content_type = "application/x-www-form-urlencoded", description = "What the provider tells."),
    responses(
        (status = 204, description = "The sessions are over, on every node."),
        (status = 400, description = "The token is none of this provider's, has expired, or was used before (`malformed`)."),
        (status = 415, description = "The body is no form (`unsupported_media_type`)."),
        (status = 422, description = "The form has no `logout_token` (`invalid`)."),
        (status = 429, description = "Too much that was wrong came from this network (`rate_limited`).")))]
pub async fn provider_logout(
    State(app): State<App>,
    address: Address,
    InPath(provider): InPath<String>,
    Filled(form): Filled<ProviderLogout>,
) -> Answer<StatusCode> {
    let _turn = address.turn(&app).await;
    let told = linked_accounts::provider_logout(&app.context, &provider, &form.logout_token).await;
    told.map_err(|failure| match failure.code {
        Code::Malformed => address.failed(&app, failure),
        _ => failure,
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's accounts at providers, by id.
#[utoipa::path(get, path = "/api/me/accounts", operation_id = "accounts.list", tag = "me",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of accounts.", body = Page<OauthAccount>)),
    security(("bearer" = [])))]
pub async fn accounts(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Paging(query): Paging,
) -> Answer<Json<Page<OauthAccount>>> {
    linked_accounts::list(&app.context, caller.id(), &query).await.map(Json)
}

/// Unlinks one of the caller's accounts, and ends the sessions that were opened by it, but for the one that asks. Again changes nothing.
#[utoipa::path(delete, path = "/api/me/accounts/{id}", operation_id = "accounts.unlink", tag = "me",
    params(("id" = uuid::Uuid, Path, description = "The account's id.")),
    responses(
        (status = 204, description = "No one signs in by it any more."),
        (status = 409, description = "It is the caller's last way to sign in: no other account is at a provider that is offered (`conflict`).")),
    security(("bearer" = [])))]
pub async fn unlink(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<OauthAccountId>,
) -> Answer<StatusCode> {
    linked_accounts::unlink(&app.context, caller.id(), id, caller.session.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
