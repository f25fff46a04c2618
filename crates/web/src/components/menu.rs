//! A menu that a button opens: links, and forms with a button each.

use maud::{Markup, html};

/// The menu of the button that opens `id`.
#[must_use]
pub fn menu(id: &str, content: &Markup) -> Markup {
    html! { div.menu id=(id) popover="auto" { (content) } }
}
