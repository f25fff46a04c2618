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

/// Quotes and lists inside one another at most; a list and its item count once.
const NESTING: usize = 20;

/// Visits every node of a text twice, on entering and on leaving it, in document order. Quotes and lists that are nested
/// deeper than [`NESTING`] are left out, and what they hold is not.
pub fn walk(text: &str, mut visit: impl FnMut(&NodeValue, bool)) {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &dialect());
    let mut depth = 0;
    for edge in root.traverse() {
        let (node, entering) = match edge {
            NodeEdge::Start(node) => (node, true),
            NodeEdge::End(node) => (node, false),
        };
        let value = &node.data.borrow().value;
        let nests = matches!(value, NodeValue::BlockQuote | NodeValue::List(_));
        depth += usize::from(nests && entering);
        let is_flattened = depth > NESTING && (nests || matches!(value, NodeValue::Item(_)));
        if !is_flattened {
            visit(value, entering);
        }
        depth -= usize::from(nests && !entering);
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
