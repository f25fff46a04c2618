//! The table of emoji for the picker: each with the names that it is found by.

use emojis::Emoji;

/// `[[emoji, "name other_name"], …]` in the order of Unicode's own charts.
pub fn table() -> Vec<u8> {
    let rows: Vec<[String; 2]> = emojis::iter().map(row).collect();
    serde_json::to_vec(&rows).expect("texts always serialize")
}

/// The names in colons come first: they are what one types.
fn row(emoji: &'static Emoji) -> [String; 2] {
    let mut names: Vec<String> = emoji.shortcodes().map(str::to_owned).collect();
    names.push(emoji.name().replace(' ', "_"));
    names.dedup();
    [emoji.as_str().to_owned(), names.join(" ")]
}
