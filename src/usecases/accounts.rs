//! Signing in and out, and oneself.

use ajet_domain::asked::Caller;
use ajet_domain::person::{QuietSpan, SetQuietHours, UpdateProfile};
use ajet_protocol::{Code, Me, SessionId, Trimmed, UpdateMe, User, UserId};

use super::sessions::{OwnSession, let_in};
use super::sign_up::new_person;
use super::{Context, Failure, Found, users};
use crate::store::sessions::Origin;

/// Who signs in by name alone.
#[derive(Debug, Clone, Copy)]
pub struct ByName<'a> {
    pub username: &'a Trimmed,
    /// For a new account.
    pub display_name: Option<&'a Trimmed>,
}

/// Signs in by name alone, for development: an unknown name makes a new account, whatever the system's settings say. A browser has one session
/// at a time.
///
/// # Errors
/// [`Failure`]; 403 where the account is out of use, or a bot's; 409 of a new name that looks like one that is there
pub async fn sign_in_by_name(
    context: &Context,
    who: ByName<'_>,
    replaced: Option<OwnSession>,
    device: Option<&str>,
) -> Result<(String, User), Failure> {
    let ByName { username, display_name } = who;
    let fresh = new_person(context, username.to_string(), display_name.unwrap_or(username).to_string());
    let Some(user) = context.store.sign_in_by_name(&fresh).await? else {
        let taken = Failure::new(Code::Conflict, "Another user name looks like this one: choose another.");
        return Err(taken.because_of("username", "taken"));
    };
    if user.bot {
        return Err(Failure::new(
            Code::Forbidden,
            "This is a bot: bots do not sign in, they send API tokens.",
        ));
    }
    let token = let_in(context, user.id, device, Origin::Here, replaced).await?;
    Ok((token, user))
}

/// Opens another session of a person who gained a right, in place of the one in which they gained it; its token. What ends sessions of the account
/// at a provider by which the former one was opened ends this one, too.
///
/// # Errors
/// [`Failure`]; 403 where the account is out of use
pub async fn renew_session(
    context: &Context,
    current: OwnSession,
    device: Option<&str>,
) -> Result<String, Failure> {
    let_in(context, current.person, device, Origin::Session(current.id), [current]).await
}

/// Ends a session and its live streams, on all nodes.
///
/// # Errors
/// [`Failure`]
pub async fn sign_out(context: &Context, token: &str, id: SessionId) -> Result<(), Failure> {
    Ok(context.revocation.sign_out(token, id).await?)
}

/// A person's own account.
///
/// # Errors
/// [`Failure`]
pub async fn me(context: &Context, id: UserId) -> Result<Me, Failure> {
    context.store.own_account(id).await?.or_not_found()
}

/// Changes a person's own account; what is absent stays as it is. When it returns every node shows the change in what the person does
/// from now on, and those who see the person are being told of what they see.
///
/// Quiet hours are a commit of their own. If the rest fails after it, the request may be repeated: it sets them again.
///
/// # Errors
/// [`Failure`]
pub async fn update_me(context: &Context, by: Caller, update: UpdateMe) -> Result<Me, Failure> {
    let id = by.id();
    let UpdateMe { display_name, status_text, avatar_url, presence, quiet_hours } = update;
    if let Some(hours) = quiet_hours {
        context.ask(id, by.clone(), SetQuietHours { hours: hours.map(QuietSpan::from) }).await?;
    }
    let shown = [display_name.is_some(), status_text.is_some(), avatar_url.is_some(), presence.is_some()];
    if shown.contains(&true) {
        update_profile(context, by, UpdateProfile { display_name, status_text, avatar_url, presence })
            .await?;
    }
    me(context, id).await
}

/// Changes what others see of a person.
async fn update_profile(context: &Context, by: Caller, update: UpdateProfile) -> Result<(), Failure> {
    let (id, presence) = (by.id(), update.presence);
    context.ask(id, by, update).await?;
    // Also where it was so already: an earlier attempt may have got no further than that.
    context.revocation.account_changed(id).await;
    if presence.is_some() {
        context.presence.look_again(id);
    }
    users::announce_soon(context, id);
    Ok(())
}
