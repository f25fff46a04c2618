//! Addresses: which may be a link, and where one ends that stands in a text.

/// Whether an address is http, https or mailto, and says something behind that.
#[must_use]
pub fn is_web(address: &str) -> bool {
    let rest = ["http://", "https://", "mailto:"].iter().find_map(|scheme| without_prefix(address, scheme));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Whether an address stays on this server, and looks as if it were meant as one.
pub fn is_relative(address: &str) -> bool {
    let begins = ["/", "#", "?", "./", "../"].iter().any(|start| address.starts_with(start));
    begins
        && address.len() > 1
        && !address.starts_with("//")
        && !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\')
}

/// A text without a prefix that has no case.
fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// An address in angle brackets, and its length with them.
pub fn bracketed(text: &str) -> Option<(&str, usize)> {
    let end = text[1..].find(['<', '>', '\n', ' '])? + 1;
    let address = &text[1..end];
    (text[end..].starts_with('>') && is_web(address)).then_some((address, end + 1))
}

/// The address that a text begins with.
pub fn bare(text: &str) -> Option<&str> {
    let name = ["http://", "https://"].iter().find_map(|scheme| without_prefix(text, scheme))?;
    let begins_name = |text: &str| text.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    if !begins_name(name) {
        return None;
    }
    let address = trimmed(&text[..end_of(text)]);
    address.get(text.len() - name.len()..).is_some_and(begins_name).then_some(address)
}

/// Where an address ends at the latest: at what none holds, and at punctuation of Chinese, Japanese and Korean, which write
/// no blank behind an address.
fn end_of(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => open += 1,
            ']' if open == 0 => return at,
            ']' => open -= 1,
            '|' if text[at..].starts_with("||") => return at,
            '<' | '>' | '"' | '`' | '\\' => return at,
            c if c.is_whitespace() || c.is_control() || is_cjk_punctuation(c) => return at,
            // Characters without a width, which keep what follows apart or reorder it.
            '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_cjk_punctuation(c: char) -> bool {
    let is_fullwidth = matches!(c, '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}');
    matches!(c, '\u{2018}'..='\u{201f}' | '\u{2026}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
        || is_fullwidth
}

/// Without what belongs to the sentence around it: punctuation at its end, and what closes there without having opened.
fn trimmed(address: &str) -> &str {
    /// What opens, and what closes it.
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let count = |c: char| address.matches(c).count();
    // For each pair, by how many more close than open in what is kept.
    let mut over = PAIRS.map(|(opens, closes)| count(closes).saturating_sub(count(opens)));
    let mut kept = address;
    while let Some(last) = kept.chars().next_back() {
        if let Some(pair) = PAIRS.iter().position(|(_, closes)| *closes == last) {
            if over[pair] == 0 {
                break;
            }
            over[pair] -= 1;
        } else if !".,:;!?'*_~|".contains(last) {
            break;
        }
        kept = &kept[..kept.len() - last.len_utf8()];
    }
    kept
}
