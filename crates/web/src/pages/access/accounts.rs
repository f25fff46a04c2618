//! A person's accounts at providers: linked from there, and unlinked.

use ajet_protocol::{OauthAccount, SignInProvider};
use maud::{Markup, html};

use crate::components::{Button, Icon, Kind, act, card, empty};
use crate::strings::with;
use crate::viewer::Viewer;

/// By which accounts a person signs in, and where more can be linked: a part of their settings.
#[must_use]
pub fn list(viewer: &Viewer, accounts: &[OauthAccount], providers: &[SignInProvider]) -> Markup {
    let t = viewer.strings();
    let linked = html! {
        @if accounts.is_empty() { (empty(Icon::Provider, t.no_accounts, t.no_accounts_hint, &html! {})) }
        @else { ul.rows { @for one in accounts { li { (account(viewer, one, providers, accounts.len())) } } } }
    };
    let more = html! {
        div.providers { @for provider in providers {
            a.button.button-plain href={ "/auth/" (provider.name) "/start?link=true&return_to=/accounts" } data-kind=(provider.kind.as_str()) { (provider.label) }
        } }
    };
    html! {
        (card(t.accounts, Some(t.accounts_hint), &linked))
        @if !providers.is_empty() { (card(t.link_account, Some(t.link_account_hint), &more)) }
    }
}

fn account(viewer: &Viewer, one: &OauthAccount, providers: &[SignInProvider], all: usize) -> Markup {
    let t = viewer.strings();
    let values = [
        ("account", html! { strong dir="auto" { (one.username) } }),
        ("provider", html! { bdi { (label(one, providers)) } }),
    ];
    html! {
        div {
            div { (with(t.account_at, &values)) }
            span.faint { (t.last_used) " " (viewer.clock.moment(one.last_used_at)) }
        }
        // Without the last one the person could not come back.
        @if all > 1 { (act(&format!("/accounts/{}/unlink", one.id), &Button::new(Kind::Plain, t.unlink).small().submit())) }
    }
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
        let viewer = Viewer::default();
        let both = list(&viewer, &[account(1), account(2)], std::slice::from_ref(&provider)).into_string();
        assert_eq!(both.matches(r#"<form method="post""#).count(), 2);
        assert_eq!(both.matches("Unlink").count(), 2);
        assert!(both.contains(r#"href="/auth/it/start?link=true&amp;return_to=/accounts""#), "{both}");
        assert!(both.contains("&lt;i&gt;ann") && both.contains("&lt;b&gt;It"), "{both}");
        assert!(!list(&viewer, &[account(1)], &[provider]).into_string().contains("Unlink"));
    }
}
