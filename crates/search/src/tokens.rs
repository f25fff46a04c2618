//! The words of a text.
//!
//! Where words stand apart, a word is a run of letters and digits. Chinese, Japanese and Korean are found by any part: of a run of theirs each
//! pair of neighbours is a word, and so is its last character. The place of a word in the list is its position.

use crate::fold::{Letter, fold};

/// The most bytes of a word that PostgreSQL takes; the rest of a longer one is left out of texts and queries alike.
const WORD_BYTES: usize = 2046;

/// A word as it is stored, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub word: String,
    pub kind: Kind,
    /// The code points of the text that it covers.
    pub start: usize,
    pub end: usize,
    /// Behind its first character.
    pub first_end: usize,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits between others.
    Word,
    /// Two neighbours of a run of Chinese, Japanese or Korean.
    Pair,
    /// The last one of such a run.
    Last,
    /// The only one of such a run.
    Alone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Run,
    Neither,
}

fn class(c: char) -> Class {
    match c {
        '\u{30a0}' | '\u{30fb}' => Class::Neither,
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Run,
        c if c.is_alphanumeric() => Class::Word,
        _ => Class::Neither,
    }
}

/// The words of a text, in its order.
pub fn tokens(text: &str) -> Vec<Token> {
    let letters = fold(text);
    let mut all = Vec::new();
    for run in letters.chunk_by(|one, next| class(one.c) == class(next.c)) {
        match class(run[0].c) {
            Class::Word => all.push(word(run)),
            Class::Run => all.extend(parts(run)),
            Class::Neither => {}
        }
    }
    all
}

fn word(run: &[Letter]) -> Token {
    let mut word = String::with_capacity(run.len());
    for letter in run {
        if word.len() + letter.c.len_utf8() > WORD_BYTES {
            break;
        }
        word.push(letter.c);
    }
    let (first, last) = (run[0], run[run.len() - 1]);
    Token { word, kind: Kind::Word, start: first.start, end: last.end, first_end: first.end }
}

fn parts(run: &[Letter]) -> impl Iterator<Item = Token> {
    run.iter().enumerate().map(|(at, one)| {
        let next = run.get(at + 1);
        let kind = match next {
            Some(_) => Kind::Pair,
            None if at == 0 => Kind::Alone,
            None => Kind::Last,
        };
        let word = [Some(one), next].into_iter().flatten().map(|letter| letter.c).collect();
        let end = next.map_or(one.end, |next| next.end);
        Token { word, kind, start: one.start, end, first_end: one.end }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let cases: [(&str, &[&str]); 7] = [
            ("Hello, World!", &["hello", "world"]),
            ("don't snake_case 3.14", &["don", "t", "snake", "case", "3", "14"]),
            ("東京都", &["東京", "京都", "都"]),
            ("tokyo東京!京", &["tokyo", "東京", "京", "京"]),
            ("한국어", &["한국", "국어", "어"]),
            ("カタ・カナ", &["カタ", "タ", "カナ", "ナ"]),
            ("... 🎉", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_longer_than_a_word_may_be_is_cut() {
        let long = words(&"ё".repeat(3000));
        assert_eq!((long.len(), long[0].len()), (1, 2046));
    }

    #[test]
    fn words_know_where_they_stand() {
        let all = tokens("a 東京都");
        let places: Vec<_> = all.iter().map(|one| (one.kind, one.start, one.end, one.first_end)).collect();
        let expected =
            [(Kind::Word, 0, 1, 1), (Kind::Pair, 2, 4, 3), (Kind::Pair, 3, 5, 4), (Kind::Last, 4, 5, 5)];
        assert_eq!(places, expected);
        assert_eq!(tokens("京")[0].kind, Kind::Alone);
    }
}
