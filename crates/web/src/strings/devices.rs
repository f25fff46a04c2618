//! What devices are called that people sign in from: the server names them in English, such as "Firefox on Linux".

use std::borrow::Cow;

use super::Language;

/// Systems, with the German word between a program and them.
const GERMAN: &[(&str, &str)] = &[
    ("Android", "unter"),
    ("ChromeOS", "unter"),
    ("Linux", "unter"),
    ("Windows", "unter"),
    ("iPad", "auf"),
    ("iPhone", "auf"),
    ("macOS", "unter"),
];

/// A device in the reader's language. What is no program on a system that the server knows is called as it is.
#[must_use]
pub fn device(language: Language, name: &str) -> Cow<'_, str> {
    let parts = name.rsplit_once(" on ").filter(|_| language == Language::German);
    let found = parts.and_then(|(program, system)| {
        GERMAN.iter().find(|(one, _)| *one == system).map(|(_, word)| format!("{program} {word} {system}"))
    });
    found.map_or(Cow::Borrowed(name), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_readers_are_told_of_programs_on_systems() {
        for (name, german) in [
            ("Firefox on Linux", "Firefox unter Linux"),
            ("Samsung Internet on Android", "Samsung Internet unter Android"),
            ("Safari on iPhone", "Safari auf iPhone"),
            ("Hang on Linux on Linux", "Hang on Linux unter Linux"),
            ("Firefox on my own", "Firefox on my own"),
            ("curl", "curl"),
            ("", ""),
        ] {
            assert_eq!(device(Language::German, name), german);
            assert_eq!(device(Language::English, name), name);
        }
    }
}
