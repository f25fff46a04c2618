//! Signing in by an account at a provider: begun in a browser, carried on at the provider, and finished in the same browser.
//!
//! What always holds: a sign-in is finished once, by the browser that began it, with an answer of the provider that it was begun at. Somebody is who the
//! provider is and their id there: no name and no e-mail address makes two accounts one. What is linked to a person, a signed-in session of theirs
//! has asked for, and has confirmed afterwards (`linked_accounts.rs`).

use ajet_protocol::audit::SignInRefusal;
use ajet_protocol::{Code, OauthAccountId, UserId, shape};

use super::linked_accounts::{Proposal, propose};
use super::sessions::{OwnSession, let_in};
use super::sign_up::{Newcomer, may_sign_up, new_person, not_invited_any_more};
use super::to_its_end::to_its_end;
use super::{Context, Failure, audit, providers};
use crate::providers::{Flow, Grant, Identity, Provider, ProviderError};
use crate::sessions::tokens::{hash, is_well_formed, new_token};
use crate::store::StoreError;
use crate::store::oauth_accounts::{Creation, NewPerson, ShownAccount};
use crate::store::oauth_flows::{NewFlow, TakenFlow};
use crate::store::sessions::Origin;
use crate::store::users::is_user_name_taken;

/// User names that are tried with a number behind them, before chance takes its place.
const NUMBERED: u32 = 9;
/// User names that are tried with chance behind them.
const BY_CHANCE: u32 = 5;

/// A sign-in to be begun.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// The provider, as addresses name it.
    pub provider: &'a str,
    /// A page of ours.
    pub return_to: &'a str,
    /// Who is signed in, and by which session.
    pub signed_in: Option<OwnSession>,
    /// Whether the account is to be linked to that person.
    pub links: bool,
}

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser goes: to the provider.
    pub address: String,
    /// The secret for its cookie.
    pub browser: String,
}

/// Begins a sign-in, in the browser whose cookie holds this secret, or else a fresh one.
///
/// # Errors
/// [`Failure`]
pub async fn begin(
    context: &Context,
    beginning: Beginning<'_>,
    browser: Option<&str>,
) -> Result<Begun, Failure> {
    let Beginning { provider: slug, return_to, signed_in, links } = beginning;
    let provider = providers::named(context, slug).await?;
    let browser = browser.filter(|secret| is_well_formed(secret)).map_or_else(new_token, str::to_owned);
    let state = new_token();
    let flow = Flow::of(&browser, &state);
    let address = context.providers.address(&provider, &flow, &redirect_uri(context, &provider)).await;
    let address = address.map_err(|error| failed(&provider, error))?;
    let new = NewFlow {
        state_hash: &hash(&state),
        browser_hash: &hash(&browser),
        provider: &provider.slug,
        return_to,
        signed_in: signed_in.map(|OwnSession { person, id }| (person, id)),
        links,
    };
    if !context.store.begin_flow(&new).await? {
        return Err(Failure::new(
            Code::Overloaded,
            "Too many sign-ins are under way; try again in a moment.",
        ));
    }
    Ok(Begun { address, browser })
}

/// Where a provider sends people back to.
fn redirect_uri(context: &Context, provider: &Provider) -> String {
    format!("{}/auth/{}/callback", context.public_url, provider.slug)
}

/// What a browser brings back from a provider.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The provider, as the address names it.
    pub provider: &'a str,
    /// The secret in the browser's cookie.
    pub browser: Option<&'a str>,
    pub state: Option<&'a str>,
    pub code: Option<&'a str>,
    /// Who says that it answers (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// A sign-in that is finished.
pub enum Finished {
    /// Somebody has a session.
    SignedIn { token: String, return_to: String },
    /// Somebody is asked whether the account is to be linked.
    Proposed(Proposal),
}

