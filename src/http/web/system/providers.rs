//! The providers at which people sign in.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{CreateOauthProvider, OauthProviderId, ProviderType, UpdateOauthProvider};
use ajet_web::pages::system;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::error::ApiError;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::extract::owner::OwnsSystem;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{ALL, Own, saved};
use crate::usecases::{Found, GivenKey, providers};

const HERE: &str = "/system/providers";

/// The list.
pub async fn page(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let all = providers::list(&app.context, own.caller.id(), &ALL).await?.items;
    Ok(Page(system::providers(&own.inside(), &all, &app.settings.public_url)))
}

/// One of them.
pub async fn one(State(app): State<App>, own: Own, Id(id): Id<OauthProviderId>) -> Result<Page, PageError> {
    let all = providers::list(&app.context, own.caller.id(), &ALL).await?.items;
    let provider = all.iter().find(|one| one.id == id).or_not_found()?;
    Ok(Page(system::provider(&own.inside(), provider, &app.settings.public_url)))
}

/// What an area of text holds, one on each line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Adds one.
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let kind = ProviderType::named(form.text("type"));
    let misfit = || ApiError::field("type", "bad_format", "has a value that does not fit");
    let request = valid(CreateOauthProvider {
        kind: kind.ok_or_else(misfit)?,
        name: form.trimmed("name"),
        client_id: form.given("client_id").unwrap_or_default(),
        client_secret: form.given("client_secret"),
        base_url: form.given("base_url"),
        issuer_url: form.given("issuer_url"),
        enabled: Some(true),
        organizations: lines(form.text("organizations")),
        required_claims: std::collections::BTreeMap::new(),
        client_mutation_id: None,
    })?;
    providers::create(&app.context, caller.id(), request, GivenKey::Fresh).await?;
    Ok(saved(HERE))
}

/// Changes one; an empty secret leaves the one that is kept. An empty base URL would leave it too, so it is refused.
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Id(id): Id<OauthProviderId>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let all = providers::list(&app.context, caller.id(), &ALL).await?.items;
    let provider = all.iter().find(|one| one.id == id).or_not_found()?;
    if provider.base_url.is_some() && form.all("base_url").any(|text| text.trim().is_empty()) {
        let why = "can't be taken away: remove the provider, and add it anew";
        return Err(ApiError::field("base_url", "required", why).into());
    }
    let update = valid(UpdateOauthProvider {
        name: Some(form.trimmed("name")),
        client_id: form.given("client_id"),
        client_secret: form.given("client_secret"),
        base_url: form.given("base_url"),
        issuer_url: form.given("issuer_url"),
        enabled: Some(form.is_on("enabled")),
        organizations: form.all("organizations").next().map(lines),
        ..UpdateOauthProvider::default()
    })?;
    providers::update(&app.context, caller.id(), id, update).await?;
    Ok(saved(HERE))
}

/// Removes one.
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<OauthProviderId>,
) -> Result<Redirect, PageError> {
    providers::remove(&app.context, caller.id(), id).await?;
    Ok(saved(HERE))
}
