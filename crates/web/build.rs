//! Takes the page's scripts from where npm put them, and names the whole set by its content.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

const FROM_NPM: [&str; 3] = ["htmx.min.js", "ext/hx-sse.min.js", "ext/hx-upsert.min.js"];
const OURS: [&str; 2] = ["app.js", "app.css"];

fn main() {
    println!("cargo:rerun-if-env-changed=AJET_TOOLS_DIR");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..");
    let tools = env::var_os("AJET_TOOLS_DIR").map_or_else(|| root.join(".tools"), PathBuf::from);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut hasher = DefaultHasher::new();
    for name in FROM_NPM {
        take(&tools.join("node_modules/htmx.org/dist").join(name), &out, &mut hasher);
    }
    for name in OURS {
        take(&root.join("crates/web/assets").join(name), &out, &mut hasher);
    }
    println!("cargo:rustc-env=AJET_ASSETS_VERSION={:016x}", hasher.finish());
}

fn take(path: &Path, out: &Path, hasher: &mut DefaultHasher) {
    println!("cargo:rerun-if-changed={}", path.display());
    let Ok(bytes) = fs::read(path) else {
        panic!("{} is missing: run script/setup first", path.display());
    };
    hasher.write(&bytes);
    let name = path.file_name().expect("a file has a name");
    fs::write(out.join(name), bytes).expect("the build folder is writable");
}
