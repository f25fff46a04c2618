//! What all pages share.

use maud::{DOCTYPE, Markup, html};

use crate::assets;

/// Only what the pages use; indicators are styled by our own sheet.
const HTMX: &str = r#"{"extensions":"trusted","includeIndicatorCSS":false}"#;

/// A whole page.
pub fn page(title: &str, body: &Markup) -> Markup {
    let head = html! {
        meta name="htmx-config" content=(HTMX);
        title { (title) " · ajet-chat" }
        link rel="stylesheet" href=(assets::path(assets::STYLE));
        // One file: htmx does not wait for an extension in another one (see `build.rs`).
        script src=(assets::path(assets::SCRIPT)) defer {}
    };
    document("en", &head, body)
}

/// The chat page: it can be installed, and brings the words of its scripts along.
pub fn chat_page(lang: &str, title: &str, words: &str, body: &Markup) -> Markup {
    let head = html! {
        meta name="htmx-config" content=(HTMX);
        meta name="words" content=(words);
        meta name="assets" content=(assets::VERSION);
        meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)";
        meta name="theme-color" content="#16181d" media="(prefers-color-scheme: dark)";
        title { (title) }
        link rel="icon" href=(assets::path(assets::APP_ICON)) data-unread=(assets::path(assets::APP_ICON_UNREAD));
        link rel="manifest" href="/manifest.webmanifest";
        link rel="stylesheet" href=(assets::path(assets::STYLE));
        script src=(assets::path(assets::SCRIPT)) defer {}
    };
    document(lang, &head, body)
}

/// A page that asks for an address of ours once more, at once.
#[must_use]
pub fn again(address: &str) -> Markup {
    let head = html! {
        meta http-equiv="refresh" content={ "0;url=" (address) };
        title { "ajet-chat" }
    };
    document("en", &head, &html! { body { a href=(address) { "Go on" } } })
}

fn document(lang: &str, head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
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
