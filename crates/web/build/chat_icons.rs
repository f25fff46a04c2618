//! The sprite of the chat page's icons: those that `src/chat/icon.rs` names, from the npm package `lucide-static`, and no others.

use std::path::Path;

use crate::read;

/// The rows of the table in `icon.rs` look like `    "file",`.
fn names(table: &str) -> Vec<&str> {
    table.lines().filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\",")).collect()
}

/// One `symbol` for each icon. Size, stroke and colour are left to the style sheet.
pub fn sprite(table: &Path, package: &Path) -> Vec<u8> {
    let table = String::from_utf8(read(table)).expect("our source is UTF-8");
    let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- Lucide, ISC licence -->");
    for name in names(&table) {
        let file = String::from_utf8(read(&package.join(format!("icons/{name}.svg")))).expect("SVG is UTF-8");
        let (_, inside) = file.split_once("<svg").expect("an icon is an svg element");
        let (_, inside) = inside.split_once('>').expect("its start tag ends");
        let (inside, _) = inside.rsplit_once("</svg>").expect("it has an end tag");
        let inside = inside.lines().map(str::trim).collect::<String>();
        out += &format!("<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{inside}</symbol>");
    }
    out.push_str("</svg>");
    out.into_bytes()
}
