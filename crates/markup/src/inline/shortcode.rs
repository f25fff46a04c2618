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
    let emoji = emojis::get_by_shortcode(&inside[..length])?;
    Some((emoji.as_str(), length + 2))
}
