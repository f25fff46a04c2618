//! The reactions under a message.

use ajet_protocol::Reaction;
use maud::{Markup, html};

/// One chip for each emoji; scripts add and take back the reader's own, and the bar with the first.
#[must_use]
pub fn bar(reactions: &[Reaction]) -> Markup {
    html! { @if !reactions.is_empty() {
        div.c-reactions {
            @for one in reactions {
                button.c-reaction type="button" data-emoji=(one.emoji) aria-pressed=(one.reacted_by_me) aria-label={ (one.emoji) " " (one.count) } {
                    span aria-hidden="true" { (one.emoji) } " " span.c-reaction__count { (one.count) }
                }
            }
        }
    } }
}
