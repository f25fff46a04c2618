//! The one style sheet: all files below `assets/css`, by their names. Layers say which rule wins, so their order decides nothing; the
//! first one names the layers.

use std::fs;
use std::path::{Path, PathBuf};

use crate::read;

/// The sheet, without comments and indentation.
pub fn sheet(folder: &Path) -> Vec<u8> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    let texts = files.iter().map(|file| String::from_utf8(read(file)).expect("style sheets are UTF-8"));
    texts.map(|text| lean(&text)).collect::<String>().into_bytes()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of style sheets is there") {
        let path = entry.expect("the folder of style sheets can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "css") {
            files.push(path);
        }
    }
}

fn lean(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::with_capacity(bare.len()), |all, line| all + line + "\n")
}
