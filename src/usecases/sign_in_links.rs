//! Links that sign one person in once, without a provider: for the first owner, and for who is locked out.
//!
//! An operator makes them on the machine, over the database (`ajet-chatd admin invite`): no address of the server makes one. A link is good for
//! a quarter of an hour and for one sign-in. If the node dies between taking it and opening the session there is none, and the operator makes
//! another.

use std::fmt;

use ajet_protocol::audit::SignInRefusal;
use ajet_protocol::{Code, Trimmed, User, UserId, limits};

use super::sessions::{OwnSession, let_in};
use super::sign_up::new_person;
use super::{Context, Failure, audit, users};
use crate::sessions::tokens::{hash, is_well_formed, new_token};
use crate::store::sessions::Origin;
use crate::store::sign_in_links::{LinkFor, Taken};
use crate::store::{Store, StoreError};

/// What is said of a link that is over.
const OVER: &str = "This link was used, or its time is over. An operator makes another on the machine: ajet-chatd admin invite.";

/// A link that was just made.
pub struct NewLink {
    /// Its address, which is shown once and kept nowhere.
    pub address: String,
}

/// Without the address.
impl fmt::Debug for NewLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewLink")
    }
}

/// Why no link was made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error("there is no person with the user name {0}")]
    NoSuchPerson(String),
    #[error("{0} is a program: make it a token instead")]
    Program(String),
    #[error("the account of {0} is deactivated: the owner of the system takes that back")]
    Deactivated(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody new is called.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    pub username: &'a Trimmed,
    pub display_name: Option<&'a Trimmed>,
}

/// Makes a link, for the person of a user name or for somebody new. `public_url` is the address that people use, without a trailing slash.
///
/// # Errors
/// [`NotMade`]
pub async fn make(store: &Store, public_url: &str, username: Option<&str>) -> Result<NewLink, NotMade> {
    let link = match username {
        Some(username) => LinkFor::Person(addressee(store, username).await?),
        None => LinkFor::SomebodyNew,
    };
    let token = new_token();
    store.keep_sign_in_link(&hash(&token), link, f64::from(limits::SIGN_IN_LINK_SECONDS)).await?;
    Ok(NewLink { address: format!("{public_url}/sign-in/link/{token}") })
}

async fn addressee(store: &Store, username: &str) -> Result<UserId, NotMade> {
    let found = store.addressee(username).await?;
    let found = found.ok_or_else(|| NotMade::NoSuchPerson(username.to_owned()))?;
    if found.is_bot {
        return Err(NotMade::Program(username.to_owned()));
    }
    if found.is_deactivated {
        return Err(NotMade::Deactivated(username.to_owned()));
    }
    Ok(found.id)
}

/// Whom a link signs in, `None` for somebody new. Looking does not use it up.
///
/// # Errors
/// 404 where it is over; others of [`Failure`]
pub async fn look(context: &Context, token: &str) -> Result<Option<User>, Failure> {
    let found = if is_well_formed(token) { context.store.sign_in_link(&hash(token)).await? } else { None };
    match found {
        Some(LinkFor::SomebodyNew) => Ok(None),
        Some(LinkFor::Person(id)) => users::get(context, id).await.map(Some),
        None => {
            audit::sign_in_refused(context, SignInRefusal::WrongLink, None, None).await;
            Err(over())
        }
    }
}

/// Uses a link up: signs its person in, or makes an account of somebody new, whatever the settings say of new accounts. The session's token.
///
/// # Errors
/// 404 where the link is over; 409 where the user name is taken, and then the link is still good; others of [`Failure`]
pub async fn sign_in(
    context: &Context,
    token: &str,
    newcomer: Option<Newcomer<'_>>,
    replaced: Option<OwnSession>,
    device: Option<&str>,
) -> Result<String, Failure> {
    if !is_well_formed(token) {
        return Err(over());
    }
    let person = match newcomer {
        Some(newcomer) => account_of(context, token, newcomer).await?,
        None => context.store.take_sign_in_link(&hash(token)).await?.ok_or_else(over)?,
    };
    let_in(context, person, device, Origin::Here, replaced).await
}

/// Makes the account of somebody new.
async fn account_of(context: &Context, token: &str, newcomer: Newcomer<'_>) -> Result<UserId, Failure> {
    let Newcomer { username, display_name } = newcomer;
    let fresh = new_person(context, username.to_string(), display_name.unwrap_or(username).to_string());
    match context.store.take_sign_in_link_for(&hash(token), &fresh).await? {
        Taken::Made => Ok(fresh.id),
        Taken::Over => Err(over()),
        Taken::NameTaken => {
            let taken = Failure::new(Code::Conflict, "This user name is taken: choose another.");
            Err(taken.because_of("username", "taken"))
        }
    }
}

fn over() -> Failure {
    Failure::new(Code::NotFound, OVER)
}
