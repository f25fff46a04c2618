//! The shape of what is on its way.

use maud::{Markup, html};

/// So many lines, with the word that it loads.
#[must_use]
pub fn skeleton(lines: usize, word: &str) -> Markup {
    html! {
        div.skeleton role="status" { @for _ in 0..lines { span aria-hidden="true" {} } b.hidden { (word) } }
    }
}
