//! The address of a link with a label: `(https://…)` or `(<https://…>)`.

use super::address;

/// Parentheses within an address without angle brackets at most (CommonMark 6.3).
const DEPTH: usize = 32;

/// The address that a text begins with in parentheses, and its length with them. None where it may not be a link; then all
/// of it is text and shows what was typed.
pub fn target(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix('(')?;
    let (target, length) = match inside.strip_prefix('<') {
        Some(rest) => {
            let target = &rest[..rest.find(['<', '>', '\n'])?];
            rest[target.len()..].starts_with(">)").then_some((target, target.len() + "(<>)".len()))?
        }
        None => bare(inside).map(|target| (target, target.len() + "()".len()))?,
    };
    is_allowed(target).then_some((target, length))
}

/// The address up to the parenthesis that closes it.
fn bare(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' if depth == DEPTH => return None,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(&text[..at]),
            ')' => depth -= 1,
            '<' => return None,
            c if c.is_whitespace() || c.is_control() => return None,
            _ => {}
        }
    }
    None
}

/// Addresses of the web, and of this server if they look like one: `array[i](x)` is no link.
fn is_allowed(target: &str) -> bool {
    address::is_web(target) || address::is_relative(target)
}
