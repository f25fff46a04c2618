//! The scripts of the pages. They are written as modules, one for each behaviour, and put together into files that need no loader: htmx
//! starts by a timer as soon as it runs, and does not wait for what arrives later.
//!
//! A module is taken apart by its lines: an import stands on one line and names a module that stands before it here; what is exported is a
//! `const` or a `class` at the beginning of a line.

use std::path::Path;

use crate::read;

/// The page's own modules, in the order in which they may use each other.
pub const PAGE: &[&str] = &[
    "zone",
    "press",
    "dom",
    "days",
    "ids",
    "beside",
    "match",
    "format",
    "frames",
    "line",
    "stream",
    "spoilers",
    "colour",
    "rows",
    "list",
    "outbox",
    "messages",
    "files",
    "composer",
    "emoji",
    "complete",
    "panes",
    "actions",
    "reactors",
    "sidebar",
    "channel",
    "rights",
    "reads",
    "typing",
    "presence",
    "inbox",
    "notify",
    "switcher",
    "lightbox",
    "cards",
    "directs",
    "search",
    "polls",
    "keys",
    "leaving",
    "connection",
    "forms",
    "install",
    "push",
    "main",
];
/// Those of the worker that holds the stream for all tabs.
pub const WORKER: &[&str] = &["frames", "ring", "line", "stream-worker"];

/// One script of these modules.
pub fn bundle(folder: &Path, modules: &[&str]) -> Vec<u8> {
    let mut out = String::from("(() => {\n\"use strict\";\nconst modules = {};\n");
    for (place, name) in modules.iter().enumerate() {
        let text = String::from_utf8(read(&folder.join(format!("{name}.js")))).expect("scripts are UTF-8");
        out += &module(name, &text, &modules[..place]);
    }
    out += "})();\n";
    out.into_bytes()
}

fn module(name: &str, text: &str, before: &[&str]) -> String {
    let (mut body, mut exports) = (String::new(), Vec::new());
    for line in text.lines().filter(|line| !is_comment(line.trim())) {
        if let Some(import) = line.strip_prefix("import ") {
            body += &imported(name, import, before);
        } else if let Some(export) = line.strip_prefix("export ") {
            exports.push(exported(export));
            body += export;
        } else {
            body += line;
        }
        body.push('\n');
    }
    format!("modules[\"{name}\"] = (() => {{\n{body}return {{ {} }};\n}})();\n", exports.join(", "))
}

/// Whether a line is a comment and nothing else.
fn is_comment(line: &str) -> bool {
    line.starts_with("//") || (line.starts_with("/**") && line.ends_with("*/"))
}

fn imported(name: &str, import: &str, before: &[&str]) -> String {
    let (names, rest) = import.split_once(" from \"./").expect("an import names a module of ours");
    let from = rest.strip_suffix(".js\";").expect("an import stands on one line");
    assert!(
        before.contains(&from),
        "{name}.js uses {from}.js, which must stand before it in build/scripts.rs"
    );
    format!("const {names} = modules[\"{from}\"];")
}

fn exported(export: &str) -> &str {
    let (_, rest) = export.split_once(' ').expect("an export has a name");
    rest.split(|c: char| !c.is_alphanumeric() && !matches!(c, '$' | '_'))
        .next()
        .expect("an export has a name")
}

/// The languages whose code is coloured, and those that stand within them.
const LANGUAGES: [&str; 27] = [
    "asm", "bash", "c", "css", "csv", "diff", "docker", "go", "html", "ini", "java", "js", "jsdoc", "json",
    "log", "lua", "make", "pl", "py", "regex", "rs", "sql", "todo", "toml", "ts", "xml", "yaml",
];

/// The tokeniser and its languages as one module, loaded where the first code is shown.
pub fn highlighter(package: &Path) -> Vec<u8> {
    let utf8 = |path: &str| String::from_utf8(read(&package.join(path))).expect("scripts are UTF-8");
    let languages = LANGUAGES.map(|name| {
        let text = utf8(&format!("languages/{name}.js"));
        let (code, exports) = text.rsplit_once("export{").expect("a language is exported");
        let (value, _) = exports.split_once(" as default").expect("as the default");
        format!("\"{name}\": (() => {{ {code}; return {value}; }})()")
    });
    format!("{}\nexport const languages = {{\n{}\n}};\n", utf8("tokenize.js"), languages.join(",\n"))
        .into_bytes()
}

/// The service worker, which knows the files that it keeps.
pub fn service_worker(folder: &Path, version: &str, files: &[&str]) -> Vec<u8> {
    let paths: Vec<String> = files.iter().map(|name| format!("\"/assets/{version}/{name}\"")).collect();
    let text = String::from_utf8(read(&folder.join("sw.js"))).expect("scripts are UTF-8");
    let known = format!(
        "const VERSION = \"{version}\";\nconst FILES = [{}];\nconst ICON = \"/assets/{version}/icon.svg\";\n",
        paths.join(", ")
    );
    format!("{known}{text}").into_bytes()
}
