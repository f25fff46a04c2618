//! Who may have an account. Every way in that makes one asks here first.

use ajet_domain::Refusal;
use ajet_domain::sign_up::{self as rules, Arrival, Email, NotLetIn, SignUpRules};
use ajet_protocol::{Code, InviteCode, SignUp, User, UserId};

use super::sign_in_ways::is_first_start;
use super::{Context, Failure, invites};

/// Somebody without an account.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    /// The provider at which they have shown who they are, as addresses name it.
    pub provider: &'a str,
    /// An address that the provider has verified.
    pub email: Option<&'a str>,
    /// The page that the sign-in leads to, which may be that of an invite.
    pub return_to: &'a str,
}

/// The account that somebody is to have who has none.
#[must_use]
pub fn new_person(context: &Context, username: String, display_name: String) -> User {
    User {
        id: UserId(context.fresh_id()),
        username,
        display_name,
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: context.now(),
    }
}

/// Lets somebody have an account, as the system is set at this moment. Where it takes an invite, that one: the account counts for it when it is made.
///
/// # Errors
/// 403 where they may not; others of [`Failure`]
pub async fn may_sign_up(context: &Context, newcomer: &Newcomer<'_>) -> Result<Option<InviteCode>, Failure> {
    let settings = context.store.settings().await?;
    let invite = match invite_in(newcomer.return_to) {
        Some(code) if settings.sign_up == SignUp::Invite => good(context, code).await?,
        _ => None,
    };
    let email = newcomer.email.map(|address| Email { address, verified: true });
    let unowned = is_first_start(context).await?;
    let arrival = Arrival { emails: email.as_slice(), invited: invite.is_some(), unowned };
    let set = SignUpRules { mode: settings.sign_up, domains: &settings.sign_up_domains };
    rules::may_sign_up(&set, &arrival).map_err(|refusal| refused(newcomer.provider, refusal))?;
    Ok(invite)
}

/// What somebody is told whose invite let in the last of its people meanwhile, or was revoked.
#[must_use]
pub fn not_invited_any_more(provider: &str) -> Failure {
    refused(provider, NotLetIn::NotInvited)
}

fn refused(provider: &str, refusal: NotLetIn) -> Failure {
    tracing::info!(provider, reason = refusal.name(), "a new account is not let in");
    refusal.said().into()
}

/// The invite, if it lets new people in. One for a single person does not: they have an account.
async fn good(context: &Context, code: InviteCode) -> Result<Option<InviteCode>, Failure> {
    match invites::preview(context, None, &code).await {
        Ok(_) => Ok(Some(code)),
        Err(failure) if [Code::NotFound, Code::Gone].contains(&failure.code) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The invite that an address of ours shows.
fn invite_in(return_to: &str) -> Option<InviteCode> {
    let code = return_to.strip_prefix("/invite/")?.split(['?', '#']).next()?;
    code.parse().ok().filter(|code: &InviteCode| !code.0.is_empty())
}

#[cfg(test)]
mod tests {
    use super::invite_in;

    #[test]
    fn an_invite_is_what_the_address_shows() {
        let code = |address| invite_in(address).map(|code| code.0);
        for by_invite in ["/invite/aB-_9", "/invite/aB-_9?a=b", "/invite/aB-_9#top"] {
            assert_eq!(code(by_invite).as_deref(), Some("aB-_9"), "{by_invite}");
        }
        let others =
            ["/", "/invite", "/invite/", "/invite/a/b", "/invite/a%20b", "/c/invite/abc", "//invite/abc"];
        for other in others {
            assert_eq!(code(other), None, "{other}");
        }
    }
}
