//! Signing in: the page with its ways, and that of a link which signs one person in once.

use ajet_protocol::{SignInProvider, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

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
pub fn sign_in(shown: &SignIn<'_>) -> Markup {
    page(
        "Sign in",
        &html! {
            body.plain { main.card {
                h1 { "ajet-chat" }
                @if let Some(problem) = shown.problem { p.problem role="alert" { (problem) } }
                @if shown.first_start {
                    p { "There is no community yet. The person who founds the first one owns this installation." }
                }
                @if shown.by_name { (by_name(shown)) }
                (by_providers(shown))
                @if !shown.by_name && shown.providers.is_empty() { (no_way_in()) }
            } }
        },
    )
}

fn by_name(shown: &SignIn<'_>) -> Markup {
    html! {
        p { "This is a development server: any name signs you in." }
        form method="post" action="/sign-in" {
            input type="hidden" name="next" value=(shown.next);
            (names())
            @if shown.first_start { (first_community()) }
            button { "Sign in" }
        }
    }
}

/// What somebody is called who may be new.
fn names() -> Markup {
    html! {
        label for="username" { "User name" }
        input id="username" name="username" required maxlength="64" pattern="[A-Za-z0-9._\\-]+" autocomplete="username" autofocus;
        label for="display_name" { "Display name " small { "(optional)" } }
        input id="display_name" name="display_name" maxlength="80" autocomplete="name";
    }
}

/// What the first community is called. It may be left for later.
fn first_community() -> Markup {
    html! {
        label for="community_name" { "Name of the community " small { "(or later)" } }
        input id="community_name" name="community_name" maxlength="80";
        label for="community_slug" { "Its short name, for addresses " small { "(or later)" } }
        input id="community_slug" name="community_slug" minlength="2" maxlength="40" pattern="[a-z0-9\\-]+";
    }
}

/// The providers' buttons. They are links: a browser that holds forms to our own pages (`form-action`) does not follow one to a provider.
fn by_providers(shown: &SignIn<'_>) -> Markup {
    html! {
        @if !shown.providers.is_empty() && shown.first_start && !shown.by_name {
            form method="get" action="/sign-in/first" {
                (first_community())
                @for provider in shown.providers {
                    button name="provider" value=(provider.name) data-kind=(provider.kind) { "Sign in with " (provider.label) }
                }
            }
        } @else {
            @for provider in shown.providers {
                p { a.button href={ "/auth/" (provider.name) "/start?" (shown.query) } data-kind=(provider.kind) { "Sign in with " (provider.label) } }
            }
        }
    }
}

/// Asks somebody who is signed in whether they want to sign in at a provider, in place of what they have.
#[must_use]
pub fn another(me: &User, provider: &SignInProvider, return_to: &str) -> Markup {
    page(
        "Sign in",
        &html! {
            body.plain { main.card {
                h1 { "Sign in at " (provider.label) "?" }
                p { "You are signed in as " (fragments::name(me)) ". Signing in again ends that in this browser, and may make you another person." }
                form method="post" action={ "/sign-in/at/" (provider.name) } {
                    input type="hidden" name="return_to" value=(return_to);
                    button { "Sign in at " (provider.label) }
                }
                p { a href="/" { "Stay as you are" } }
            } }
        },
    )
}

fn no_way_in() -> Markup {
    html! {
        p { "No way to sign in is set up here." }
        p {
            "If you run this server: set up a sign-in provider, such as GitHub by " code { "AJET_OAUTH_GITHUB_CLIENT_ID" } " and "
            code { "AJET_OAUTH_GITHUB_CLIENT_SECRET" } ", and restart it. Until then "
            code { "ajet-chatd admin invite" } " on the machine makes a link that signs one person in once."
        }
    }
}

/// The page of a link that signs one person in once. It asks first: programs that look at links use none up.
#[must_use]
pub fn link(person: Option<&User>, token: &str, problem: Option<&str>) -> Markup {
    page(
        "Sign in",
        &html! {
            body.plain { main.card {
                h1 { "ajet-chat" }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
                @if let Some(person) = person { p { "This link signs you in as " (fragments::name(person)) ", once." } }
                @else { p { "This link makes you an account and signs you in, once." } }
                form method="post" action={ "/sign-in/link/" (token) } {
                    @if person.is_none() { (names()) }
                    button { "Sign in" }
                }
            } }
        },
    )
}
