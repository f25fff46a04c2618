//! A person's own data.

use ajet_protocol::ExportId;
use ajet_protocol::scopes::SessionOnly;
use ajet_web::pages::settings;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::own::Own;
use crate::usecases::{GivenKey, exports};

const HERE: &str = "/settings/data";

/// The page.
pub async fn page(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let all = exports::list(&app.context, own.caller.id()).await?;
    Ok(Page(settings::data(&own.inside(), &all)))
}

/// Asks for an export.
pub async fn ask(State(app): State<App>, caller: Caller<SessionOnly>) -> Result<Redirect, PageError> {
    exports::ask(&app.context, caller.id(), GivenKey::Fresh).await?;
    Ok(Redirect::to(HERE))
}

/// Leads to the file; back to the page where it is not ready.
pub async fn download(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ExportId>,
) -> Result<Redirect, PageError> {
    let export = exports::get(&app.context, caller.id(), id).await?;
    Ok(Redirect::to(export.url.as_deref().unwrap_or(HERE)))
}
