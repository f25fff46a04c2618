//! Who may have a new account, by the system's settings: every way to sign in asks here before it makes one.

use ajet_domain::Refusal;
use ajet_domain::sign_up::{Arrival, Email, SignUpRules, may_sign_up};
use ajet_protocol::{Code, InviteCode, SignUp};

use super::{Context, Failure, invites};

/// What somebody brings who has no account yet.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    /// The addresses of which their provider told.
    pub emails: &'a [Email<'a>],
    /// The invite that they came by.
    pub invite: Option<&'a InviteCode>,
}

/// Lets somebody in who is to have a new account. Where it takes an invite, the account counts for that one: it is to be made now. An account
/// that is not made after all leaves the invite with one fewer.
///
/// # Errors
/// 403 where the settings do not let them in; others of [`Failure`]
pub async fn let_in(context: &Context, newcomer: &Newcomer<'_>) -> Result<(), Failure> {
    let settings = context.store.settings().await?;
    let invited = match newcomer.invite {
        Some(code) if settings.sign_up == SignUp::Invite => counts_for(context, code).await?,
        _ => false,
    };
    let rules = SignUpRules { mode: settings.sign_up, domains: &settings.sign_up_domains };
    let judged = may_sign_up(&rules, &Arrival { emails: newcomer.emails, invited });
    judged.map_err(|refusal| refusal.said().into())
}

/// Whether an invite lets a new account in, which it then counts. One for a single person does not: they have an account.
async fn counts_for(context: &Context, code: &InviteCode) -> Result<bool, Failure> {
    match invites::preview(context, None, code).await {
        Ok(_) => Ok(context.store.count_invited_account(&code.0).await?),
        Err(failure) if [Code::NotFound, Code::Gone].contains(&failure.code) => Ok(false),
        Err(failure) => Err(failure),
    }
}
