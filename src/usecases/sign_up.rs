//! Who may have an account. Every way in that makes one asks here first.

use ajet_protocol::{Code, InviteCode, SignUp};

use super::{Context, Failure, invites};

/// Somebody without an account, who has shown who they are at a provider.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    /// The provider, as addresses name it.
    pub provider: &'a str,
    /// An address that the provider has verified.
    pub email: Option<&'a str>,
    /// The page that the sign-in leads to.
    pub return_to: &'a str,
}

/// Whether somebody may have an account, as the system is set at this moment.
///
/// # Errors
/// 403 where they may not; others of [`Failure`]
pub async fn may_sign_up(context: &Context, newcomer: &Newcomer<'_>) -> Result<(), Failure> {
    match context.store.settings().await?.sign_up {
        SignUp::Open => Ok(()),
        SignUp::Invite => invited(context, newcomer.return_to).await,
    }
}

/// Whether the sign-in leads to an invite that can still be accepted.
async fn invited(context: &Context, return_to: &str) -> Result<(), Failure> {
    let refused =
        || Failure::new(Code::Forbidden, "New people come by an invite here: follow its link first.");
    let code = invite_in(return_to).ok_or_else(refused)?;
    match invites::preview(context, None, &code).await {
        Ok(_) => Ok(()),
        Err(failure) if [Code::NotFound, Code::Gone].contains(&failure.code) => Err(refused()),
        Err(failure) => Err(failure),
    }
}

/// The invite that an address of ours shows.
fn invite_in(return_to: &str) -> Option<InviteCode> {
    let code = return_to.strip_prefix("/invite/")?;
    let code = code.split(['?', '#']).next().filter(|code| !code.is_empty() && !code.contains('/'))?;
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::invite_in;

    #[test]
    fn an_invite_is_what_the_address_shows() {
        let code = |address| invite_in(address).map(|code| code.0);
        assert_eq!(code("/invite/abc?x=y#z").as_deref(), Some("abc"));
        for other in ["/", "/invite/", "/invite/a/b", "/c/invite/abc", "/invites/abc"] {
            assert_eq!(code(other), None, "{other}");
        }
    }
}
