//! Who may have an account. Every way in that makes one asks here first.

use ajet_domain::Refusal;
use ajet_domain::sign_up::{self as rules, Arrival, Email, SignUpRules};
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

/// Lets somebody have an account, as the system is set at this moment. Where it takes an invite, the account counts for that one, so it is to be made
/// now: one that is not made after all leaves the invite with one fewer.
///
/// # Errors
/// 403 where they may not; others of [`Failure`]
pub async fn may_sign_up(context: &Context, newcomer: &Newcomer<'_>) -> Result<(), Failure> {
    let settings = context.store.settings().await?;
    let invited = match invite_in(newcomer.return_to) {
        Some(code) if settings.sign_up == SignUp::Invite => counts_for(context, &code).await?,
        _ => false,
    };
    let email = newcomer.email.map(|address| Email { address, verified: true });
    let unowned = is_first_start(context).await?;
    let arrival = Arrival { emails: email.as_slice(), invited, unowned };
    let set = SignUpRules { mode: settings.sign_up, domains: &settings.sign_up_domains };
    rules::may_sign_up(&set, &arrival).map_err(|refusal| {
        tracing::info!(provider = newcomer.provider, reason = refusal.name(), "a new account is not let in");
        refusal.said().into()
    })
}

/// Whether an invite lets a new account in, which it then counts. One for a single person does not: they have an account.
async fn counts_for(context: &Context, code: &InviteCode) -> Result<bool, Failure> {
    match invites::preview(context, None, code).await {
        Ok(_) => Ok(context.store.count_invited_account(&code.0).await?),
        Err(failure) if [Code::NotFound, Code::Gone].contains(&failure.code) => Ok(false),
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
