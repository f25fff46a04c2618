//! The routes of the JSON API.

use utoipa_axum::router::OpenApiRouter;

use super::{
    accounts, bans, blocks, channels, communities, docs, health, invites, members, messages, mutes,
    notifications, overwrites, presence, reactions, reads, roles, users, webhooks,
    accounts, bans, channels, communities, dms, docs, health, invites, members, messages, mutes, notifications,
    reactions, reads, webhooks,
};
use super::{audit, settings};
use super::{categories, channel_members, channel_state};
use crate::http::state::App;

/// The routes of all nouns; each file lists its own.
pub fn routes() -> OpenApiRouter<App> {
    let nouns = [
        accounts::routes(),
        audit::routes(),
        bans::routes(),
        blocks::routes(),
        categories::routes(),
        channel_members::routes(),
        channel_state::routes(),
        channels::routes(),
        communities::routes(),
        dms::routes(),
        docs::routes(),
        health::routes(),
        invites::routes(),
        members::routes(),
        messages::routes(),
        mutes::routes(),
        notifications::routes(),
        presence::routes(),
        reactions::routes(),
        reads::routes(),
        settings::routes(),
        users::routes(),
        overwrites::routes(),
        reactions::routes(),
        reads::routes(),
        roles::routes(),
        webhooks::routes(),
    ];
    nouns.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge)
}
