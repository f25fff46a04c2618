//! Short news in the corner, which the page's script puts in and takes away.

use maud::{Markup, html};

use super::Icon;

/// One of them. The list that it stands in (`.toasts`) is the live region.
#[must_use]
pub fn toast(icon: Icon, content: &Markup) -> Markup {
    html! { div.toast { (icon.show()) div { (content) } } }
}
