//! A message's poll.

use ajet_protocol::{MessageId, Poll};
use maud::{Markup, html};

use super::words::{Key, t};
use crate::strings::Language;

/// The question, and what can be chosen, with the votes. A script sends each choice as it is made.
#[must_use]
pub fn poll(lang: Language, message: MessageId, poll: &Poll) -> Markup {
    let all: i64 = poll.options.iter().map(|option| option.votes).sum();
    let kind = if poll.multiple { "checkbox" } else { "radio" };
    html! {
        form.c-poll data-poll=(message) {
            fieldset disabled[poll.closed] {
                legend dir="auto" { (poll.question) }
                @for (place, option) in poll.options.iter().enumerate() {
                    label.c-poll__option {
                        input type=(kind) name={ "poll-" (message) } value=(place) checked[option.voted_by_me];
                        span.c-poll__text dir="auto" { (option.text) }
                        progress.c-poll__share max=(all.max(1)) value=(option.votes) aria-hidden="true" {}
                        span.c-poll__votes { (option.votes) }
                    }
                }
            }
            small.c-poll__state {
                (all) " " span data-word=(Key::Votes.name()) { (t(lang, Key::Votes)) }
                @if poll.closed { " · " span data-word=(Key::ClosedPoll.name()) { (t(lang, Key::ClosedPoll)) } }
                @else if let Some(at) = poll.closes_at { " · " time datetime=(at) data-whole {} }
            }
        }
    }
}
