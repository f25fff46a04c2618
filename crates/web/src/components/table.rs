//! Tables. On a phone each row is a small card.

use maud::{Markup, html};

/// A table with its heads; `rows` are `tr` elements. An empty head stands over buttons.
#[must_use]
pub fn table(caption: &str, heads: &[&str], rows: &Markup) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(caption) {
            table.table.table-stacks {
                caption.hidden { (caption) }
                thead { tr { @for head in heads { @if head.is_empty() { td {} } @else { th scope="col" { (head) } } } } }
                tbody { (rows) }
            }
        }
    }
}

/// The link to the next page of a list, where there is one.
#[must_use]
pub fn pager(next: Option<&str>, word: &str) -> Markup {
    html! {
        @if let Some(address) = next { nav.pager { a.button.button-plain.button-small href=(address) { (word) } } }
    }
}
