//! Signing in and out, and oneself.

use ajet_protocol::{Me, SessionId, Trimmed, User};

use super::{Context, Failure};

/// A session of the browser that signs in, which the new one replaces.
#[derive(Debug, Clone)]
pub struct Replaced {
    pub token: String,
    pub id: SessionId,
}

/// Signs in by name alone, for development: an unknown name makes a new account. A browser has one session at a time.
///
/// # Errors
/// [`Failure`]
pub async fn sign_in_by_name(
    context: &Context,
    username: &Trimmed,
    display_name: Option<&Trimmed>,
    replaced: Option<Replaced>,
) -> Result<(String, User), Failure> {
    let signed_in = context.tokens.sign_in_by_name(username, display_name, context.now()).await?;
    if let Some(Replaced { token, id }) = replaced {
        sign_out(context, &token, id).await?;
    }
    Ok(signed_in)
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
pub async fn me(context: &Context, user: User) -> Result<Me, Failure> {
    let email = context.store.email_of(user.id).await?;
    Ok(Me { user, email })
}
