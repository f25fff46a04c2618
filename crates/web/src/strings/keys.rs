//! The names of keys, as keyboards of the reader's language have them.

use super::Language;

/// Keys that are called otherwise in German.
const GERMAN: &[(&str, &str)] =
    &[("Ctrl", "Strg"), ("End", "Ende"), ("Enter", "Eingabe"), ("Shift", "Umschalt")];

/// A key by its English name.
pub fn key(lang: Language, name: &str) -> &str {
    let german = GERMAN.iter().find(|(one, _)| *one == name).map(|(_, german)| *german);
    german.filter(|_| lang == Language::German).unwrap_or(name)
}

/// Keys that are pressed together.
pub fn together(lang: Language, names: &[&str]) -> String {
    names.iter().map(|name| key(lang, name)).collect::<Vec<_>>().join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_readers_press_german_keys() {
        assert_eq!(together(Language::German, &["Ctrl", "Shift", "X"]), "Strg+Umschalt+X");
        assert_eq!(together(Language::English, &["Ctrl", "Shift", "X"]), "Ctrl+Shift+X");
        assert_eq!(
            ["Enter", "End", "Alt", "↑"].map(|name| key(Language::German, name)),
            ["Eingabe", "Ende", "Alt", "↑"]
        );
    }
}
