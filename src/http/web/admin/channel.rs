//! One channel: its name, its pace, what it allows and denies, and its end.

use ajet_domain::community as verb;
use ajet_protocol::{
    ChannelId, Overwrite, OverwriteTarget, Permission, Permissions, SlowChannel, Trimmed, UpdateChannel,
    UserId, UserSearch,
};
use ajet_web::pages::admin::{self, ChannelSettings, OverwriteShown};
use axum::extract::State;
use axum::response::Redirect;
use uuid::Uuid;

use super::channels::visibility;
use super::managing::{Here, Managing, categories_of};
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{ALL, Whole};
use crate::usecases::{
    Context, Failure, Found, channel_members, channel_state, channels, overwrites, slow_mode, users,
};

/// The page.
pub async fn page(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, ChannelId)>,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    let (context, reader) = (&app.context, managing.own.caller.id());
    let found = Some(channels::get(context, reader, id).await?);
    // One of another community has its page there.
    let channel = found.filter(|one| one.community_id == Some(managing.community.id)).or_not_found()?;
    let categories = categories_of(context, reader, managing.community.id).await?;
    let all = overwrites_of(context, reader, id).await?;
    let mut names = Vec::with_capacity(all.len());
    for one in &all {
        names.push(name_of(&app, &managing, one).await);
    }
    let shown: Vec<_> =
        all.iter().zip(&names).map(|(overwrite, name)| OverwriteShown { overwrite, name }).collect();
    let everybody = managing.own.viewer.strings().shared.every_member;
    let roles = managing.roles.iter().map(|role| (role.id.0, role.name.as_str()));
    let targets = std::iter::once((managing.community.id.0, everybody)).chain(roles);
    let free = targets.filter(|(target, _)| all.iter().all(|one| one.target_id != *target));
    let others: Vec<_> = free.map(|(target, name)| (target.to_string(), name)).collect();
    let people = channel_members::list(context, reader, id, &query).await?;
    let settings = ChannelSettings {
        channel: &channel,
        categories: &categories,
        overwrites: &shown,
        others: &others,
        people: &people,
    };
    Ok(Page(admin::channel(&managing.managed(), &settings)))
}

/// All that a channel allows and denies somebody.
async fn overwrites_of(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
) -> Result<Vec<Overwrite>, Failure> {
    let mut all = Whole::begin();
    while let Some(query) = all.asks() {
        all.take(overwrites::list(context, reader, channel, &query).await?, |one| one.target_id);
    }
    Ok(all.items())
}

/// What people call whom an overwrite is for. An account that can't be looked up is shown by its id.
async fn name_of(app: &App, managing: &Managing, one: &Overwrite) -> String {
    if one.target_id == managing.community.id.0 {
        return managing.own.viewer.strings().shared.every_member.to_owned();
    }
    match one.target_type {
        OverwriteTarget::Role => {
            let role = managing.roles.iter().find(|role| role.id.0 == one.target_id);
            role.map_or_else(|| one.target_id.to_string(), |role| role.name.clone())
        }
        OverwriteTarget::User => users::get(&app.context, UserId(one.target_id))
            .await
            .map_or_else(|_| one.target_id.to_string(), |user| user.display_name),
    }
}

/// Back to the page of the channel.
pub fn back(here: &Here, id: ChannelId) -> Redirect {
    here.saved(&format!("channels/{id}"))
}

/// Changes name, topic, category and visibility.
pub async fn update(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let UpdateChannel { name, topic, visibility, category_id, .. } = valid(UpdateChannel {
        name: Some(form.trimmed("name")),
        topic: Some(form.trimmed("topic")),
        visibility: Some(visibility(&form)),
        category_id: Some(form.parsed("category_id")?),
        position: None,
    })?;
    let update = verb::UpdateChannel { channel_id, name, topic, visibility, category_id, position: None };
    channels::update(&app.context, here.by(), update).await?;
    Ok(back(&here, channel_id))
}

