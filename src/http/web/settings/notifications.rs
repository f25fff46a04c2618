//! What a person is told of, and when not.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{CommunityId, NotifyLevel, QuietHours, UpdateMe};
use ajet_web::pages::settings;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{Own, saved};
use crate::usecases::{accounts, communities};

const HERE: &str = "/settings/notifications";

/// The page.
pub async fn page(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let me = accounts::me(&app.context, own.caller.id()).await?;
    Ok(Page(settings::notifications(&own.inside(), &me)))
}

/// Sets what a person is told of one community.
pub async fn set(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let level = form.needed::<NotifyLevel>("level")?;
    communities::notify(&app.context, caller.by(), id, level).await?;
    Ok(saved(HERE))
}

/// Sets the quiet hours.
pub async fn set_quiet(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let text = |name| form.text(name).trim().to_owned();
    let hours = QuietHours { from: text("from"), to: text("to"), time_zone: text("time_zone") };
    let update = valid(UpdateMe { quiet_hours: Some(Some(hours)), ..UpdateMe::default() })?;
    accounts::update_me(&app.context, caller.by(), update).await?;
    Ok(saved(HERE))
}

/// Ends the quiet hours.
pub async fn lift_quiet(State(app): State<App>, caller: Caller<SessionOnly>) -> Result<Redirect, PageError> {
    let update = UpdateMe { quiet_hours: Some(None), ..UpdateMe::default() };
    accounts::update_me(&app.context, caller.by(), update).await?;
    Ok(saved(HERE))
}
