//! The routes of a community's settings.

use axum::Router;
use axum::routing::{get, post};

use super::{
    audit, bans, bots, channel, channel_people, channels, commands, emoji, general, invites, members, order,
    outgoing, roles, webhooks,
};
use crate::http::state::App;

/// All of them.
pub fn routes() -> Router<App> {
    places().merge(people()).merge(programs())
}

/// The community itself and its channels.
fn places() -> Router<App> {
    Router::new()
        .route("/c/{slug}/settings", get(general::first))
        .route("/c/{slug}/settings/general", get(general::page).post(general::update))
        .route("/c/{slug}/settings/picture", post(general::set_picture))
        .route("/c/{slug}/settings/picture/remove", post(general::remove_picture))
        .route("/c/{slug}/settings/delete", post(general::delete))
        .route("/c/{slug}/settings/channels", get(channels::page).post(channels::create))
        .route("/c/{slug}/settings/categories", post(channels::create_category))
        .route("/c/{slug}/settings/categories/{id}", post(channels::rename_category))
        .route("/c/{slug}/settings/categories/{id}/delete", post(channels::delete_category))
        .route("/c/{slug}/settings/categories/{id}/move", post(order::category))
        .route("/c/{slug}/settings/channels/{id}/move", post(order::channel))
        .route("/c/{slug}/settings/channels/{id}", get(channel::page).post(channel::update))
        .route("/c/{slug}/settings/channels/{id}/slow", post(channel::set_slow_mode))
        .route("/c/{slug}/settings/channels/{id}/archive", post(channel::archive))
        .route("/c/{slug}/settings/channels/{id}/delete", post(channel::delete))
        .route("/c/{slug}/settings/channels/{id}/people", post(channel_people::add))
        .route("/c/{slug}/settings/channels/{id}/people/{user}/remove", post(channel_people::remove))
        .route("/c/{slug}/settings/channels/{id}/overwrites", post(channel::add_overwrite))
        .route("/c/{slug}/settings/channels/{id}/overwrites/{target}", post(channel::set_overwrite))
        .route("/c/{slug}/settings/channels/{id}/overwrites/{target}/remove", post(channel::remove_overwrite))
}

fn people() -> Router<App> {
    Router::new()
        .route("/c/{slug}/settings/roles", get(roles::page).post(roles::create))
        .route("/c/{slug}/settings/roles/{id}", get(roles::one).post(roles::update))
        .route("/c/{slug}/settings/roles/{id}/delete", post(roles::delete))
        .route("/c/{slug}/settings/members", get(members::page))
        .route("/c/{slug}/settings/leave", post(members::leave))
        .route("/c/{slug}/settings/members/{id}", get(members::one).post(members::update))
        .route("/c/{slug}/settings/members/{id}/mute", post(members::mute))
        .route("/c/{slug}/settings/members/{id}/unmute", post(members::unmute))
        .route("/c/{slug}/settings/members/{id}/kick", post(members::kick))
        .route("/c/{slug}/settings/members/{id}/ban", post(members::ban))
        .route("/c/{slug}/settings/invites", get(invites::page).post(invites::create))
        .route("/c/{slug}/settings/invites/{code}/revoke", post(invites::revoke))
        .route("/c/{slug}/settings/bans", get(bans::page))
        .route("/c/{slug}/settings/bans/{id}/lift", post(bans::lift))
        .route("/c/{slug}/settings/audit", get(audit::page))
}

fn programs() -> Router<App> {
    Router::new()
        .route("/c/{slug}/settings/webhooks", get(webhooks::page).post(webhooks::create))
        .route("/c/{slug}/settings/webhooks/{id}", get(webhooks::one).post(webhooks::update))
        .route("/c/{slug}/settings/webhooks/{id}/picture", post(webhooks::set_picture))
        .route("/c/{slug}/settings/webhooks/{id}/picture/remove", post(webhooks::remove_picture))
        .route("/c/{slug}/settings/webhooks/{id}/delete", post(webhooks::delete))
        .route("/c/{slug}/settings/outgoing", get(outgoing::page).post(outgoing::create))
        .route("/c/{slug}/settings/outgoing/{id}", get(outgoing::one).post(outgoing::update))
        .route("/c/{slug}/settings/outgoing/{id}/delete", post(outgoing::delete))
        .route("/c/{slug}/settings/outgoing/{id}/deliveries/{delivery}/replay", post(outgoing::replay))
        .route("/c/{slug}/settings/commands", get(commands::page).post(commands::create))
        .route("/c/{slug}/settings/commands/{id}/delete", post(commands::delete))
        .route("/c/{slug}/settings/bots", get(bots::page).post(bots::create))
        .route("/c/{slug}/settings/bots/{id}", get(bots::one))
        .route("/c/{slug}/settings/bots/{id}/picture", post(bots::set_picture))
        .route("/c/{slug}/settings/bots/{id}/picture/remove", post(bots::remove_picture))
        .route("/c/{slug}/settings/bots/{id}/delete", post(bots::delete))
        .route("/c/{slug}/settings/bots/{id}/tokens", post(bots::create_token))
        .route("/c/{slug}/settings/bots/{id}/tokens/{token}/revoke", post(bots::revoke_token))
        .route("/c/{slug}/settings/emoji", get(emoji::page).post(emoji::add))
        .route("/c/{slug}/settings/emoji/{id}/delete", post(emoji::delete))
}
