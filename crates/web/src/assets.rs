//! The pages' files, embedded; their address changes with their content, so they may be cached for ever.

/// An embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
}

/// The version of the whole set.
pub const VERSION: &str = env!("AJET_ASSETS_VERSION");

/// The pages' one script: htmx and our own, put together by `build.rs`.
pub const SCRIPT: &str = "page.js";
/// The pages' one style sheet.
pub const STYLE: &str = "app.css";
/// The icons of the chat page, each a symbol.
pub const CHAT_ICONS: &str = "chat-icons.svg";
/// The icon of the application, and the same while something is unread.
pub const APP_ICON: &str = "icon.svg";
pub const APP_ICON_UNREAD: &str = "icon-unread.svg";

macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file.
pub const ALL: [Asset; 8] = [
    Asset { name: SCRIPT, content_type: JS, bytes: embedded!("page.js") },
    // The stream that all tabs share.
    Asset { name: "stream-worker.js", content_type: JS, bytes: embedded!("stream-worker.js") },
    // Loaded where the first code is shown.
    Asset { name: "highlight.js", content_type: JS, bytes: embedded!("highlight.js") },
    Asset { name: STYLE, content_type: CSS, bytes: embedded!("app.css") },
    Asset { name: CHAT_ICONS, content_type: SVG, bytes: embedded!("chat-icons.svg") },
    Asset { name: APP_ICON, content_type: SVG, bytes: embedded!("icon.svg") },
    Asset { name: APP_ICON_UNREAD, content_type: SVG, bytes: embedded!("icon-unread.svg") },
    Asset { name: "emoji.json", content_type: "application/json", bytes: embedded!("emoji.json") },
];

/// The service worker. Its address is always the same, since a browser knows it by that.
pub const SERVICE_WORKER: &[u8] = embedded!("sw.js");

/// The address of a file.
#[must_use]
pub fn path(name: &str) -> String {
    format!("/assets/{VERSION}/{name}")
}

/// A file by name.
#[must_use]
pub fn find(name: &str) -> Option<Asset> {
    ALL.into_iter().find(|asset| asset.name == name)
}

/// What a browser needs to know to install the pages as an application.
#[must_use]
pub fn manifest() -> String {
    serde_json::json!({
        "name": "ajet-chat",
        "short_name": "ajet-chat",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#16181d",
        "theme_color": "#16181d",
        "icons": [{ "src": path(APP_ICON), "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    })
    .to_string()
}
