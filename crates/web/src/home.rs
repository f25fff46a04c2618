//! The start page, and the page of an invite.

use ajet_protocol::{Community, InvitePreview, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// What a new community may be called, for its form: what somebody chose before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Suggested<'a> {
    pub name: &'a str,
    pub slug: &'a str,
}

/// The start page: the person's communities, and the form for a new one where they may found one.
#[must_use]
pub fn start(
    me: &User,
    communities: &[Community],
    founding: Option<Suggested<'_>>,
    problem: Option<&str>,
) -> Markup {
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
                @if let Some(suggested) = founding { (found_form(suggested)) }
                @else if communities.is_empty() { p { "Ask somebody for an invite link." } }
                p { a href="/accounts" { "Your accounts" } }
                form method="post" action="/sign-out" { button.quiet { "Sign out" } }
            } }
        },
    )
}

fn found_form(suggested: Suggested<'_>) -> Markup {
    html! {
        h2 { "New community" }
        form method="post" action="/communities" {
            label for="name" { "Name" }
            input id="name" name="name" value=(suggested.name) required maxlength="80";
            label for="slug" { "Short name, for addresses" }
            input id="slug" name="slug" value=(suggested.slug) required minlength="2" maxlength="40" pattern="[a-z0-9\\-]+";
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