/// Finishes a sign-in, from a device: a person gets a session, and those end that the browser had when it began, and has now; or the person who
/// began it is asked whether the account is to be linked.
///
/// # Errors
/// [`Failure`]; 403 `csrf` for an answer that belongs to no sign-in of this browser, whatever is the matter with it
pub async fn finish(
    context: &Context,
    answer: Answer<'_>,
    device: Option<&str>,
    now: Option<OwnSession>,
) -> Result<Finished, Failure> {
    // First of all: an address that names no provider takes no sign-in away.
    let provider = providers::named(context, answer.provider).await?;
    let (flow, taken) = taken(context, &answer).await?;
    let of_another = ProviderError::Unbelievable("the answer is of another provider");
    let said = context.providers.is_answer_of(&provider, answer.issuer).await;
    if let Err(error) = said.and_then(|is_its| if is_its { Ok(()) } else { Err(of_another) }) {
        return Err(not_signed_in(context, &provider, error).await);
    }
    let Some(code) = answer.code.filter(|code| !code.is_empty()) else {
        audit::sign_in_refused(context, SignInRefusal::Declined, Some(&provider.slug), None).await;
        return Err(Failure::new(Code::Forbidden, "The sign-in was declined at the provider."));
    };
    let grant = Grant { code, redirect_uri: &redirect_uri(context, &provider) };
    let identity = match context.providers.identity(&provider, &flow, grant).await {
        Ok(identity) => identity,
        Err(error) => return Err(not_signed_in(context, &provider, error).await),
    };
    // A session that was opened is noted as the account's, and the one of before ends, also where the browser has gone away.
    let (context, device) = (context.clone(), device.map(str::to_owned));
    let finishing = async move {
        if taken.links {
            let account = shown(&context, &provider, &identity);
            return propose(&context, &provider, &account, &taken).await.map(Finished::Proposed);
        }
        let before = taken.signed_in.map(|(person, id)| OwnSession { person, id });
        let replaced = before.into_iter().chain(now.filter(|now| before != Some(*now)));
        let (account, person) = person_of(&context, &provider, &identity, &taken.return_to).await?;
        let origin = Origin::Account(account, identity.session.as_deref());
        let token = let_in(&context, person, device.as_deref(), origin, replaced).await?;
        Ok(Finished::SignedIn { token, return_to: taken.return_to })
    };
    to_its_end(finishing).await
}

/// What somebody is told of whom the provider tells nothing that lets them in; the audit is told why.
async fn not_signed_in(context: &Context, provider: &Provider, error: ProviderError) -> Failure {
    let why = match &error {
        ProviderError::Away(_) => None,
        ProviderError::Unbelievable(_) => Some(SignInRefusal::NotBelieved),
        ProviderError::NotAdmitted => Some(SignInRefusal::NotAdmitted),
    };
    if let Some(why) = why {
        audit::sign_in_refused(context, why, Some(&provider.slug), None).await;
    }
    failed(provider, error)
}

/// The sign-in that an answer belongs to: from now on it belongs to no other.
async fn taken(context: &Context, answer: &Answer<'_>) -> Result<(Flow, TakenFlow), Failure> {
    if let Some(found) = begun(context, answer).await? {
        return Ok(found);
    }
    audit::sign_in_refused(context, SignInRefusal::NotBegun, Some(answer.provider), None).await;
    let text = "This sign-in was not begun in this browser, was used before, or took too long. Begin again.";
    Err(Failure::new(Code::Csrf, text))
}

/// The same, where there is one.
async fn begun(context: &Context, answer: &Answer<'_>) -> Result<Option<(Flow, TakenFlow)>, Failure> {
    let well_formed = |secret: &&str| is_well_formed(secret);
    let (Some(state), Some(browser)) = (answer.state.filter(well_formed), answer.browser.filter(well_formed))
    else {
        return Ok(None);
    };
    let taken = context.store.take_flow(&hash(state), &hash(browser), answer.provider).await?;
    Ok(taken.map(|taken| (Flow::of(browser, state), taken)))
}

fn shown<'a>(context: &Context, provider: &'a Provider, identity: &'a Identity) -> ShownAccount<'a> {
    ShownAccount {
        provider: &provider.slug,
        kind: provider.kind,
        issuer: &identity.issuer,
        subject: &identity.subject,
        username: &identity.username,
        at: context.now(),
    }
}

