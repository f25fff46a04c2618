//! What somebody signs in from, in a few words: by it a sign-in from a new device is known, and shown.
//!
//! It is the kind of program and of system, without versions: a program that was updated is no new device. A client may call itself what it
//! likes, so nothing rests on it but what its person is told.

/// Characters of a name.
const LONGEST: usize = 60;

/// Programs by what their `User-Agent` holds, those first that hold the marks of others as well.
const PROGRAMS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, in the same way. Pages have words for each in other languages.
pub const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The name of a device by the `User-Agent` of its client; `None` where that says nothing.
#[must_use]
pub fn name_of(user_agent: &str) -> Option<String> {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // Of a program of another kind the first word, without its version.
    let first = || user_agent.split(['/', ' ']).find(|word| !word.is_empty());
    let program = find(&PROGRAMS).or_else(first)?;
    let system = find(&SYSTEMS).map(|system| format!(" on {system}")).unwrap_or_default();
    let name = program.chars().chain(system.chars()).filter(|one| !one.is_control());
    Some(name.take(LONGEST).collect()).filter(|name: &String| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_device_is_called_by_its_program_and_system() {
        for (user_agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.15.0", "curl"),
            ("ajet-client", "ajet-client"),
        ] {
            assert_eq!(name_of(user_agent).as_deref(), Some(expected));
        }
        for nothing in ["", " ", "/"] {
            assert_eq!(name_of(nothing), None, "{nothing:?}");
        }
        assert_eq!(name_of(&"x".repeat(500)).map(|name| name.len()), Some(60));
    }
}
