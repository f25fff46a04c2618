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

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// Every file.
pub const ALL: [Asset; 5] = [
    Asset { name: "htmx.min.js", content_type: SCRIPT, bytes: embedded!("htmx.min.js") },
    Asset { name: "hx-sse.min.js", content_type: SCRIPT, bytes: embedded!("hx-sse.min.js") },
    Asset { name: "hx-upsert.min.js", content_type: SCRIPT, bytes: embedded!("hx-upsert.min.js") },
    Asset { name: "app.js", content_type: SCRIPT, bytes: embedded!("app.js") },
    Asset { name: "app.css", content_type: "text/css; charset=utf-8", bytes: embedded!("app.css") },
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
