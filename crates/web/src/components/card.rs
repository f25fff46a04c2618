//! A part of a page that belongs together, with its heading.

use maud::{Markup, html};

/// A card.
#[must_use]
pub fn card(title: &str, hint: Option<&str>, content: &Markup) -> Markup {
    of_class("card", title, hint, content)
}

/// A card of what can't be taken back.
#[must_use]
pub fn danger_card(title: &str, hint: Option<&str>, content: &Markup) -> Markup {
    of_class("card card-danger", title, hint, content)
}

fn of_class(class: &str, title: &str, hint: Option<&str>, content: &Markup) -> Markup {
    html! {
        section class=(class) {
            div.card-head {
                h2 { (title) }
                @if let Some(hint) = hint { p.faint { (hint) } }
            }
            (content)
        }
    }
}
