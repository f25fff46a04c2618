//! The channels and categories of a community.

use ajet_domain::community as verb;
use ajet_protocol::{CategoryId, ChannelType, CreateCategory, CreateChannel, UpdateCategory, Visibility};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Managing, categories_of, channels_of};
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::{GivenKey, categories, channels};

/// The page.
pub async fn page(State(app): State<App>, managing: Managing) -> Result<Page, PageError> {
    let (reader, community) = (managing.own.caller.id(), managing.community.id);
    let mut all = channels_of(&app.context, reader, community).await?;
    all.sort_by_key(|one| (one.position, one.id));
    let mut categories = categories_of(&app.context, reader, community).await?;
    categories.sort_by_key(|one| (one.position, one.id));
    Ok(Page(admin::channels(&managing.managed(), &all, &categories)))
}

/// Creates a channel, and goes on to its page.
pub async fn create(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let request = valid(asked(&form)?)?;
    let channel = verb::CreateChannel {
        name: request.name,
        kind: ChannelType::Text,
        visibility: request.visibility.unwrap_or(Visibility::Public),
        topic: request.topic,
        category_id: request.category_id,
    };
    let made = channels::create(&app.context, here.by(), here.community.id, channel, GivenKey::Fresh).await?;
    Ok(here.saved(&format!("channels/{}", made.into_inner().id)))
}

fn asked(form: &Fields) -> Result<CreateChannel, ApiError> {
    Ok(CreateChannel {
        name: form.trimmed("name"),
        kind: None,
        visibility: Some(visibility(form)),
        topic: form.given("topic").map(Into::into),
        category_id: form.parsed("category_id")?,
        client_mutation_id: None,
    })
}

/// What the switch of a form says.
pub fn visibility(form: &Fields) -> Visibility {
    if form.is_on("private") { Visibility::Private } else { Visibility::Public }
}

/// Creates a category.
pub async fn create_category(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let request =
        valid(CreateCategory { name: form.trimmed("name"), position: None, client_mutation_id: None })?;
    let category = verb::CreateCategory { name: request.name, position: None };
    categories::create(&app.context, here.by(), here.community.id, category, GivenKey::Fresh).await?;
    Ok(here.saved("channels"))
}

/// Gives a category another name.
pub async fn rename_category(
    State(app): State<App>,
    here: Here,
    InPath((_, category_id)): InPath<(String, CategoryId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let UpdateCategory { name, .. } =
        valid(UpdateCategory { name: Some(form.trimmed("name")), position: None })?;
    let update = verb::UpdateCategory { category_id, name, position: None };
    categories::update(&app.context, here.by(), update).await?;
    Ok(here.saved("channels"))
}

/// Deletes a category.
pub async fn delete_category(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, CategoryId)>,
) -> Result<Redirect, PageError> {
    categories::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("channels"))
}
