//! Whether a text shows anything at all.

use ajet_protocol::shape::is_visible;

/// Entities of HTML that show nothing. They are text here, but other programs read them, and who types nothing else means to
/// show nothing.
const BLANK: [&str; 29] = [
    "nbsp",
    "NonBreakingSpace",
    "ensp",
    "emsp",
    "emsp13",
    "emsp14",
    "numsp",
    "puncsp",
    "thinsp",
    "ThinSpace",
    "hairsp",
    "VeryThinSpace",
    "MediumSpace",
    "ThickSpace",
    "ZeroWidthSpace",
    "NegativeThinSpace",
    "NegativeMediumSpace",
    "NegativeThickSpace",
    "NegativeVeryThinSpace",
    "zwnj",
    "zwj",
    "lrm",
    "rlm",
    "shy",
    "NoBreak",
    "Tab",
    "NewLine",
    "af",
    "it",
];

/// Whether a reader sees something of a text.
pub fn is_seen(text: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = blank_entity(rest) {
            rest = &rest[length..];
        } else if is_visible(c) {
            return true;
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    false
}

/// The length of the entity that a text begins with, if it stands for what shows nothing.
fn blank_entity(text: &str) -> Option<usize> {
    /// Longer than the longest name.
    const LONGEST: usize = 32;
    let inside = text.strip_prefix('&')?;
    let end = inside.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = &inside[..end];
    let code = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    let is_blank = match code {
        Some(code) => !char::from_u32(code).is_some_and(is_visible),
        None => BLANK.contains(&name),
    };
    is_blank.then_some(end + 2)
}
