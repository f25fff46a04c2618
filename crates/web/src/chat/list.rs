//! Rows of messages: a page of a channel's or a thread's list.

use ajet_protocol::Message;
use maud::{Markup, html};

use super::message::{is_grouped, listed};
use crate::strings::Language;

/// A page of rows, as scripts ask for more of a list. `data-more` says whether the list goes on in the direction that was asked for.
#[must_use]
pub fn rows(lang: Language, messages: &[Message], has_more: bool) -> Markup {
    html! { ol.c-rows data-more[has_more] { (items(lang, messages)) } }
}

/// The rows themselves.
pub(super) fn items(lang: Language, messages: &[Message]) -> Markup {
    html! {
        @for (place, one) in messages.iter().enumerate() {
            (listed(lang, one, is_grouped(place.checked_sub(1).and_then(|before| messages.get(before)), one)))
        }
    }
}
