//! The JSON API, one file per noun. A handler extracts, calls one use case, and shapes the answer.

pub mod accounts;
mod answer;
pub mod bans;
pub mod channels;
pub mod communities;
mod describe;
pub mod docs;
pub mod health;
pub mod invites;
pub mod members;
pub mod messages;
pub mod mutes;
pub mod notifications;
pub mod reactions;
pub mod reads;
pub mod webhooks;

pub use answer::Answer;

use utoipa_axum::router::OpenApiRouter;

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
