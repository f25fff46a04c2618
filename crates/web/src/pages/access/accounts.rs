//! A person's accounts at providers: linked from there, and unlinked. Before one is linked its person is asked twice: whether they want to sign in
//! there, and whether it is the one that they came back with.

use ajet_protocol::{OauthAccount, SignInProvider, User};
use maud::{Markup, html};

use crate::components::{Button, Icon, Kind, Tone, act, banner, card, empty, name};
use crate::layout::plain;
use crate::strings::{fill, with};
use crate::viewer::Viewer;

/// By which accounts a person signs in, and where more can be linked: a part of their settings.
#[must_use]
pub fn list(viewer: &Viewer, accounts: &[OauthAccount], providers: &[SignInProvider]) -> Markup {
    let t = viewer.strings();
    let linked = html! {
        @if accounts.is_empty() { (empty(Icon::Provider, t.access.no_accounts, t.access.no_accounts_hint, &html! {})) }
        @else { ul.rows { @for one in accounts { li { (account(viewer, one, accounts, providers)) } } } }
    };
    let more = html! {
        div.providers { @for provider in providers {
            form method="post" action={ "/accounts/link/" (provider.name) } {
                button.button.button-plain.button-wide type="submit" data-kind=(provider.kind.as_str()) { (provider.label) }
            }
        } }
    };
    html! {
        (card(t.shared.accounts, Some(t.access.accounts_hint), &linked))
        @if !providers.is_empty() { (card(t.access.link_account, Some(t.access.link_account_hint), &more)) }
    }
}

fn account(
    viewer: &Viewer,
    one: &OauthAccount,
    all: &[OauthAccount],
    providers: &[SignInProvider],
) -> Markup {
    let t = viewer.strings();
    let values = [
        ("account", html! { strong dir="auto" { (one.username) } }),
        ("provider", html! { bdi { (label(one, providers)) } }),
    ];
    html! {
        div {
            div { (with(t.access.account_at, &values)) }
            span.faint { (t.shared.last_used) " " (viewer.clock.moment(one.last_used_at)) }
        }
        // Without the last one the person could not come back.
        @if is_another_way_in(one, all, providers) {
            (act(&format!("/accounts/{}/unlink", one.id), &Button::new(Kind::Plain, t.access.unlink).small().submit()))
        }
    }
}

/// The question before somebody is sent to a provider.
#[must_use]
pub fn ask_to_link(viewer: &Viewer, me: &User, provider: &SignInProvider, return_to: &str) -> Markup {
    let t = viewer.strings();
    let values = [("provider", provider.label.as_str())];
    let content = html! {
        h1 { (fill(t.access.link_at, &values)) }
        p { (with(t.access.signed_in_as, &[("name", name(me, t.shared.bot))])) " " (t.access.link_at_hint) }
        div.stack-s {
            form method="post" action={ "/accounts/link/" (provider.name) } {
                input type="hidden" name="return_to" value=(return_to);
                (Button::new(Kind::Primary, &fill(t.access.go_on_to, &values)).wide().submit())
            }
            (Button::new(Kind::Quiet, t.access.to_start).wide().link("/"))
        }
    };
    plain(viewer, t.access.link_account, &content)
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
pub fn confirm(viewer: &Viewer, me: &User, account: &Proposed<'_>) -> Markup {
    let t = viewer.strings();
    let values = [
        ("provider", html! { bdi { (account.provider) } }),
        ("account", html! { strong dir="auto" { (account.username) } }),
        ("name", name(me, t.shared.bot)),
    ];
    let content = html! {
        h1 { (t.access.link_this) }
        p { (with(t.access.link_this_means, &values)) }
        (banner(Tone::Warn, &html! { p { (t.access.link_beware) } }))
        div.stack-s {
            form method="post" action="/accounts/link" {
                input type="hidden" name="secret" value=(account.secret);
                (Button::new(Kind::Primary, t.access.link_mine).wide().submit())
            }
            (Button::new(Kind::Quiet, t.access.go_back).wide().link("/accounts"))
        }
    };
    plain(viewer, t.access.link_account, &content)
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
        let viewer = Viewer::default();
        let both = list(&viewer, &[account(1), account(2)], std::slice::from_ref(&provider)).into_string();
        assert_eq!(both.matches(r#"<form method="post""#).count(), 3);
        assert_eq!(both.matches("Unlink").count(), 2);
        assert!(both.contains(r#"action="/accounts/link/it""#) && !both.contains("link=true"), "{both}");
        assert!(both.contains("&lt;i&gt;ann") && both.contains("&lt;b&gt;It"), "{both}");
        assert!(!list(&viewer, &[account(1)], &[provider]).into_string().contains("Unlink"));
        assert!(
            !list(&viewer, &[account(1), account(2)], &[]).into_string().contains("Unlink"),
            "the provider is gone"
        );
    }
}
