//! What the reader wrote in a channel to be sent later, in the pane.

use ajet_protocol::{Code, Scheduled, ScheduledState};
use maud::{Markup, html};

use super::pane::{empty, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;
use crate::strings::sentence;

/// The pane: what waits, and what could not be sent.
#[must_use]
pub fn show(lang: Language, all: &[Scheduled]) -> Markup {
    let waits: Vec<&Scheduled> = all.iter().filter(|one| one.state != ScheduledState::Sent).collect();
    let content = html! {
        @if waits.is_empty() { (empty(lang, Key::EmptyScheduled, Icon::Later)) }
        ul.c-finds {
            @for one in waits {
                li.c-find {
                    span.c-find__head {
                        time datetime=(one.send_at) data-whole {}
                        @if one.state == ScheduledState::Failed { strong.c-problem { (t(lang, Key::NotSent)) } }
                    }
                    p.c-find__text dir="auto" { (one.body_md) }
                    @if let Some(why) = why(lang, one) { p.c-problem { (why) } }
                    button.c-button.c-button--quiet type="button" data-unschedule=(one.id) {
                        (t(lang, if one.state == ScheduledState::Failed { Key::Discard } else { Key::Cancel }))
                    }
                }
            }
        }
    };
    pane(lang, t(lang, Key::SentLater), &html! {}, &content)
}

/// Why one was not sent, in words.
fn why(lang: Language, one: &Scheduled) -> Option<&'static str> {
    let reason = one.reason.as_deref()?;
    let code = Code::ALL.iter().find(|code| code.as_str() == reason)?;
    Some(sentence(lang, *code))
}
