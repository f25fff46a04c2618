//! Slash commands on the page: which there are, and what came of one.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{ChannelId, RunCommand, Trimmed};
use ajet_web::chat;
use ajet_web::strings::Language;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page::{FragmentError, Page};
use super::spoken::Spoken;
use super::wording;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::state::App;
use crate::usecases::slash::{self, Speaker};
use crate::usecases::{GivenKey, channels};

type Fragment = Result<Response, FragmentError>;

/// Who types a command, in the language of their pages.
fn speaker(caller: &Caller<SessionOnly>, lang: Language) -> Speaker {
    Speaker { by: caller.by(), scopes: caller.session.scopes, wording: wording::of_commands(lang) }
}

/// Those that may be typed in a channel, as their completion shows them.
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
) -> Fragment {
    let (channel, _) = channels::seen(&app.context, caller.id(), id).await?;
    let listed = slash::list(&app.context, &speaker(&caller, lang), channel.community_id).await?;
    Ok(Json(listed).into_response())
}

/// A slash command, as it was typed.
#[derive(Deserialize)]
pub struct Form {
    text: Trimmed,
    client_mutation_id: Option<String>,
}

/// Runs a command; shows what it answers to its caller alone.
pub async fn run(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
    Filled(form): Filled<Form>,
) -> Fragment {
    let Form { text, client_mutation_id } = form;
    let RunCommand { text, client_mutation_id, .. } =
        valid(RunCommand { channel_id: id, text, client_mutation_id })?;
    let parts = [id.0.as_bytes().as_slice(), text.as_bytes()];
    let key = client_mutation_id.map_or(GivenKey::Fresh, |key| GivenKey::given(key, &parts));
    let done = slash::run(&app.context, &speaker(&caller, lang), id, &text, key).await?;
    Ok(match done.reply_md {
        Some(reply) => Page(chat::preview(&reply)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
