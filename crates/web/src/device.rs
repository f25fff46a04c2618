//! The page on which a person lets a device in that shows a code. Nothing here approves by itself: a link that brings the code along shows the
//! same question as a code that was typed.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// A device that asks to be signed in, as it calls itself.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// `XXXX-XXXX`
    pub code: &'a str,
    pub device: &'a str,
    pub program: &'a str,
    /// How long ago it began to ask.
    pub minutes: u64,
}

/// The form for a code.
#[must_use]
pub fn enter(problem: Option<&str>) -> Markup {
    page(
        "Sign in on a device",
        &html! {
            body.plain { main.card {
                h1 { "Sign in on a device" }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
                form method="get" action="/auth/device" {
                    label for="user_code" { "The code that the device shows" }
                    input.code id="user_code" name="user_code" required maxlength="32" placeholder="XXXX-XXXX" autocomplete="off"
                        autocapitalize="characters" spellcheck="false" autofocus;
                    button { "Go on" }
                }
            } }
        },
    )
}

/// The question whether a device may be signed in.
#[must_use]
pub fn ask(me: &User, asking: &Asking<'_>) -> Markup {
    page(
        "Sign in on a device",
        &html! {
            body.plain { main.card {
                h1 { "Let this device in?" }
                p { "Does the device in front of you show this code?" }
                p.code { (asking.code) }
                p {
                    "It calls itself " strong dir="auto" { (asking.device) } " (" (asking.program) ") and asked " (ago(asking.minutes))
                    ". It would be signed in as " (fragments::name(me)) ", and could do all that you can."
                }
                p { "If the codes differ, or you have not just asked for this yourself, deny it: somebody else may have sent you here." }
                form method="post" action="/auth/device/decision" {
                    input type="hidden" name="user_code" value=(asking.code);
                    button name="decision" value="approve" { "The codes are the same: let it in" }
                    button.quiet name="decision" value="deny" { "Deny" }
                }
            } }
        },
    )
}

fn ago(minutes: u64) -> String {
    match minutes {
        0 => "less than a minute ago".to_owned(),
        1 => "a minute ago".to_owned(),
        more => format!("{more} minutes ago"),
    }
}

/// What became of it.
#[must_use]
pub fn decided(approved: bool) -> Markup {
    page(
        "Sign in on a device",
        &html! {
            body.plain { main.card {
                @if approved {
                    h1 { "The device is let in" }
                    p { "It is signed in within seconds. You can close this page, and end its session among yours if it should not have been let in." }
                } @else {
                    h1 { "The device is denied" }
                    p { "It gets nothing. You can close this page." }
                }
                p { a href="/" { "To the start" } }
            } }
        },
    )
}
