//! What holds for the whole system, and its audit log.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{CreateCommunities, SignUp, UpdateSettings};
use ajet_web::pages::system;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::extract::owner::OwnsSystem;
use crate::http::extract::paging::Paging;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{Own, saved};
use crate::usecases::audit::{self, AuditFilter};
use crate::usecases::settings;

const HERE: &str = "/system/settings";

/// The page.
pub async fn page(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let now = settings::get(&app.context, own.caller.id()).await?;
    Ok(Page(system::settings(&own.inside(), &now)))
}

/// The audit log.
pub async fn audit(State(app): State<App>, own: Own, Paging(query): Paging) -> Result<Page, PageError> {
    let all = audit::of_system(&app.context, own.caller.id(), &AuditFilter::default(), &query).await?;
    Ok(Page(system::audit(&own.inside(), &all)))
}

/// One of the choices of a form, by the name that the API has for it.
fn choice<T: serde::de::DeserializeOwned>(form: &Fields, name: &str) -> Result<T, ApiError> {
    let misfit = |_| ApiError::field(name, "bad_format", "has a value that does not fit");
    serde_json::from_value(form.text(name).into()).map_err(misfit)
}

/// Sets who may come in, and who may found communities.
pub async fn set_people(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let domains = form.text("sign_up_domains").split_whitespace().map(str::to_owned);
    let update = valid(UpdateSettings {
        create_communities: Some(choice::<CreateCommunities>(&form, "create_communities")?),
        sign_up: Some(choice::<SignUp>(&form, "sign_up")?),
        sign_up_domains: Some(domains.collect()),
        ..UpdateSettings::default()
    })?;
    settings::update(&app.context, caller.id(), &update).await?;
    Ok(saved(HERE))
}

/// Sets what holds for messages and files.
pub async fn set_messages(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let update = valid(UpdateSettings {
        edit_window_s: Some(form.needed("edit_window_s")?),
        upload_max_bytes: Some(form.needed("upload_max_bytes")?),
        link_previews: Some(form.is_on("link_previews")),
        message_retention_days: Some(form.parsed("message_retention_days")?),
        audit_retention_days: Some(form.parsed("audit_retention_days")?),
        ..UpdateSettings::default()
    })?;
    settings::update(&app.context, caller.id(), &update).await?;
    Ok(saved(HERE))
}
