//! The routes of the JSON API.

use utoipa_axum::router::OpenApiRouter;

use super::{
    accounts, bans, channels, communities, docs, health, invites, members, messages, mutes, notifications,
    reactions, reads, webhooks,
};
use crate::http::state::App;

/// The routes of all nouns; each file lists its own.
pub fn routes() -> OpenApiRouter<App> {
    let nouns = [
        accounts::routes(),
        bans::routes(),
        channels::routes(),
        communities::routes(),
        docs::routes(),
        health::routes(),
        invites::routes(),
        members::routes(),
        messages::routes(),
        mutes::routes(),
        notifications::routes(),
        reactions::routes(),
        reads::routes(),
        webhooks::routes(),
    ];
    nouns.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge)
}
