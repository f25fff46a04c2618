//! Sign-in, the start page, and the page of an invite.

use ajet_protocol::{Community, InvitePreview, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// The sign-in page. `next` is where to go afterwards: a path of ours.
#[must_use]
pub fn sign_in(dev: bool, next: &str, problem: Option<&str>) -> Markup {
    page(
        "Sign in",
        &html! {
            body.plain { main.card {
                h1 { "ajet-chat" }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
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
                } @else {
                    p { "No way to sign in is configured here." }
                }
            } }
        },
    )
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
