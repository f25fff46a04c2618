//! Letters without case, width and accents, each with its place in the text.
//!
//! A letter is folded with the marks that follow it, so that a composed character and its parts come to the same. Marks go where they change
//! how a letter of Latin, Greek or Cyrillic sounds; in other scripts they are letters of their own, and stay.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A folded letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    pub c: char,
    /// The code points of the text that it was made of: the first, and the one behind the last.
    pub start: usize,
    pub end: usize,
}

/// The letters of a text.
pub fn fold(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let (mut cluster, mut start) = (String::new(), 0);
    for (place, c) in text.chars().enumerate() {
        if !cluster.is_empty() && !follows(c) {
            push(&mut letters, &cluster, start, place);
            cluster.clear();
        }
        if cluster.is_empty() {
            start = place;
        }
        cluster.push(c);
    }
    let end = start + cluster.chars().count();
    push(&mut letters, &cluster, start, end);
    letters
}

fn push(letters: &mut Vec<Letter>, cluster: &str, start: usize, end: usize) {
    if let [byte] = cluster.as_bytes() {
        letters.push(Letter { c: char::from(byte.to_ascii_lowercase()), start, end });
        return;
    }
    let shown = cluster.chars().filter(|c| !shows_nothing(*c));
    let apart = shown.nfkc().default_case_fold().nfkc().nfd();
    let mut bare = String::new();
    let mut is_accented = false;
    for c in apart {
        if is_combining_mark(c) {
            if !is_accented {
                bare.push(c);
            }
            continue;
        }
        is_accented = takes_accents(c);
        plain(c, &mut bare);
    }
    letters.extend(bare.nfc().map(|c| Letter { c, start, end }));
}

/// Whether a character belongs to the letter before it: marks, sound marks of narrow kana, vowels and finals of Korean syllables.
fn follows(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}')
        || shows_nothing(c)
}

/// Joiners, marks of direction and possible breaks: they are in no word.
fn shows_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a letter is of Latin, Greek or Cyrillic.
fn takes_accents(c: char) -> bool {
    matches!(c,
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{2af}' | '\u{370}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}'
        | '\u{1e00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a640}'..='\u{a69f}' | '\u{a720}'..='\u{a7ff}')
}

/// Letters whose stroke or joint is no mark that could be taken off.
fn plain(c: char, to: &mut String) {
    match c {
        'ø' => to.push('o'),
        'đ' | 'ð' => to.push('d'),
        'ł' => to.push('l'),
        'ħ' => to.push('h'),
        'ŧ' => to.push('t'),
        'ı' => to.push('i'),
        'æ' => to.push_str("ae"),
        'œ' => to.push_str("oe"),
        'þ' => to.push_str("th"),
        other => to.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    fn folded(text: &str) -> String {
        fold(text).into_iter().map(|letter| letter.c).collect()
    }

    #[test]
    fn case_width_and_accents_make_no_difference() {
        for (text, expected) in [
            ("Café", "cafe"),
            ("CAFE\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("ＡＢＣ１", "abc1"),
            ("Łódź Ærø", "lodz aero"),
            ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
            ("ΆΣΟΣ άσος", "ασοσ ασοσ"),
            ("Ёлка йод", "елка иод"),
            ("ﬁn", "fin"),
            ("soft\u{ad}hyphen", "softhyphen"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_that_are_letters_stay() {
        for (text, expected) in [
            ("ガ", "ガ"),
            ("カ\u{3099}", "ガ"),
            ("ｶﾞ", "ガ"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("हिन्दी", "हिन्दी"),
            ("שָׁלוֹם", "שָׁלוֹם"),
        ] {
            assert_eq!(folded(text), folded(expected), "{text}");
        }
        assert_ne!(folded("ガ"), folded("カ"));
    }

    #[test]
    fn letters_know_where_they_stand() {
        let places: Vec<_> = fold("aé\u{301}ßx").iter().map(|one| (one.c, one.start, one.end)).collect();
        assert_eq!(places, [('a', 0, 1), ('e', 1, 3), ('s', 3, 4), ('s', 3, 4), ('x', 4, 5)]);
        assert!(fold("").is_empty());
    }
}
