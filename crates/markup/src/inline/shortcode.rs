//! Emoji by name, as `:tada:`. Addresses and times hold colons too, so a name within a word is none.

/// Characters of a name at most.
const LONGEST: usize = 60;

/// The emoji that a text has at a place, one directly behind another, and the length of their names. Without any, the length is
/// that of the text up to the next place where some may be.
pub fn chain(text: &str, at: usize) -> (Vec<&'static str>, usize) {
    let mut names = Vec::new();
    let mut end = at;
    while let Some((emoji, length)) = named(&text[end..]) {
        names.push(emoji);
        end += length;
    }
    let (before, behind) = (text[..at].chars().next_back(), text[end..].chars().next());
    let is_apart = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric() || c == ':');
    if names.is_empty() {
        return (names, 1);
    }
    // A number between colons may be a part of an address or a time.
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let is_bare = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let numbers = text[at..end].split(':').any(|name| !name.is_empty() && is_number(name));
    if !is_apart(before) || !is_apart(behind) || numbers && !(is_bare(before) && is_bare(behind)) {
        return (Vec::new(), end - at);
    }
    (names, end - at)
}

/// The emoji whose name a text begins with, and the length of the name with its colons.
fn named(text: &str) -> Option<(&'static str, usize)> {
    let inside = text.strip_prefix(':')?;
    let length = inside.bytes().take(LONGEST).position(|byte| byte == b':')?;
    emoji(&inside[..length]).map(|emoji| (emoji, length + 2))
}

/// Whether an emoji of Unicode has this name, which is written between colons.
#[must_use]
pub fn is_shortcode(name: &str) -> bool {
    emoji(name).is_some()
}

/// An emoji by its name, or by the name that other chats have for it: `large_green_circle`, `flag-de`, `skin-tone-2`.
fn emoji(name: &str) -> Option<&'static str> {
    /// Fitzpatrick's types, from Slack's second tone on; they tint the emoji before them (UTS 51).
    const TONES: [&str; 5] = ["\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
    if let Some(tone) = name.strip_prefix("skin-tone-") {
        return TONES.get(tone.parse::<usize>().ok()?.checked_sub(2)?).copied();
    }
    let alias = name
        .strip_prefix("flag-")
        .or_else(|| name.strip_prefix("flag_"))
        .or_else(|| name.strip_prefix("large_"));
    let found = emojis::get_by_shortcode(name).or_else(|| emojis::get_by_shortcode(alias?));
    found.map(emojis::Emoji::as_str)
}
