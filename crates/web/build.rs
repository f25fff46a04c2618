//! Makes the page's files, and names the set by its content.
//!
//! All scripts become one file: htmx starts by a timer as soon as it runs, and does not wait for an extension that
//! arrives later. A page whose SSE extension came late would never go live.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "build/icons.rs"]
mod icons;
#[path = "build/style.rs"]
mod style;

/// Below the npm package's `dist`, in the order in which they must run; our own script runs after them.
const FROM_NPM: [&str; 3] = ["htmx.min.js", "ext/hx-sse.min.js", "ext/hx-upsert.min.js"];
/// On a line of its own, since a file may end with a comment or without its semicolon.
const BETWEEN_SCRIPTS: &[u8] = b"\n;\n";

fn main() {
    println!("cargo:rerun-if-env-changed=AJET_TOOLS_DIR");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..");
    let tools = env::var_os("AJET_TOOLS_DIR").map_or_else(|| root.join(".tools"), PathBuf::from);
    let (npm, ours) = (tools.join("node_modules/htmx.org/dist"), root.join("crates/web/assets"));
    let mut scripts: Vec<Vec<u8>> = FROM_NPM.iter().map(|name| read(&npm.join(name))).collect();
    scripts.push(read(&ours.join("app.js")));
    scripts.push(read(&ours.join("js/zone.js")));
    let table = root.join("crates/web/src/components/icon.rs");
    let files = [
        ("page.js", scripts.join(BETWEEN_SCRIPTS)),
        ("app.css", style::sheet(&ours.join("css"))),
        ("icons.svg", icons::sprite(&table, &tools.join("node_modules/lucide-static"))),
    ];
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut hasher = DefaultHasher::new();
    for (name, bytes) in files {
        hasher.write(&bytes);
        fs::write(out.join(name), bytes).expect("the build folder is writable");
    }
    println!("cargo:rustc-env=AJET_ASSETS_VERSION={:016x}", hasher.finish());
}

fn read(path: &Path) -> Vec<u8> {
    println!("cargo:rerun-if-changed={}", path.display());
    let Ok(bytes) = fs::read(path) else {
        panic!("{} is missing: run script/setup first", path.display());
    };
    bytes
}
