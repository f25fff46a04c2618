//! What the links of a message show. Their pictures are elsewhere, so they are not shown: a reader's browser asks this server alone.

use ajet_protocol::LinkPreview;
use maud::{Markup, html};

/// One card for each link that says something of itself.
#[must_use]
pub fn cards(previews: &[LinkPreview]) -> Markup {
    html! {
        @for one in previews {
            @if is_web(&one.url) && (one.title.is_some() || one.description.is_some()) {
                aside.c-preview hx-ignore dir="auto" {
                    @if let Some(site) = &one.site_name { small.c-preview__site { (site) } }
                    a.c-preview__title href=(one.url) rel="noopener noreferrer nofollow" target="_blank" { (one.title.as_deref().unwrap_or(&one.url)) }
                    @if let Some(text) = &one.description { p { (text) } }
                }
            }
        }
    }
}

/// Whether an address may be a link's.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
