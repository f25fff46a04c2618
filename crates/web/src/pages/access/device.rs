//! The page on which a person lets a device in that shows a code. Nothing here approves by itself: a link that brings the code along shows the
//! same question as a code that was typed.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::components::{Button, Icon, Kind, Tone, banner, name};
use crate::layout::plain;
use crate::strings::{count, device, with};
use crate::viewer::Viewer;

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

/// What became of the code that was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// None was sent.
    Nothing,
    /// No device waits under it.
    Unknown,
}

/// The form for a code.
#[must_use]
pub fn enter(viewer: &Viewer, tried: Tried) -> Markup {
    let t = viewer.strings();
    let content = html! {
        div.card-head { h1 { (t.access.device_title) } p.soft { (t.access.device_hint) } }
        @if tried == Tried::Unknown { (banner(Tone::Bad, &html! { p { (t.access.device_unknown) } })) }
        form.form method="get" action="/auth/device" {
            div.field {
                label.field-label for="user_code" { (t.access.device_code) }
                input.input.input-code id="user_code" name="user_code" required maxlength="32" placeholder="XXXX-XXXX" autocomplete="off"
                    autocapitalize="characters" spellcheck="false" autofocus;
            }
            (Button::new(Kind::Primary, t.access.go_on).wide().submit())
        }
    };
    plain(viewer, t.access.device_title, &content)
}

/// The question whether a device may be signed in.
#[must_use]
pub fn ask(viewer: &Viewer, me: &User, asking: &Asking<'_>) -> Markup {
    let t = viewer.strings();
    let values = [
        ("device", html! { strong dir="auto" { (device(viewer.language, asking.device)) } }),
        ("program", html! { bdi { (asking.program) } }),
        ("ago", html! { (ago(viewer, asking.minutes)) }),
        ("name", name(me, t.shared.bot)),
    ];
    let content = html! {
        h1 { (t.access.device_ask) }
        p { (t.access.device_same_code) }
        p.code { (asking.code) }
        p { (with(t.access.device_calls_itself, &values)) }
        (banner(Tone::Warn, &html! { p { (t.access.device_beware) } }))
        form method="post" action="/auth/device/decision" {
            input type="hidden" name="user_code" value=(asking.code);
            div.stack-s {
                (Button::new(Kind::Primary, t.access.device_approve).sends("decision", "approve").wide().submit())
                (Button::new(Kind::Plain, t.access.device_deny).sends("decision", "deny").wide().submit())
            }
        }
    };
    plain(viewer, t.access.device_title, &content)
}

fn ago(viewer: &Viewer, minutes: u64) -> String {
    let t = viewer.strings();
    match minutes {
        0 => t.access.ago_now.to_owned(),
        more => count(more.cast_signed(), t.access.ago_minute, t.access.ago_minutes),
    }
}

/// What became of it.
#[must_use]
pub fn decided(viewer: &Viewer, approved: bool) -> Markup {
    let t = viewer.strings();
    let (title, text) = if approved {
        (t.access.device_approved, t.access.device_approved_hint)
    } else {
        (t.access.device_denied, t.access.device_denied_hint)
    };
    let content = html! {
        div.card-head { h1 { (title) } p.soft { (text) } }
        (Button::new(Kind::Plain, t.access.to_start).icon(Icon::Home).link("/"))
    };
    plain(viewer, t.access.device_title, &content)
}
