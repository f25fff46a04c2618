//! The dialect, and one way to walk a parsed text without recursion.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

/// The dialect of section 2.6: Discord's, on CommonMark.
fn dialect() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.underline = true;
    options.extension.spoiler = true;
    options.extension.autolink = true;
    options.extension.shortcodes = true;
    options.parse.relaxed_autolinks = false;
    options
}

/// Visits every node of a text twice, on entering and on leaving it, in document order.
pub fn walk(text: &str, mut visit: impl FnMut(&NodeValue, bool)) {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &dialect());
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => visit(&node.data.borrow().value, true),
            NodeEdge::End(node) => visit(&node.data.borrow().value, false),
        }
    }
}

/// Whether a link may point there: http, https, mailto, or an address without a scheme.
pub fn is_safe_link(url: &str) -> bool {
    let end = url.find(['/', '?', '#']).unwrap_or(url.len());
    match url[..end].find(':') {
        None => !url.starts_with("//") && !url.contains('\\') && !url.chars().any(char::is_control),
        Some(colon) => {
            ["http", "https", "mailto"].iter().any(|scheme| url[..colon].eq_ignore_ascii_case(scheme))
        }
    }
}
