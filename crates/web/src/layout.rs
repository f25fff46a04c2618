//! What all pages share.

use maud::{DOCTYPE, Markup, html};

use crate::assets;

/// Only what the pages use; indicators are styled by our own sheet.
const HTMX: &str =
    r#"{"extensions":"sse,upsert,trusted","includeIndicatorCSS":false,"sse":{"pauseOnBackground":false}}"#;

/// A whole page.
pub fn page(title: &str, body: &Markup) -> Markup {
    let head = html! {
        meta name="htmx-config" content=(HTMX);
        title { (title) " · ajet-chat" }
        link rel="stylesheet" href=(assets::path(assets::STYLE));
        // One file: htmx does not wait for an extension in another one (see `build.rs`).
        script src=(assets::path(assets::SCRIPT)) defer {}
    };
    document(&head, body)
}

/// A page that goes on to an address at once, such as one of ours that is to be asked for once more.
#[must_use]
pub fn again(address: &str) -> Markup {
    let head = html! {
        meta http-equiv="refresh" content={ "0;url=" (address) };
        title { "ajet-chat" }
    };
    document(&head, &html! { body { a href=(address) { "Go on" } } })
}

fn document(head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                (head)
            }
            (body)
        }
    }
}

/// A page that says what went wrong and where to go.
#[must_use]
pub fn error_page(title: &str, detail: &str) -> Markup {
    page(
        title,
        &html! {
            body.plain { main.card {
                h1 { (title) }
                p { (detail) }
                p { a href="/" { "Back to the start" } }
            } }
        },
    )
}
