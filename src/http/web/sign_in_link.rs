//! The page of a link that signs one person in once. A program that looks at links (a preview, a scanner of mail) asks for the page, which uses
//! nothing up: only its form does, sent by the page itself. A wrong link counts against the address that it came from.

use ajet_protocol::{Code, DevSignIn, Trimmed, User};
use ajet_web::pages::access::sign_in::link;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::{Page, PageError, told};
use super::reader::Reader;
use crate::http::cookie::SetCookie;
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::caller::ReplacedSession;
use crate::http::extract::device::Device;
use crate::http::extract::form::Filled;
use crate::http::extract::origin::SameOrigin;
use crate::http::extract::path::InPath;
use crate::http::extract::peer::Address;
use crate::http::state::App;
use crate::usecases::sign_in_links::{self, Newcomer};

/// Says whom the link signs in, and asks somebody new for a user name.
pub async fn page(
    State(app): State<App>,
    address: Address,
    Reader(viewer): Reader,
    InPath(token): InPath<String>,
) -> Result<Page, PageError> {
    let person = found(&app, &address, &token).await?;
    Ok(Page(link(&viewer, person.as_ref(), &token, None)))
}

/// Whom a link signs in.
async fn found(app: &App, address: &Address, token: &str) -> Result<Option<User>, ApiError> {
    let _turn = address.turn(app).await;
    let found = sign_in_links::look(&app.context, token).await;
    found.map_err(|failure| address.counted(app, failure))
}

/// The form of the page; the names are those of somebody new.
#[derive(Deserialize)]
pub struct LinkForm {
    username: Option<Trimmed>,
    display_name: Option<Trimmed>,
}

/// Signs the person in, and uses the link up.
pub async fn sign_in(
    State(app): State<App>,
    _: SameOrigin,
    (address, InPath(token)): (Address, InPath<String>),
    (replaced, device, Reader(viewer)): (ReplacedSession, Device, Reader),
    Filled(form): Filled<LinkForm>,
) -> Result<Response, PageError> {
    let person = found(&app, &address, &token).await?;
    let again = |failure: &ApiError| {
        let problem = told(viewer.language, failure);
        Ok(Page(link(&viewer, person.as_ref(), &token, Some(&problem))).into_response())
    };
    let names = match names(person.as_ref(), form) {
        Ok(names) => names,
        Err(bad) => return again(&bad),
    };
    let newcomer = names
        .as_ref()
        .map(|names| Newcomer { username: &names.username, display_name: names.display_name.as_ref() });
    let device = device.0.as_deref();
    match sign_in_links::sign_in(&app.context, &token, newcomer, replaced.ended(), device).await {
        Ok(session) => Ok((SetCookie::session(&app, &session), Redirect::to("/")).into_response()),
        Err(taken) if taken.code == Code::Conflict => again(&taken),
        Err(failure) => Err(address.counted(&app, failure).into()),
    }
}

/// The names of somebody new, by the rules of every account's; a person who has an account keeps theirs.
fn names(person: Option<&User>, form: LinkForm) -> Result<Option<DevSignIn>, ApiError> {
    if person.is_some() {
        return Ok(None);
    }
    let LinkForm { username, display_name } = form;
    let display_name = display_name.filter(|name| !name.is_empty());
    valid(DevSignIn { username: username.unwrap_or_default(), display_name }).map(Some)
}
