//! People, whose accounts the owner of the system takes out of use and back.

use std::collections::HashMap;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Trimmed, UserId, UserSearch};
use ajet_web::pages::system;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::owner::OwnsSystem;
use crate::http::extract::paging::Paging;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::own::{Own, saved};
use crate::usecases::users;

/// The list.
pub async fn page(
    State(app): State<App>,
    own: Own,
    _: OwnsSystem,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    let q = given.get("q").map(|text| Trimmed::from(text.as_str())).unwrap_or_default();
    let search = valid(UserSearch { q })?;
    let found = users::search(&app.context, own.caller.id(), &search, &query).await?;
    let out = users::out_of_use(&app.context, own.caller.id(), &found.items).await?;
    let account = |user: ajet_protocol::User| system::Account { deactivated: out.contains(&user.id), user };
    let all = ajet_protocol::Page {
        items: found.items.into_iter().map(account).collect(),
        has_more: found.has_more,
    };
    Ok(Page(system::people(&own.inside(), &search.q, &all)))
}

/// Takes an account out of use.
pub async fn deactivate(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Result<Redirect, PageError> {
    users::deactivate(&app.context, caller.by(), id).await?;
    back(&app, id).await
}

/// Takes an account into use again.
pub async fn reactivate(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Result<Redirect, PageError> {
    users::reactivate(&app.context, caller.by(), id).await?;
    back(&app, id).await
}

/// Back to the list of this one person: what is out of use is found by its whole user name alone.
async fn back(app: &App, id: UserId) -> Result<Redirect, PageError> {
    let user = users::get(&app.context, id).await?;
    let query = serde_urlencoded::to_string(vec![("q", user.username.as_str())]).unwrap_or_default();
    Ok(saved(&format!("/system/people?{query}")))
}
