//! The page of a person's accounts at providers: listed, linked and unlinked.
//!
//! A link that somebody else wrote shows a question at most: each step that links is a form of our own page, before the provider is asked and after.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{OauthAccountId, PageQuery};
use ajet_web::pages::{access, settings};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::at_provider;
use super::own::Own;
use super::page::{Page, PageError};
use super::reader::Reader;
use crate::http::error::ApiError;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::path::InPath;
use crate::http::extract::peer::Address;
use crate::http::return_to;
use crate::http::state::App;
use crate::usecases::sign_in::Beginning;
use crate::usecases::{linked_accounts, providers};

/// Where a link at a provider leads afterwards.
#[derive(Deserialize)]
pub struct Linking {
    return_to: Option<String>,
}

impl Linking {
    fn return_to(&self) -> Result<&str, ApiError> {
        return_to::asked(self.return_to.as_deref(), "/accounts")
    }
}

/// Asks whether an account at a provider is to be linked.
pub async fn ask_to_link(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    InPath(provider): InPath<String>,
    InQuery(query): InQuery<Linking>,
) -> Result<Page, PageError> {
    let return_to = query.return_to()?;
    let provider = providers::named(&app.context, &provider).await?.offered();
    Ok(Page(access::accounts::ask_to_link(&viewer, &caller.session.user, &provider, return_to)))
}

/// Goes on to the provider.
pub async fn begin_to_link(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    (headers, address): (HeaderMap, Address),
    InPath(provider): InPath<String>,
    Filled(form): Filled<Linking>,
) -> Result<Response, PageError> {
    let beginning = Beginning {
        provider: &provider,
        return_to: form.return_to()?,
        signed_in: Some(caller.own_session()),
        links: true,
    };
    Ok(at_provider::go_on(&app, (&headers, address), beginning).await?)
}

/// What the page after the provider answers with.
#[derive(Deserialize)]
pub struct Answered {
    secret: String,
}

/// Links the account.
pub async fn link(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Filled(form): Filled<Answered>,
) -> Result<Response, PageError> {
    let return_to = linked_accounts::link(&app.context, caller.own_session(), &form.secret).await?;
    Ok(Redirect::to(&return_to).into_response())
}

/// The accounts, and where more can be linked.
pub async fn list(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let accounts = linked_accounts::list(&app.context, own.caller.id(), &PageQuery::default()).await?;
    let providers = providers::offered(&app.context).await?;
    Ok(Page(settings::accounts(&own.inside(), &accounts.items, &providers)))
}

/// Unlinks one of them.
pub async fn unlink(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<OauthAccountId>,
) -> Result<Response, PageError> {
    linked_accounts::unlink(&app.context, caller.id(), id, caller.session.id).await?;
    Ok(Redirect::to("/accounts").into_response())
}
