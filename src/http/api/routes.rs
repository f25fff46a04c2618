//! The routes of the JSON API.

use utoipa_axum::router::OpenApiRouter;

use super::{
    accounts, audit, bans, blocks, categories, channel_members, channel_state, channels, communities, dms,
    docs, drafts, health, invites, members, messages, mutes, notifications, overwrites, pins, polls,
    presence, previews, reactions, reads, roles, saved, scheduled, settings, slow_mode, sync, threads, users,
    webhooks,
};
use super::{bots, commands, emoji, media, pictures, search, sessions, tokens};
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
        drafts::routes(),
        health::routes(),
        invites::routes(),
        members::routes(),
        messages::routes(),
        mutes::routes(),
        notifications::routes(),
        overwrites::routes(),
        polls::routes(),
        pins::routes(),
        presence::routes(),
        previews::routes(),
        super::providers::routes(),
        super::push::routes(),
        reactions::routes(),
        reads::routes(),
        roles::routes(),
        saved::routes(),
        scheduled::routes(),
        settings::routes(),
        slow_mode::routes(),
        sync::routes(),
        threads::routes(),
        users::routes(),
        webhooks::routes(),
        super::outgoing_webhooks::routes(),
        emoji::routes(),
        super::exports::routes(),
        media::routes(),
        pictures::routes(),
        bots::routes(),
        tokens::routes(),
        sessions::routes(),
        super::devices::routes(),
        super::sign_in::routes(),
        super::services::routes(),
        search::routes(),
        commands::routes(),
    ];
    nouns.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge)
}
