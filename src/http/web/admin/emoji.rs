//! Custom emoji.

use ajet_protocol::{EmojiId, is_emoji_name};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing};
use crate::http::error::ApiError;
use crate::http::extract::path::InPath;
use crate::http::extract::upload::Upload;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::usecases::GivenKey;
use crate::usecases::emoji::{self, NewEmoji};

const NAME: &str = "name";

/// The page.
pub async fn page(Listing { app, managing, query }: Listing) -> Result<Page, PageError> {
    let all = emoji::list(&app.context, managing.own.caller.id(), managing.community.id, &query).await?;
    Ok(Page(admin::emoji(&managing.managed(), &all)))
}

/// Adds an emoji.
pub async fn add(State(app): State<App>, here: Here, mut upload: Upload) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[NAME])?.bytes;
    let name = upload.fields.remove(NAME).unwrap_or_default();
    if !is_emoji_name(&name) {
        let rule = "must be 2 to 32 characters of a-z, 0-9 and '_'";
        return Err(ApiError::field(NAME, "bad_format", rule).into());
    }
    let new = NewEmoji { name, file };
    emoji::add(&app.context, here.by(), here.community.id, new, GivenKey::Fresh).await?;
    Ok(here.saved("emoji"))
}

/// Deletes an emoji.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, EmojiId)>,
) -> Result<Redirect, PageError> {
    emoji::remove(&app.context, here.by(), id).await?;
    Ok(here.saved("emoji"))
}