/// The person of an account, who is made if there is none.
async fn person_of(
    context: &Context,
    provider: &Provider,
    identity: &Identity,
    return_to: &str,
) -> Result<(OauthAccountId, UserId), Failure> {
    let account = shown(context, provider, identity);
    match context.store.use_account(&account).await? {
        Some(known) => Ok(known),
        None => {
            let made = newcomer(context, identity, &account, return_to).await;
            if made.as_ref().is_err_and(|failure| failure.code == Code::Forbidden) {
                audit::sign_in_refused(context, SignInRefusal::NotLetIn, Some(account.provider), None).await;
            }
            made
        }
    }
}

/// Makes a person for an account that no person has yet. Of two sign-ins at once one makes them, and both are theirs.
async fn newcomer(
    context: &Context,
    identity: &Identity,
    account: &ShownAccount<'_>,
    return_to: &str,
) -> Result<(OauthAccountId, UserId), Failure> {
    let email = identity.email.as_deref();
    let newcomer = Newcomer { provider: account.provider, email, return_to };
    let invite = may_sign_up(context, &newcomer).await?.map(|code| code.0);
    let id = OauthAccountId(context.fresh_id());
    for username in names_like(&identity.username_like()) {
        let shown = display_name(identity, &username);
        let user = new_person(context, username, shown);
        let person = NewPerson { user: &user, email, invite: invite.as_deref() };
        match context.store.create_person(&person, id, account).await {
            Ok(Creation::Made) => return Ok((id, user.id)),
            Ok(Creation::NotNow) => {
                let known = context.store.use_account(account).await?;
                return known.ok_or_else(|| match invite {
                    Some(_) => not_invited_any_more(account.provider),
                    None => StoreError::ended().into(),
                });
            }
            Err(error) if is_user_name_taken(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Conflict, "No free user name was found; try again."))
}

/// User names to be tried, one after another.
fn names_like(wanted: &str) -> impl Iterator<Item = String> {
    let numbered = (2..=NUMBERED).map(move |number| format!("{wanted}-{number}"));
    let by_chance = (0..BY_CHANCE).map(move |_| format!("{wanted}-{:06x}", rand::random::<u32>() >> 8));
    std::iter::once(wanted.to_owned()).chain(numbered).chain(by_chance)
}

/// What others see of a new person: the name at the provider, where it can be one here. It has been cut to what fits by [`Identity`].
fn display_name(identity: &Identity, username: &str) -> String {
    let given = identity.display_name.as_deref().filter(|name| shape::name(name).is_ok());
    given.unwrap_or(username).to_owned()
}

/// What people are told of what is the matter with a provider; the log says more.
pub(super) fn failed(provider: &Provider, error: ProviderError) -> Failure {
    tracing::warn!(provider = provider.slug, %error, "a sign-in provider");
    match error {
        ProviderError::Away(_) => Failure::new(
            Code::Unavailable,
            "The sign-in provider can't be reached just now; try again in a moment.",
        ),
        ProviderError::Unbelievable(_) => {
            Failure::new(Code::Forbidden, "What the sign-in provider answered is not accepted.")
        }
        ProviderError::NotAdmitted => Failure::new(
            Code::Forbidden,
            "Your account at the provider does not belong to those who may sign in here.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn identity(display_name: Option<&str>) -> Identity {
        Identity {
            issuer: String::new(),
            subject: String::new(),
            username: "ann".into(),
            display_name: display_name.map(str::to_owned),
            email: None,
            session: None,
        }
    }

    #[test]
    fn names_that_are_taken_get_another_ending() {
        let names: Vec<String> = names_like(&"x".repeat(56)).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| shape::username(name).is_ok()), "{names:?}");
        assert_eq!(names_like("ann").take(3).collect::<Vec<_>>(), ["ann", "ann-2", "ann-3"]);
    }

    #[test]
    fn a_name_that_can_be_none_here_is_not_taken_over() {
        assert_eq!(display_name(&identity(Some("Ann")), "ann"), "Ann");
        for bad in [None, Some(""), Some("\u{202e}ann"), Some("\u{200b}")] {
            assert_eq!(display_name(&identity(bad), "ann"), "ann", "{bad:?}");
        }
        let uncut = "x".repeat(1000);
        assert_eq!(display_name(&identity(Some(&uncut)), "ann"), "ann", "it is cut where a provider says it");
    }
}
