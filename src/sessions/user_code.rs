//! The short code by which a person knows the device that asks for a sign-in: eight letters, shown as `XXXX-XXXX`.
//!
//! The alphabet is that of RFC 8628, section 6.1: capital consonants, so that no letter looks like a digit and no code spells a word. 20^8 codes
//! are few for a secret: what guesses them is limited where they are looked up.

use std::fmt;

const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LETTERS: usize = 8;

/// A code as it is kept: its letters alone.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

/// Without the code.
impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode")
    }
}

impl UserCode {
    /// One by chance.
    #[must_use]
    pub fn fresh() -> Self {
        let letter = |_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]);
        Self((0..LETTERS).map(letter).collect())
    }

    /// What a person typed, in capital or small letters, with or without the dash; `None` where that can be no code.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let ignored = |c: &char| c.is_whitespace() || c.is_ascii_punctuation();
        let mut letters = text.chars().filter(|c| !ignored(c)).map(|c| c.to_ascii_uppercase());
        let code: String = letters.by_ref().take(LETTERS).collect();
        let is_code = code.len() == LETTERS && code.bytes().all(|letter| ALPHABET.contains(&letter));
        (is_code && letters.next().is_none()).then_some(Self(code))
    }

    /// Its letters, without the dash.
    #[must_use]
    pub fn letters(&self) -> &str {
        &self.0
    }
}

/// As people read it.
impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LETTERS / 2);
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::UserCode;

    #[test]
    fn case_and_dashes_make_no_difference() {
        let code = UserCode::typed("BCDFGHJK").expect("a code");
        assert_eq!(code.to_string(), "BCDF-GHJK");
        for same in ["BCDF-GHJK", "bcdf-ghjk", " bcdf ghjk\n", "b-c-d-f-g-h-j-k", "bcdf\u{a0}GHJK"] {
            assert_eq!(UserCode::typed(same).as_ref(), Some(&code), "{same:?}");
        }
        for none in ["", "-", "BCDFGHJ", "BCDFGHJKL", "ACDFGHJK", "BCDF-GHJ1", "ÄCDFGHJK", "ßßßß"] {
            assert_eq!(UserCode::typed(none), None, "{none:?}");
        }
        assert_eq!(UserCode::typed(&"B".repeat(100_000)), None);
    }

    #[test]
    fn fresh_codes_are_codes_and_differ() {
        let codes: HashSet<String> = (0..1000).map(|_| UserCode::fresh().to_string()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| UserCode::typed(code).is_some_and(|same| same.to_string() == *code)));
        let letters: HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(letters.len(), 21, "all letters of the alphabet, and the dash");
    }

    #[test]
    fn a_code_is_not_shown_by_accident() {
        assert_eq!(format!("{:?}", UserCode::fresh()), "UserCode");
    }
}
