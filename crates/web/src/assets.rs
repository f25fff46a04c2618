//! The page's files, embedded; their address changes with their content, so they may be cached for ever.

/// An embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
}

/// The version of the whole set.
pub const VERSION: &str = env!("AJET_ASSETS_VERSION");

/// The page's one script: htmx, its extensions and our own, put together by `build.rs`.
pub const SCRIPT: &str = "page.js";
/// The page's one style sheet.
pub const STYLE: &str = "app.css";
/// All icons of the pages, each a symbol.
pub const ICONS: &str = "icons.svg";

macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// Every file.
pub const ALL: [Asset; 3] = [
    Asset { name: SCRIPT, content_type: "text/javascript; charset=utf-8", bytes: embedded!("page.js") },
    Asset { name: STYLE, content_type: "text/css; charset=utf-8", bytes: embedded!("app.css") },
    Asset { name: ICONS, content_type: "image/svg+xml", bytes: embedded!("icons.svg") },
];

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
