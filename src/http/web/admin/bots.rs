//! Bots and their tokens.

use ajet_protocol::{BotId, CreateBot, CreateToken, PageQuery, TokenId, TokenScope, TokenScopes};
use ajet_web::pages::admin::{self, BotShown};
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing, Managing};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::extract::upload::Upload;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::GivenKey;
use crate::usecases::bots::{self, NewBot};
use crate::usecases::pictures;
use crate::usecases::tokens::{self, NewToken};

/// The list.
pub async fn page(Listing { app, managing, query }: Listing) -> Result<Page, PageError> {
    let all = bots::list(&app.context, managing.own.caller.id(), managing.community.id, &query).await?;
    Ok(Page(admin::bots(&managing.managed(), &all)))
}

/// One bot.
pub async fn one(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, BotId)>,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    shown(&app, &managing, (id, &query), None).await
}

async fn shown(
    app: &App,
    managing: &Managing,
    (id, query): (BotId, &PageQuery),
    made: Option<&str>,
) -> Result<Page, PageError> {
    let (context, reader) = (&app.context, managing.own.caller.id());
    let bot = bots::get(context, reader, managing.community.id, id).await?;
    let tokens = tokens::list(context, reader, id, query).await?;
    Ok(Page(admin::bot(&managing.managed(), &BotShown { bot: &bot, tokens: &tokens, made })))
}

/// Creates a bot, and goes on to its page, where its tokens are made.
pub async fn create(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let CreateBot { name, scopes, .. } = valid(CreateBot {
        name: form.trimmed("name"),
        scopes: form.list::<TokenScope>("scopes")?,
        client_mutation_id: None,
    })?;
    let bot = NewBot { name, scopes: TokenScopes::of(&scopes) };
    let made = bots::create(&app.context, here.by(), here.community.id, bot, GivenKey::Fresh).await?;
    Ok(here.saved(&format!("bots/{}", made.into_inner().id)))
}

/// Sets the picture of a bot.
pub async fn set_picture(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, BotId)>,
    mut upload: Upload,
) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[])?.bytes;
    pictures::set_of_bot(&app.context, here.by(), id, Some(file)).await?;
    Ok(here.saved(&format!("bots/{id}")))
}

/// Takes the picture away.
pub async fn remove_picture(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, BotId)>,
) -> Result<Redirect, PageError> {
    pictures::set_of_bot(&app.context, here.by(), id, None).await?;
    Ok(here.saved(&format!("bots/{id}")))
}

/// Deletes a bot.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, BotId)>,
) -> Result<Redirect, PageError> {
    bots::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("bots"))
}

/// Creates a token and shows it, this once.
pub async fn create_token(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, BotId)>,
    Filled(form): Filled<Fields>,
) -> Result<Page, PageError> {
    let seconds = form.parsed::<u64>("seconds")?;
    let CreateToken { scopes, expires_at, .. } = valid(CreateToken {
        scopes: form.list::<TokenScope>("scopes")?,
        expires_at: seconds.map(|seconds| app.now().plus_seconds(seconds)),
        client_mutation_id: None,
    })?;
    let token = NewToken { scopes: TokenScopes::of(&scopes), expires_at };
    let by = managing.own.caller.by();
    let made = tokens::create(&app.context, by, id, token, GivenKey::Fresh).await?.into_inner();
    shown(&app, &managing, (id, &PageQuery::default()), made.token.as_deref()).await
}

/// Revokes a token.
pub async fn revoke_token(
    State(app): State<App>,
    here: Here,
    InPath((_, bot, token)): InPath<(String, BotId, TokenId)>,
) -> Result<Redirect, PageError> {
    tokens::revoke(&app.context, here.by(), token).await?;
    Ok(here.saved(&format!("bots/{bot}")))
}
