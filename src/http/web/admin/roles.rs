//! Custom roles.

use ajet_domain::community as verb;
use ajet_protocol::{CreateRole, Permission, Permissions, RoleId, UpdateRole};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Managing};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::{Found, GivenKey, roles};

/// The list.
pub async fn page(managing: Managing) -> Page {
    Page(admin::roles(&managing.managed(), &managing.roles))
}

/// One role.
pub async fn one(managing: Managing, InPath((_, id)): InPath<(String, RoleId)>) -> Result<Page, PageError> {
    let role = managing.roles.iter().find(|role| role.id == id).or_not_found()?;
    Ok(Page(admin::role(&managing.managed(), role)))
}

/// Creates a role that grants nothing yet, and goes on to its page.
pub async fn create(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let CreateRole { name, .. } = valid(CreateRole { name: form.trimmed("name"), ..CreateRole::default() })?;
    let role = verb::CreateRole { name, permissions: Permissions::NONE, position: 0 };
    let made = roles::create(&app.context, here.by(), here.community.id, role, GivenKey::Fresh).await?;
    Ok(here.saved(&format!("roles/{}", made.into_inner().id)))
}

/// Changes name, order and permissions.
pub async fn update(
    State(app): State<App>,
    here: Here,
    InPath((_, role_id)): InPath<(String, RoleId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let UpdateRole { name, position, .. } = valid(UpdateRole {
        name: Some(form.trimmed("name")),
        permissions: None,
        position: form.parsed("position")?,
    })?;
    let chosen: Vec<&str> = form.all("permissions").collect();
    let granted = Permission::ALL.iter().copied().filter(|one| chosen.contains(&one.as_str()));
    let update = verb::UpdateRole {
        role_id,
        name,
        permissions: Some(Permissions::of(&granted.collect::<Vec<_>>())),
        position: position.map(|position| i32::try_from(position).unwrap_or_default()),
    };
    roles::update(&app.context, here.by(), update).await?;
    Ok(here.saved(&format!("roles/{role_id}")))
}

/// Deletes a role.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, RoleId)>,
) -> Result<Redirect, PageError> {
    roles::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("roles"))
}
