//! When two names are one: what looks alike must not stand beside each other.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// The key under which a name is unique: the confusables skeleton (UTS 39, section 4) of its NFKC case fold. Characters that
/// show nothing do not count, and blanks in a row are one.
#[must_use]
pub fn key(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let folded: String = caseless::default_case_fold_str(&name.nfkc().collect::<String>()).nfkc().collect();
    skeleton(&folded).collect()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn names_that_look_alike_are_one() {
        for (one, other) in [
            ("caf\u{e9}", "CAFE\u{301}"),
            ("general", "gener\u{430}l"),
            ("general", "gen\u{200d}eral"),
            ("team", "\u{ff54}eam"),
            ("straße", "STRASSE"),
            ("a\u{1bca0}b", "ab"),
            ("a  b", "a\u{3000}b"),
            ("paypal", "\u{440}\u{430}ypal"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} and {other:?}");
        }
        for (one, other) in [("general", "generals"), ("a-b", "a_b"), ("日本", "日木")] {
            assert_ne!(key(one), key(other), "{one:?} and {other:?}");
        }
    }
}
