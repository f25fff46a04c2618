//! The pages' files, embedded; their address changes with their content, so they may be cached for ever.

/// An embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// The same, compressed.
    pub gzip: &'static [u8],
}

/// The version of the whole set.
pub const VERSION: &str = env!("AJET_ASSETS_VERSION");

/// The pages' one script: htmx and our own, put together by `build.rs`.
pub const SCRIPT: &str = "page.js";
/// The pages' one style sheet.
pub const STYLE: &str = "app.css";
/// The icon of the application, and the same while something is unread.
pub const APP_ICON: &str = "icon.svg";
pub const APP_ICON_UNREAD: &str = "icon-unread.svg";
/// All icons of the pages, each a symbol.
pub const ICONS: &str = "icons.svg";

macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! asset {
    ($name:literal, $content_type:expr) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: embedded!($name),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

/// Every file.
pub const ALL: [Asset; 8] = [
    asset!("page.js", JS),
    // The stream that all tabs share.
    asset!("stream-worker.js", JS),
    // Loaded where the first code is shown.
    asset!("highlight.js", JS),
    asset!("app.css", CSS),
    asset!("icons.svg", SVG),
    asset!("icon.svg", SVG),
    asset!("icon-unread.svg", SVG),
    asset!("emoji.json", "application/json"),
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
