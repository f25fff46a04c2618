//! The routes of the JSON API.

use utoipa_axum::router::OpenApiRouter;

use super::{
    accounts, audit, bans, blocks, categories, channel_members, channel_state, channels, communities, dms,
    docs, health, invites, members, messages, mutes, notifications, overwrites, presence, reactions, reads,
    roles, settings, sync, users, webhooks,
};
use crate::http::state::App;

/// The routes of all nouns; each file lists its own.
pub fn routes() -> OpenApiRouter<App> {
    let nouns = [
        accounts::routes(),
        super::attachments::routes(),
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
        overwrites::routes(),
        presence::routes(),
        reactions::routes(),
        reads::routes(),
        roles::routes(),
        settings::routes(),
        sync::routes(),
        users::routes(),
        webhooks::routes(),
    ];
    nouns.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge)
}
