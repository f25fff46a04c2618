//! The people of a community, and what is done about one of them.

use std::collections::HashMap;

use ajet_domain::community as verb;
use ajet_protocol::{Member, MuteMember, Reason, Role, RoleId, Trimmed, UpdateMember, UserId, shape};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Managing};
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::{bans, members, mutes};

/// The list. What can't be a name finds what an empty search does: all.
pub async fn page(
    State(app): State<App>,
    managing: Managing,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    let searched = given.get("q").map(|text| Trimmed::from(text.as_str())).unwrap_or_default();
    let like = Some(&searched).filter(|text| shape::name(text).is_ok());
    let reader = managing.own.caller.id();
    let all = members::list(&app.context, reader, managing.community.id, like, &query).await?;
    Ok(Page(admin::members(&managing.managed(), &searched, &all, &managing.roles)))
}

/// Leaves the community.
pub async fn leave(State(app): State<App>, here: Here) -> Result<Redirect, PageError> {
    members::leave(&app.context, here.by(), here.community.id).await?;
    Ok(Redirect::to("/"))
}

/// One member.
pub async fn one(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, UserId)>,
) -> Result<Page, PageError> {
    let member = members::get(&app.context, managing.own.caller.id(), managing.community.id, id).await?;
    Ok(Page(admin::member(&managing.managed(), &member, &managing.roles)))
}

/// Changes role, nickname and custom roles: as far as the form differs from what is, so that one without the right to the rest can change a part.
pub async fn update(
    State(app): State<App>,
    here: Here,
    InPath((_, user_id)): InPath<(String, UserId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let now = members::get(&app.context, here.caller.id(), here.community.id, user_id).await?;
    let UpdateMember { role, nickname, roles } = valid(changes(&form, &now)?)?;
    let update = verb::UpdateMember { user_id, own: false, role, nickname, roles };
    members::update(&app.context, here.by(), here.community.id, update).await?;
    Ok(back(&here, user_id))
}

fn changes(form: &Fields, now: &Member) -> Result<UpdateMember, ApiError> {
    let role = form.needed::<Role>("role")?;
    let nickname = form.trimmed("nickname");
    let (mut roles, mut had) = (form.list::<RoleId>("roles")?, now.roles.clone());
    roles.sort_unstable();
    had.sort_unstable();
    Ok(UpdateMember {
        role: Some(role).filter(|role| *role != now.role),
        nickname: Some(nickname).filter(|name| name.as_str() != now.nickname.as_deref().unwrap_or_default()),
        roles: Some(roles).filter(|roles| *roles != had),
    })
}

fn back(here: &Here, id: UserId) -> Redirect {
    here.saved(&format!("members/{id}"))
}

/// The reason that a form gives, if any.
fn reason(form: &Fields) -> Result<Option<String>, ApiError> {
    let Reason { reason } = valid(Reason { reason: form.given("reason").map(Trimmed::from) })?;
    Ok(reason.map(String::from))
}

/// Mutes somebody for a time, or until it is lifted.
pub async fn mute(
    State(app): State<App>,
    here: Here,
    InPath((_, user_id)): InPath<(String, UserId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let MuteMember { seconds, .. } = valid(MuteMember { seconds: form.parsed("seconds")?, reason: None })?;
    let mute = verb::Mute { user_id, seconds: seconds.map(i64::unsigned_abs), reason: reason(&form)? };
    mutes::mute(&app.context, here.by(), here.community.id, mute).await?;
    Ok(back(&here, user_id))
}

/// Lifts a mute.
pub async fn unmute(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, UserId)>,
) -> Result<Redirect, PageError> {
    mutes::unmute(&app.context, here.by(), here.community.id, id, None).await?;
    Ok(back(&here, id))
}

/// Removes somebody.
pub async fn kick(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, UserId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    members::remove(&app.context, here.by(), here.community.id, id, reason(&form)?).await?;
    Ok(here.saved("members"))
}

/// Bans somebody.
pub async fn ban(
    State(app): State<App>,
    here: Here,
    InPath((_, user_id)): InPath<(String, UserId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let ban = verb::Ban { user_id, reason: reason(&form)? };
    bans::ban(&app.context, here.by(), here.community.id, ban).await?;
    Ok(here.saved("members"))
}
