//! The word of an icon that stands alone, shown on hover and focus.

use maud::{Markup, html};

/// The word, inside an element of the class `tooltip` that names it as its label.
#[must_use]
pub fn tooltip(text: &str) -> Markup {
    html! { span role="tooltip" aria-hidden="true" { (text) } }
}
