//! The page of a person's accounts at providers: linked from there, and unlinked. Before one is linked its person is asked twice: whether they want to
//! sign in there, and whether it is the one that they came back with.

use ajet_protocol::{OauthAccount, SignInProvider, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// By which accounts a person signs in, and where more can be linked.
#[must_use]
pub fn list(accounts: &[OauthAccount], providers: &[SignInProvider]) -> Markup {
    page(
        "Accounts",
        &html! {
            body.plain { main.card {
                h1 { "Your accounts" }
                @if accounts.is_empty() { p { "You sign in by no account at a provider." } }
                @for account in accounts {
                    form method="post" action={ "/accounts/" (account.id) "/unlink" } {
                        p { strong dir="auto" { (account.username) } " at " (label(account, providers)) }
                        // Without the last one the person could not come back.
                        @if is_another_way_in(account, accounts, providers) { button.quiet { "Unlink" } }
                    }
                }
                @if !providers.is_empty() {
                    h2 { "Link another account" }
                    @for provider in providers {
                        form method="post" action={ "/accounts/link/" (provider.name) } {
                            button.quiet { "At " (provider.label) }
                        }
                    }
                }
                p { a href="/" { "Back to the start" } }
            } }
        },
    )
}

/// The question before somebody is sent to a provider.
#[must_use]
pub fn ask_to_link(me: &User, provider: &SignInProvider, return_to: &str) -> Markup {
    page(
        "Link an account",
        &html! {
            body.plain { main.card {
                h1 { "Link an account at " (provider.label) "?" }
                p { "You are signed in as " (fragments::name(me)) ". By the account you could sign in as well from then on." }
                form method="post" action={ "/accounts/link/" (provider.name) } {
                    input type="hidden" name="return_to" value=(return_to);
                    button { "Go on to " (provider.label) }
                }
                p { a href="/" { "Back to the start" } }
            } }
        },
    )
}

/// An account that came back from a provider.
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'a> {
    /// What it is called there.
    pub username: &'a str,
    /// What people call the provider.
    pub provider: &'a str,
    /// What the form answers with.
    pub secret: &'a str,
}

/// The question whether the account that somebody came back with is to be linked.
#[must_use]
pub fn confirm(me: &User, account: &Proposed<'_>) -> Markup {
    page(
        "Link an account",
        &html! {
            body.plain { main.card {
                h1 { "Link this account?" }
                p {
                    "At " (account.provider) " you are " strong dir="auto" { (account.username) } ". Who has that account could sign in as "
                    (fragments::name(me)) " from then on, and do all that you can."
                }
                p { "If that is not your account, or you did not ask for this, go back: nothing is linked." }
                form method="post" action="/accounts/link" {
                    input type="hidden" name="secret" value=(account.secret);
                    button { "It is mine: link it" }
                }
                p { a href="/accounts" { "Go back" } }
            } }
        },
    )
}

/// Whether the person signs in by another account as well.
fn is_another_way_in(
    account: &OauthAccount,
    accounts: &[OauthAccount],
    providers: &[SignInProvider],
) -> bool {
    let is_offered = |name: &str| providers.iter().any(|provider| provider.name == name);
    accounts.iter().any(|other| other.id != account.id && is_offered(&other.provider))
}

/// What people call the provider of an account, as far as it is still there.
fn label<'a>(account: &'a OauthAccount, providers: &'a [SignInProvider]) -> &'a str {
    let known = providers.iter().find(|provider| provider.name == account.provider);
    known.map_or(account.provider.as_str(), |provider| provider.label.as_str())
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{ProviderType, Timestamp};

    use super::*;

    #[test]
    fn accounts_are_linked_and_unlinked_by_forms_but_for_the_last() {
        let at = Timestamp::from_unix_millis(0);
        let account = |number: u8| OauthAccount {
            id: format!("0197f000-0000-7000-8000-00000000000{number}").parse().expect("an id"),
            provider: "it".into(),
            kind: ProviderType::Oidc,
            username: "<i>ann</i>".into(),
            created_at: at,
            last_used_at: at,
        };
        let provider =
            SignInProvider { name: "it".into(), kind: ProviderType::Oidc, label: "<b>It</b>".into() };
        let both = list(&[account(1), account(2)], std::slice::from_ref(&provider)).into_string();
        assert_eq!(both.matches(r#"<form method="post""#).count(), 3);
        assert_eq!(both.matches("Unlink").count(), 2);
        assert!(both.contains(r#"action="/accounts/link/it""#) && !both.contains("link=true"), "{both}");
        assert!(both.contains("&lt;i&gt;ann") && both.contains("&lt;b&gt;It"), "{both}");
        assert!(!list(&[account(1)], &[provider]).into_string().contains("Unlink"));
        assert!(
            !list(&[account(1), account(2)], &[]).into_string().contains("Unlink"),
            "the provider is gone"
        );
    }
}