/// Sets how often each person may post.
pub async fn set_slow_mode(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let SlowChannel { seconds } = valid(SlowChannel { seconds: form.needed("seconds")? })?;
    let seconds = u32::try_from(seconds).unwrap_or_default();
    slow_mode::set(&app.context, here.by(), verb::SetSlowMode { channel_id, seconds }).await?;
    Ok(back(&here, channel_id))
}

/// Archives the channel, or takes it out of the archive.
pub async fn archive(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let archived = form.needed("archived")?;
    channel_state::archive(&app.context, here.by(), verb::ArchiveChannel { channel_id, archived }).await?;
    Ok(back(&here, channel_id))
}

/// Deletes the channel.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, ChannelId)>,
) -> Result<Redirect, PageError> {
    channel_state::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("channels"))
}

/// Begins exceptions for a role or a person: nothing is allowed or denied yet.
pub async fn add_overwrite(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let target_id = match form.given("person") {
        Some(username) => person(&app, &here, &username).await?.0,
        None => form.needed::<Uuid>("target")?,
    };
    let (allow, deny) = (Permissions::NONE, Permissions::NONE);
    let overwrite = verb::SetOverwrite { channel_id, target_id, allow, deny };
    overwrites::set(&app.context, here.by(), overwrite).await?;
    Ok(back(&here, channel_id))
}

/// The person of a user name, with or without the sign before it.
pub async fn person(app: &App, here: &Here, username: &str) -> Result<UserId, ApiError> {
    let username = username.trim_start_matches('@');
    let search = valid(UserSearch { q: Trimmed::from(username) })?;
    let found = users::search(&app.context, here.caller.id(), &search, &ALL).await?.items;
    let person = found.into_iter().find(|one| one.username.eq_ignore_ascii_case(username));
    Ok(person.or_not_found()?.id)
}

/// Sets what the channel allows and denies somebody.
pub async fn set_overwrite(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id, target_id)): InPath<(String, ChannelId, Uuid)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    // What the form does not show stays as it is.
    let all = overwrites_of(&app.context, here.caller.id(), channel_id).await?;
    let now = all.iter().find(|one| one.target_id == target_id);
    let now = now.map(|one| (Permissions::of(&one.allow), Permissions::of(&one.deny))).unwrap_or_default();
    let (allow, deny) = chosen(&form, now);
    let overwrite = verb::SetOverwrite { channel_id, target_id, allow, deny };
    overwrites::set(&app.context, here.by(), overwrite).await?;
    Ok(back(&here, channel_id))
}

/// What a form says of each permission that it names.
fn chosen(form: &Fields, now: (Permissions, Permissions)) -> (Permissions, Permissions) {
    let said = |one: Permission, word: &str| form.text(one.as_str()) == word;
    let of = |word: &str| Permission::ALL.iter().copied().filter(|one| said(*one, word)).collect::<Vec<_>>();
    let (allow, deny, leave) = (of("allow"), of("deny"), of("leave"));
    let named = [&allow[..], &deny[..], &leave[..]].concat();
    let rest = |kept: Permissions| kept.without(Permissions::of(&named));
    (rest(now.0).union(Permissions::of(&allow)), rest(now.1).union(Permissions::of(&deny)))
}

/// Removes what the channel allows and denies somebody.
pub async fn remove_overwrite(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id, target_id)): InPath<(String, ChannelId, Uuid)>,
) -> Result<Redirect, PageError> {
    let remove = verb::RemoveOverwrite { channel_id, target_id };
    overwrites::remove(&app.context, here.by(), remove).await?;
    Ok(back(&here, channel_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(encoded: &str) -> Fields {
        serde_urlencoded::from_str(encoded).expect("a form")
    }

    #[test]
    fn a_form_changes_the_permissions_that_it_names_and_no_others() {
        let now = (
            Permissions::of(&[Permission::SendMessages, Permission::KickMembers]),
            Permissions::of(&[Permission::ViewChannel]),
        );
        let form = form("send_messages=deny&view_channel=leave&add_reactions=allow&attach_files=other");
        let (allow, deny) = chosen(&form, now);
        assert_eq!(allow, Permissions::of(&[Permission::AddReactions, Permission::KickMembers]));
        assert_eq!(deny, Permissions::of(&[Permission::SendMessages]));
    }
}
