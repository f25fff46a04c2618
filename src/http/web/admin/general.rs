//! A community's name, address and picture; and its end.

use ajet_domain::community as verb;
use ajet_protocol::UpdateCommunity;
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Managing, address};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::upload::Upload;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::saved;
use crate::usecases::{communities, pictures};

/// The first page that its reader may use.
pub async fn first(managing: Managing) -> Redirect {
    Redirect::to(&address(&managing.community, admin::first_page(managing.rights)))
}

/// The page.
pub async fn page(managing: Managing) -> Page {
    Page(admin::general(&managing.managed()))
}

/// Changes name and address. The page goes on at the new address.
pub async fn update(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let UpdateCommunity { name, slug, default_channel_id } = valid(UpdateCommunity {
        name: Some(form.trimmed("name")),
        slug: Some(form.text("slug").to_owned()),
        default_channel_id: None,
    })?;
    let update = verb::UpdateCommunity { name, slug, default_channel_id };
    let community = communities::update(&app.context, here.by(), here.community.id, update).await?;
    Ok(saved(&address(&community, "general")))
}

/// Sets the picture.
pub async fn set_picture(
    State(app): State<App>,
    here: Here,
    mut upload: Upload,
) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[])?.bytes;
    pictures::set_of_community(&app.context, here.by(), here.community.id, Some(file)).await?;
    Ok(here.saved("general"))
}

/// Takes the picture away.
pub async fn remove_picture(State(app): State<App>, here: Here) -> Result<Redirect, PageError> {
    pictures::set_of_community(&app.context, here.by(), here.community.id, None).await?;
    Ok(here.saved("general"))
}

/// Deletes the community.
pub async fn delete(State(app): State<App>, here: Here) -> Result<Redirect, PageError> {
    communities::delete(&app.context, here.by(), here.community.id).await?;
    Ok(Redirect::to("/"))
}
