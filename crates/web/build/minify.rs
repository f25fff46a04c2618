//! Scripts in fewer bytes, by the npm package `terser`: a first visit waits for them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::read;

/// A script that does the same, without comments and with short names.
pub fn minified(script: &[u8], package: &Path) -> Vec<u8> {
    // What it makes of a script may change with its version.
    read(&package.join("package.json"));
    let mut terser = Command::new("node")
        .arg(package.join("bin/terser"))
        .args(["--compress", "--mangle"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is there: npm brings it");
    // It reads all of its input before it writes, so neither pipe fills up. Where it can't even start, its end says so.
    let written = terser.stdin.take().expect("it is piped").write_all(script);
    let made = terser.wait_with_output().expect("terser ends");
    assert!(written.is_ok() && made.status.success(), "terser says above what is wrong");
    made.stdout
}
