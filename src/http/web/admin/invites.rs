//! Invites.

use std::collections::HashMap;

use ajet_protocol::{CreateInvite, InviteCode, PageQuery};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing, Managing};
use crate::http::extract::body::valid;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::path::InPath;
use crate::http::extract::peer::Address;
use crate::http::invited::revoked;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::invites::{self, Terms};
use crate::usecases::{Found, GivenKey};

/// The page. Its cursor is a code, as people see invites.
pub async fn page(
    State(app): State<App>,
    managing: Managing,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Result<Page, PageError> {
    let code = given.get("after").and_then(|text| text.parse::<InviteCode>().ok());
    let after = match code {
        Some(code) => invites::at_cursor(&app.context, managing.community.id, &code).await?,
        None => None,
    };
    let query = PageQuery { after: after.map(|invite| invite.0), ..PageQuery::default() };
    shown(&Listing { app, managing, query }, None).await
}

async fn shown(listing: &Listing, made: Option<&str>) -> Result<Page, PageError> {
    let Listing { app, managing, query } = listing;
    let all = invites::list(&app.context, managing.own.caller.id(), managing.community.id, query).await?;
    Ok(Page(admin::invites(&managing.managed(), &all, made)))
}

/// Creates an invite and shows its link.
pub async fn create(
    State(app): State<App>,
    managing: Managing,
    Filled(form): Filled<Fields>,
) -> Result<Page, PageError> {
    let seconds = form.parsed::<u64>("seconds")?;
    let CreateInvite { max_uses, expires_at, .. } = valid(CreateInvite {
        max_uses: form.parsed("max_uses")?,
        expires_at: seconds.map(|seconds| app.now().plus_seconds(seconds)),
        ..CreateInvite::default()
    })?;
    let terms = Terms { max_uses, expires_at, ..Terms::default() };
    let (by, community) = (managing.own.caller.by(), managing.community.id);
    let made = invites::create(&app.context, by, community, terms, GivenKey::Fresh).await?.into_inner();
    shown(&Listing::first(app, managing), Some(&made.url)).await
}

/// Revokes an invite.
pub async fn revoke(
    State(app): State<App>,
    address: Address,
    here: Here,
    InPath((_, code)): InPath<(String, String)>,
) -> Result<Redirect, PageError> {
    let code = code.parse::<InviteCode>().ok().or_not_found()?;
    revoked(&app, &address, here.by(), &code).await?;
    Ok(here.saved("invites"))
}
