//! Makes the pages' files, and names the set by its content.

use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

#[path = "build/emoji.rs"]
mod emoji;
#[path = "build/icons.rs"]
mod icons;
#[path = "build/minify.rs"]
mod minify;
#[path = "build/scripts.rs"]
mod scripts;
#[path = "build/style.rs"]
mod style;

/// On a line of its own, since a file may end with a comment or without its semicolon.
const BETWEEN_SCRIPTS: &[u8] = b"\n;\n";
/// What the service worker keeps: enough to show a page that was read before.
const SHELL: [&str; 5] = ["page.js", "stream-worker.js", "app.css", "icons.svg", "icon.svg"];

fn main() {
    println!("cargo:rerun-if-env-changed=AJET_TOOLS_DIR");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..");
    let tools = env::var_os("AJET_TOOLS_DIR").map_or_else(|| root.join(".tools"), PathBuf::from);
    let (npm, ours) = (tools.join("node_modules"), root.join("crates/web/assets"));
    let (modules, lucide) = (ours.join("js"), npm.join("lucide-static"));
    let htmx = read(&npm.join("htmx.org/dist/htmx.min.js"));
    let terser = npm.join("terser");
    let bundle = |names| minify::minified(&scripts::bundle(&modules, names), &terser);
    let icons = root.join("crates/web/src/components/icon.rs");
    let files = [
        ("page.js", [htmx, bundle(scripts::PAGE)].join(BETWEEN_SCRIPTS)),
        ("stream-worker.js", bundle(scripts::WORKER)),
        ("highlight.js", scripts::highlighter(&npm.join("@speed-highlight/core/dist"))),
        ("app.css", style::sheet(&ours.join("css"))),
        ("icons.svg", icons::sprite(&icons, &lucide)),
        ("icon.svg", read(&ours.join("icon.svg"))),
        ("icon-unread.svg", read(&ours.join("icon-unread.svg"))),
        ("emoji.json", emoji::table()),
    ];
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut hasher = DefaultHasher::new();
    for (name, bytes) in files {
        hasher.write(&bytes);
        fs::write(out.join(format!("{name}.gz")), compressed(&bytes)).expect("the build folder is writable");
        fs::write(out.join(name), bytes).expect("the build folder is writable");
    }
    let worker = read(&modules.join("sw.js"));
    hasher.write(&worker);
    let version = format!("{:016x}", hasher.finish());
    let worker = minify::minified(&scripts::service_worker(&modules, &version, &SHELL), &terser);
    fs::write(out.join("sw.js"), worker).expect("the build folder is writable");
    println!("cargo:rustc-env=AJET_ASSETS_VERSION={version}");
}

/// As small as it gets: it is compressed once, and sent many times.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn read(path: &Path) -> Vec<u8> {
    println!("cargo:rerun-if-changed={}", path.display());
    let Ok(bytes) = fs::read(path) else {
        panic!("{} is missing: run script/setup first", path.display());
    };
    bytes
}
