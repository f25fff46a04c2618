//! Sign-in, the start page, and the page of an invite.

use ajet_protocol::{Community, InvitePreview, SignInProvider, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// The sign-in page where there are no providers. `next` is where to go afterwards: a path of ours.
#[must_use]
pub fn sign_in(dev: bool, next: &str, problem: Option<&str>) -> Markup {
    sign_in_at(&[], dev, next, problem)
}

/// The sign-in page: the providers that there are, and the form for a name where this is a development server.
#[must_use]
pub fn sign_in_at(providers: &[SignInProvider], dev: bool, next: &str, problem: Option<&str>) -> Markup {
    page(
        "Sign in",
        &html! {
            body.plain { main.card {
                h1 { "ajet-chat" }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
                @if !providers.is_empty() {
                    ul.providers { @for provider in providers {
                        li { a href=(start_of(provider, next)) { "Sign in with " (provider.label) } }
                    } }
                }
                @if dev {
                    p { "This is a development server: any name signs you in." }
                    form method="post" action="/sign-in" {
                        input type="hidden" name="next" value=(next);
                        label for="username" { "User name" }
                        input id="username" name="username" required maxlength="64" pattern="[A-Za-z0-9._\\-]+" autocomplete="username" autofocus;
                        label for="display_name" { "Display name " small { "(optional)" } }
                        input id="display_name" name="display_name" maxlength="80" autocomplete="name";
                        button { "Sign in" }
                    }
                } @else if providers.is_empty() {
                    p { "No way to sign in is configured here." }
                }
            } }
        },
    )
}

/// Where a sign-in at a provider begins.
fn start_of(provider: &SignInProvider, next: &str) -> String {
    // A letter, digit, dash or slash stays as it is; everything else is written by its bytes.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let encoded: String = next
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("/auth/{}/start?return_to={encoded}", provider.name)
}

/// The start page: the person's communities, and the form for a new one where they may found one.
#[must_use]
pub fn start(me: &User, communities: &[Community], may_found: bool, problem: Option<&str>) -> Markup {
    page(
        "Start",
        &html! {
            body.plain { main.card {
                h1 { "Hello, " (me.display_name) }
                p { "You are signed in as " (fragments::name(me)) "." }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
                @if !communities.is_empty() {
                    h2 { "Your communities" }
                    ul.communities {
                        @for community in communities {
                            li { a href={ "/c/" (community.slug) } { (community.name) } }
                        }
                    }
                }
                @if may_found { (found_form()) }
                @else if communities.is_empty() { p { "Ask somebody for an invite link." } }
                p { a href="/accounts" { "Your accounts" } }
                form method="post" action="/sign-out" { button.quiet { "Sign out" } }
            } }
        },
    )
}

fn found_form() -> Markup {
    html! {
        h2 { "New community" }
        form method="post" action="/communities" {
            label for="name" { "Name" }
            input id="name" name="name" required maxlength="80";
            label for="slug" { "Short name, for addresses" }
            input id="slug" name="slug" required minlength="2" maxlength="40" pattern="[a-z0-9\\-]+";
            button { "Create community" }
        }
    }
}

/// The page of an invite.
#[must_use]
pub fn invite(preview: &InvitePreview) -> Markup {
    page(
        "Invite",
        &html! {
            body.plain { main.card {
                h1 { "Join " (preview.community_name) }
                p { (preview.member_count) @if preview.member_count == 1 { " member" } @else { " members" } }
                form method="post" action={ "/invite/" (preview.code) } { button autofocus { "Join" } }
            } }
        },
    )
}

#[cfg(test)]
mod tests {
    use ajet_protocol::ProviderType;

    use super::*;

    #[test]
    fn providers_are_offered_by_links_that_lead_back() {
        let provider = SignInProvider {
            name: "our-gitea".into(),
            kind: ProviderType::Gitea,
            label: "<b>Gitea</b>".into(),
        };
        let page = sign_in_at(&[provider], false, "/c/x?a=b&c=\"#m", None).into_string();
        let link = r#"href="/auth/our-gitea/start?return_to=/c/x%3Fa%3Db%26c%3D%22%23m""#;
        assert!(page.contains(link) && page.contains("Sign in with &lt;b&gt;"), "{page}");
        assert!(!page.contains("No way to sign in"), "{page}");
        assert!(sign_in_at(&[], false, "/", None).into_string().contains("No way to sign in"));
    }
}
