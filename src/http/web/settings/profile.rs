//! What others see of a person.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{CommunityId, PresenceMode, UpdateMe};
use ajet_web::pages::settings;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::extract::upload::Upload;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{Own, saved};
use crate::usecases::{accounts, pictures};

const HERE: &str = "/settings/profile";

/// The page.
pub async fn page(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let me = accounts::me(&app.context, own.caller.id()).await?;
    let inside = own.inside();
    let pictures = pictures::own_in(&app.context, me.user.id, inside.communities).await?;
    Ok(Page(settings::profile(&inside, &me, &pictures)))
}

/// Changes name and status.
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let update = valid(UpdateMe {
        display_name: Some(form.trimmed("display_name")),
        status_text: Some(form.trimmed("status_text")),
        ..UpdateMe::default()
    })?;
    accounts::update_me(&app.context, caller.by(), update).await?;
    Ok(saved(HERE))
}

/// Sets the picture.
pub async fn set_picture(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    mut upload: Upload,
) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[])?.bytes;
    pictures::set_own(&app.context, caller.by(), Some(file)).await?;
    Ok(saved(HERE))
}

/// Takes the picture away.
pub async fn remove_picture(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
) -> Result<Redirect, PageError> {
    pictures::set_own(&app.context, caller.by(), None).await?;
    Ok(saved(HERE))
}

/// Sets the picture in a community.
pub async fn set_picture_in(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    mut upload: Upload,
) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[])?.bytes;
    pictures::set_of_member(&app.context, caller.by(), id, caller.id(), Some(file)).await?;
    Ok(saved(HERE))
}

/// Shows the picture of the account in a community again.
pub async fn remove_picture_in(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
) -> Result<Redirect, PageError> {
    pictures::set_of_member(&app.context, caller.by(), id, caller.id(), None).await?;
    Ok(saved(HERE))
}

/// Shows or hides that the person is there.
pub async fn set_presence(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let mode = if form.is_on("invisible") { PresenceMode::Invisible } else { PresenceMode::Auto };
    let update = UpdateMe { presence: Some(mode), ..UpdateMe::default() };
    accounts::update_me(&app.context, caller.by(), update).await?;
    Ok(saved(HERE))
}
