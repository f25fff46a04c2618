//! Signing in: the page with its ways, and that of a link which signs one person in once.

use ajet_protocol::{SignInProvider, User};
use maud::{Markup, html};

use crate::components::{Button, Field, Kind, Tone, banner, name};
use crate::layout::plain;
use crate::strings::{fill, with};
use crate::viewer::Viewer;

/// What the sign-in page offers.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    pub providers: &'a [Provider<'a>],
    /// Whether any name does: a development server.
    pub by_name: bool,
    /// Whether the first community is still to be founded.
    pub first_start: bool,
    /// Where to go afterwards: a path of ours.
    pub next: &'a str,
    /// The same as providers are told it: `return_to=…`, percent-encoded.
    pub query: &'a str,
    pub problem: Option<&'a str>,
}

/// A provider at which people sign in.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Its part of addresses.
    pub name: &'a str,
    /// Which kind of provider it is, such as `github`.
    pub kind: &'a str,
    pub label: &'a str,
}

/// The sign-in page.
#[must_use]
pub fn sign_in(viewer: &Viewer, shown: &SignIn<'_>) -> Markup {
    let t = viewer.strings();
    let content = html! {
        div.card-head {
            h1 { @if shown.first_start { (t.access.first_start) } @else { (t.access.welcome) } }
            p.soft { @if shown.first_start { (t.access.first_start_hint) } @else { (t.access.welcome_hint) } }
        }
        (problem_banner(shown.problem))
        @if shown.by_name { (by_name(viewer, shown)) }
        @if shown.by_name && !shown.providers.is_empty() { div.or { (t.access.or) } }
        (by_providers(viewer, shown))
        @if !shown.by_name && shown.providers.is_empty() { (no_way_in(viewer)) }
    };
    plain(viewer, t.access.sign_in, &content)
}

fn problem_banner(problem: Option<&str>) -> Markup {
    html! { @if let Some(problem) = problem { (banner(Tone::Bad, &html! { p { (problem) } })) } }
}

fn by_name(viewer: &Viewer, shown: &SignIn<'_>) -> Markup {
    let t = viewer.strings();
    html! {
        form.form method="post" action="/sign-in" {
            input type="hidden" name="next" value=(shown.next);
            (names(viewer))
            @if shown.first_start { (first_community(viewer)) }
            (Button::new(Kind::Primary, t.access.sign_in).wide().submit())
            p.faint { (t.access.development_server) }
        }
    }
}

/// What somebody is called who may be new.
fn names(viewer: &Viewer) -> Markup {
    let t = viewer.strings();
    let username = Field::text("username", t.shared.username).required().max(64).pattern("[A-Za-z0-9._\\-]+");
    html! {
        (username.autocomplete("username").focused().show())
        (Field::text("display_name", t.shared.display_name).optional(t.shared.optional).max(80).autocomplete("name").show())
    }
}

/// What the first community is called. It may be left for later.
fn first_community(viewer: &Viewer) -> Markup {
    let t = viewer.strings();
    let slug = Field::text("community_slug", t.shared.community_slug)
        .optional(t.access.or_later)
        .hint(t.access.slug_hint)
        .max(40);
    html! {
        (Field::text("community_name", t.shared.community_name).optional(t.access.or_later).max(80).show())
        (slug.pattern("[a-z0-9\\-]{2,40}").show())
    }
}

/// The providers' buttons. They are links: a browser that holds forms to our own pages (`form-action`) does not follow one to a provider.
fn by_providers(viewer: &Viewer, shown: &SignIn<'_>) -> Markup {
    let t = viewer.strings();
    let text = |provider: &Provider<'_>| fill(t.access.sign_in_with, &[("provider", provider.label)]);
    html! {
        @if !shown.providers.is_empty() && shown.first_start && !shown.by_name {
            form.form method="get" action="/sign-in/first" {
                (first_community(viewer))
                div.providers {
                    @for provider in shown.providers {
                        button.button.button-plain.button-wide name="provider" value=(provider.name) data-kind=(provider.kind) { (text(provider)) }
                    }
                }
            }
        } @else {
            div.providers {
                @for provider in shown.providers {
                    a.button.button-plain.button-wide href={ "/auth/" (provider.name) "/start?" (shown.query) } data-kind=(provider.kind) { (text(provider)) }
                }
            }
        }
    }
}

/// Asks somebody who is signed in whether they want to sign in at a provider, in place of what they have.
#[must_use]
pub fn another(viewer: &Viewer, me: &User, provider: &SignInProvider, return_to: &str) -> Markup {
    let t = viewer.strings();
    let values = [("provider", provider.label.as_str())];
    let content = html! {
        h1 { (fill(t.access.sign_in_at, &values)) }
        p { (with(t.access.signed_in_as, &[("name", name(me, t.shared.bot))])) " " (t.access.sign_in_at_hint) }
        div.stack-s {
            form method="post" action={ "/sign-in/at/" (provider.name) } {
                input type="hidden" name="return_to" value=(return_to);
                (Button::new(Kind::Primary, &fill(t.access.sign_in_with, &values)).wide().submit())
            }
            (Button::new(Kind::Quiet, t.access.stay_signed_in).wide().link("/"))
        }
    };
    plain(viewer, t.access.sign_in, &content)
}

fn no_way_in(viewer: &Viewer) -> Markup {
    let t = viewer.strings();
    let code = |text: &str| html! { code { (text) } };
    let values = [
        ("client_id", code("AJET_OAUTH_GITHUB_CLIENT_ID")),
        ("client_secret", code("AJET_OAUTH_GITHUB_CLIENT_SECRET")),
        ("command", code("ajet-chatd admin invite")),
    ];
    html! { (banner(Tone::Warn, &html! { p { strong { (t.access.no_way_in) } } p { (with(t.access.no_way_in_hint, &values)) } })) }
}

/// The page of a link that signs one person in once. It asks first: programs that look at links use none up.
#[must_use]
pub fn link(viewer: &Viewer, person: Option<&User>, token: &str, problem: Option<&str>) -> Markup {
    let t = viewer.strings();
    let content = html! {
        div.card-head {
            h1 { (t.access.welcome) }
            p.soft {
                @if let Some(person) = person { (with(t.access.link_signs_in, &[("name", name(person, t.shared.bot))])) }
                @else { (t.access.link_makes_account) }
            }
        }
        (problem_banner(problem))
        form method="post" action={ "/sign-in/link/" (token) } {
            div.form {
                @if person.is_none() { (names(viewer)) }
                (Button::new(Kind::Primary, t.access.sign_in).wide().submit())
            }
        }
    };
    plain(viewer, t.access.sign_in, &content)
}
