//! GitHub and Gitea: OAuth with endpoints of their own. Somebody is their number there; names may be given to others.

use ajet_protocol::{ProviderType, is_address_part};
use http::StatusCode;
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use super::call::ProviderCalls;
use super::flow::{Flow, Grant};
use super::identity::Said;
use super::{Identity, Provider, ProviderError};

/// Teams of a person at a Gitea that are looked through.
const TEAMS: usize = 500;
/// Teams on one page of theirs.
const PAGE: usize = 50;

/// Where a browser is sent.
///
/// # Errors
/// [`ProviderError`], where the provider's address is none
pub fn address(provider: &Provider, flow: &Flow, redirect_uri: &str) -> Result<String, ProviderError> {
    let mut url = Url::parse(&format!("{}/login/oauth/authorize", provider.base()))
        .map_err(|_| ProviderError::Unbelievable("its address is none"))?;
    url.query_pairs_mut()
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", scope(provider))
        .append_pair("state", flow.state())
        .append_pair("code_challenge", &flow.challenge())
        .append_pair("code_challenge_method", "S256");
    Ok(url.into())
}

fn scope(provider: &Provider) -> &'static str {
    match (provider.kind, provider.organizations.is_empty()) {
        (ProviderType::Gitea, true) => "read:user",
        (ProviderType::Gitea, false) => "read:user read:organization",
        (_, true) => "read:user",
        (_, false) => "read:user read:org",
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    /// At GitHub.
    name: Option<String>,
    /// At Gitea.
    full_name: Option<String>,
}

/// Who came back with a grant.
///
/// # Errors
/// [`ProviderError`]
pub async fn identity(
    calls: &ProviderCalls,
    provider: &Provider,
    flow: &Flow,
    grant: Grant<'_>,
) -> Result<Identity, ProviderError> {
    let secret = provider.client_secret.as_ref().map(|secret| secret.expose_secret());
    let verifier = flow.verifier();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", provider.client_id.as_str()),
        ("client_secret", secret.unwrap_or_default()),
        ("code", grant.code),
        ("redirect_uri", grant.redirect_uri),
        ("code_verifier", verifier.as_str()),
    ];
    let url = format!("{}/login/oauth/access_token", provider.base());
    let token: Token = calls.token(&url, &form, None).await?;
    // GitHub answers a wrong code with 200 and an error.
    let token = token.access_token.ok_or(ProviderError::Unbelievable("it gives no token for the code"))?;
    let user: User = calls.get(&format!("{}/user", provider.api()), Some(&token)).await?;
    if user.id == 0 {
        return Err(ProviderError::Unbelievable("it names no user"));
    }
    admit(calls, provider, &token, &user.login).await?;
    let name = user.name.as_deref().or(user.full_name.as_deref());
    let subject = user.id.to_string();
    let said = Said {
        issuer: provider.base(),
        subject: &subject,
        username: Some(&user.login),
        name,
        ..Said::default()
    };
    said.identity()
}

/// Whether somebody belongs to one of the organisations or teams that are let in.
async fn admit(
    calls: &ProviderCalls,
    provider: &Provider,
    token: &str,
    login: &str,
) -> Result<(), ProviderError> {
    if provider.organizations.is_empty() {
        return Ok(());
    }
    let asking = Asking { calls, provider, token, login: part(login)? };
    for wanted in &provider.organizations {
        let home = Home::of(wanted)?;
        let belongs = match provider.kind {
            ProviderType::Gitea => asking.in_gitea(&home).await?,
            _ => asking.in_github(&home).await?,
        };
        if belongs {
            return Ok(());
        }
    }
    Err(ProviderError::NotAdmitted)
}

/// An organisation, or a team of it.
struct Home<'a> {
    organization: &'a str,
    team: Option<&'a str>,
}

impl<'a> Home<'a> {
    fn of(wanted: &'a str) -> Result<Self, ProviderError> {
        Ok(match wanted.split_once('/') {
            Some((organization, team)) => Self { organization: part(organization)?, team: Some(part(team)?) },
            None => Self { organization: part(wanted)?, team: None },
        })
    }
}

#[derive(Deserialize)]
struct Membership {
    state: String,
}

#[derive(Deserialize)]
struct Team {
    name: String,
    organization: Option<Organization>,
}

#[derive(Deserialize)]
struct Organization {
    /// What it is called in addresses.
    username: Option<String>,
    name: Option<String>,
}

/// Where somebody belongs, asked by a token of theirs.
struct Asking<'a> {
    calls: &'a ProviderCalls,
    provider: &'a Provider,
    token: &'a str,
    login: &'a str,
}

impl Asking<'_> {
    async fn in_github(&self, home: &Home<'_>) -> Result<bool, ProviderError> {
        let (api, organization, login) = (self.provider.api(), home.organization, self.login);
        let url = match home.team {
            None => format!("{api}/user/memberships/orgs/{organization}"),
            Some(team) => format!("{api}/orgs/{organization}/teams/{team}/memberships/{login}"),
        };
        let answer = self.calls.got(&url, Some(self.token)).await?;
        if answer.status.is_server_error() {
            return Err(ProviderError::Away(crate::outgoing::OutgoingError::Answer));
        }
        // Who was invited and did not come yet is `pending`.
        let state = || serde_json::from_slice::<Membership>(&answer.body).map(|found| found.state);
        Ok(answer.status == StatusCode::OK && state().is_ok_and(|state| state == "active"))
    }

    async fn in_gitea(&self, home: &Home<'_>) -> Result<bool, ProviderError> {
        let (api, organization, login) = (self.provider.api(), home.organization, self.login);
        let Some(team) = home.team else {
            let url = format!("{api}/orgs/{organization}/members/{login}");
            // Somebody from outside is sent on to the public members: that is an answer here, and none that lets in.
            let answer = self.calls.got(&url, Some(self.token)).await?;
            return Ok(answer.status == StatusCode::NO_CONTENT);
        };
        let is_it = |found: &Team| {
            let its = found.organization.as_ref();
            let its = its.and_then(|its| its.username.as_deref().or(its.name.as_deref()));
            found.name.eq_ignore_ascii_case(team)
                && its.is_some_and(|its| its.eq_ignore_ascii_case(organization))
        };
        for page in 1..=TEAMS / PAGE {
            let url = format!("{api}/user/teams?page={page}&limit={PAGE}");
            let teams: Vec<Team> = self.calls.get(&url, Some(self.token)).await?;
            if teams.iter().any(is_it) {
                return Ok(true);
            }
            if teams.len() < PAGE {
                break;
            }
        }
        Ok(false)
    }
}

/// A name as a part of an address. What was looked at where it was written down is looked at again: it may have come here by another way.
fn part(name: &str) -> Result<&str, ProviderError> {
    if is_address_part(name) {
        return Ok(name);
    }
    Err(ProviderError::Unbelievable("there is a name in it that no address can hold"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_address_can_hold_goes_into_none() {
        let team = Home::of("crew/core").ok().and_then(|home| home.team);
        assert_eq!(team, Some("core"));
        for bad in
            ["", "..", "crew/", "/core", "crew/..", "crew/../core", "crew?a", "crew#a", "cr%65w", "crew core"]
        {
            assert!(Home::of(bad).is_err(), "{bad:?}");
        }
    }
}
