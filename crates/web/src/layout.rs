//! What all pages share: the document, the plain page of one card, and the page of a failure.

use ajet_protocol::Code;
use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::components::{Button, Icon, Kind};
use crate::strings::{Refused, Strings};
use crate::viewer::{Theme, Viewer};

/// Only what the pages use; indicators are styled by our own sheet.
const HTMX: &str = r#"{"extensions":"trusted","includeIndicatorCSS":false}"#;

/// A whole page in the usual look.
pub fn page(title: &str, body: &Markup) -> Markup {
    page_for(&Viewer::default(), title, body)
}

/// A whole page in its reader's language and look.
pub fn page_for(viewer: &Viewer, title: &str, body: &Markup) -> Markup {
    let head = html! {
        meta name="htmx-config" content=(HTMX);
        title { (title) " · ajet-chat" }
        link rel="icon" href=(assets::path(assets::APP_ICON));
        link rel="stylesheet" href=(assets::path(assets::STYLE));
        // One file: htmx does not wait for an extension in another one (see `build.rs`).
        script src=(assets::path(assets::SCRIPT)) defer {}
    };
    document(viewer, &head, body)
}

/// The chat page: it can be installed, and brings the words of its scripts along.
pub fn chat_page(viewer: &Viewer, title: &str, words: &str, body: &Markup) -> Markup {
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
    document(viewer, &head, body)
}

/// A page before the shell: the name of the program, and one card in the middle.
pub fn plain(viewer: &Viewer, title: &str, card: &Markup) -> Markup {
    let body = html! {
        body.plain {
            main {
                div.brand { (Icon::Brand.show()) span { "ajet-chat" } }
                div.card { (card) }
            }
        }
    };
    page_for(viewer, title, &body)
}

/// A page that goes on to an address at once, such as one of ours that is to be asked for once more.
#[must_use]
pub fn again(address: &str) -> Markup {
    let head = html! {
        meta http-equiv="refresh" content={ "0;url=" (address) };
        title { "ajet-chat" }
    };
    document(&Viewer::default(), &head, &html! { body { a href=(address) { "Go on" } } })
}

fn document(viewer: &Viewer, head: &Markup, body: &Markup) -> Markup {
    let look = viewer.look;
    let scheme = match look.theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    html! {
        (DOCTYPE)
        html lang=(viewer.language.tag()) dir=(viewer.language.direction()) data-theme=(look.theme.as_str())
            data-density=(look.density.as_str()) data-contrast=(look.contrast.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
                meta name="color-scheme" content=(scheme);
                (head)
            }
            (body)
        }
    }
}

/// A page that says what went wrong and where to go. `back` leads to the page whose form was refused.
#[must_use]
pub fn error_page(viewer: &Viewer, refused: &Refused<'_>, back: Option<&str>) -> Markup {
    let t = viewer.strings();
    let title = headline(t, refused.code);
    plain(
        viewer,
        title,
        &html! {
            h1 { (title) }
            p.soft { (refused.in_words(viewer.language)) }
            div.row {
                @if let Some(address) = back { (Button::new(Kind::Primary, t.frame.back_and_change).link(address)) }
                (Button::new(if back.is_some() { Kind::Quiet } else { Kind::Primary }, t.access.to_start).link("/"))
            }
        },
    )
}

/// What went wrong in a few words.
fn headline(t: &'static Strings, code: Code) -> &'static str {
    match code {
        Code::NotFound | Code::MethodNotAllowed => t.frame.error_not_found,
        Code::Unauthenticated => t.frame.error_unauthenticated,
        Code::Forbidden | Code::Csrf | Code::Blocked | Code::EditWindowClosed => t.frame.error_forbidden,
        Code::Banned => t.frame.error_banned,
        Code::Muted => t.frame.error_muted,
        Code::Conflict | Code::Pending | Code::Archived => t.frame.error_conflict,
        Code::Limit => t.frame.error_limit,
        Code::Gone => t.frame.error_gone,
        Code::TooLarge | Code::HeadTooLarge => t.frame.error_too_large,
        Code::RateLimited | Code::SlowMode => t.frame.error_rate_limited,
        Code::Overloaded | Code::Unavailable | Code::RequestTimeout => t.frame.error_unavailable,
        Code::Internal | Code::NotImplemented => t.frame.error_internal,
        Code::Malformed | Code::Invalid | Code::UnsupportedMediaType => t.frame.error_invalid,
    }
}
