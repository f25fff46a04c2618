//! The page of a person's accounts at providers: linked from there, and unlinked.

use ajet_protocol::{OauthAccount, SignInProvider};
use maud::{Markup, html};

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
                        @if accounts.len() > 1 { button.quiet { "Unlink" } }
                    }
                }
                @if !providers.is_empty() {
                    h2 { "Link another account" }
                    ul.providers { @for provider in providers {
                        li { a href={ "/auth/" (provider.name) "/start?link=true&return_to=/accounts" } { (provider.label) } }
                    } }
                }
                p { a href="/" { "Back to the start" } }
            } }
        },
    )
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
    fn accounts_are_linked_by_links_and_unlinked_by_forms_but_for_the_last() {
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
        assert_eq!(both.matches(r#"<form method="post""#).count(), 2);
        assert_eq!(both.matches("Unlink").count(), 2);
        assert!(both.contains(r#"href="/auth/it/start?link=true&amp;return_to=/accounts""#), "{both}");
        assert!(both.contains("&lt;i&gt;ann") && both.contains("&lt;b&gt;It"), "{both}");
        assert!(!list(&[account(1)], &[provider]).into_string().contains("Unlink"));
    }
}
