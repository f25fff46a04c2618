//! Names that a person typed behind `@` or `#`, and the mentions that replace them before a text is stored.
//!
//! The parser tells where a name may stand: nothing in code, in an address, in the label of a link or behind a backslash is one. It does
//! not tell where its pieces stood in the text. So each name is marked by a character that people do not type and that means nothing to
//! the parser, and typed names are those whose marks come out as text. Which names there are is not known here.

use std::ops::Range;

use ajet_protocol::Mention;

use crate::fence::{is_of_language, run_at};
use crate::inline::written;
use crate::piece::{Piece, Tag};
use crate::walk;

/// Characters of a name at most, as of all names.
const LONGEST: usize = 80;
/// How often the end of a name is cut to find one.
const READINGS: usize = 4;
/// Names of one text at most. Others stay text.
const MOST: usize = 100;
/// The first mark; each name has the next one (plane 15, for private use).
const MARKS: u32 = 0xF_0000;
/// The last character of that plane which is one.
const LAST_MARK: u32 = 0xF_FFFD;

/// What a name stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `@`: people, roles, and those who are there.
    At,
    /// `#`: channels.
    Hash,
}

impl Sign {
    fn of(c: char) -> Option<Self> {
        match c {
            '@' => Some(Self::At),
            '#' => Some(Self::Hash),
            _ => None,
        }
    }
}

/// A name that somebody typed, or a text that could be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedName<'a> {
    pub sign: Sign,
    /// What stands behind the sign, up to what no name holds.
    word: &'a str,
    /// Where the sign stands.
    at: usize,
}

impl<'a> TypedName<'a> {
    /// What may be the name, the longest first: the end of a name and that of a sentence or of a style look the same. The last one has
    /// no such end.
    pub fn readings(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let shorter = std::iter::successors(Some(self.word), |word| word.strip_suffix(is_mark));
        let bare = self.word.trim_end_matches(is_mark);
        shorter.take(READINGS).filter(move |word| *word != bare).chain(Some(bare))
    }
}

/// What may be the names that a text calls, in order.
#[must_use]
pub fn typed_names(text: &str) -> Vec<TypedName<'_>> {
    let mut languages = languages(text).into_iter().peekable();
    let mut is_language = move |at| {
        while languages.next_if(|one| one.end <= at).is_some() {}
        languages.peek().is_some_and(|one| one.contains(&at))
    };
    let names = text.char_indices().filter_map(|(at, c)| name_at(text, at, c));
    let names: Vec<_> = names.filter(|name| !is_language(name.at)).take(MOST).collect();
    if names.is_empty() || text.chars().any(|c| (MARKS..=LAST_MARK).contains(&u32::from(c))) {
        return Vec::new();
    }
    let mut shows = vec![false; names.len()];
    let mut in_link = false;
    walk(&marked(text, &names), |piece| match piece {
        Piece::Start(Tag::Link(_)) => in_link = true,
        Piece::End(Tag::Link(_)) => in_link = false,
        Piece::Text(text) if !in_link => {
            for number in text.chars().filter_map(number_of) {
                if let Some(shows) = shows.get_mut(number) {
                    *shows = true;
                }
            }
        }
        _ => {}
    });
    names.into_iter().zip(shows).filter_map(|(name, shows)| shows.then_some(name)).collect()
}

/// The text with mentions in place of the names that `mentioned` knows, which is asked for each reading of each, the longest first.
#[must_use]
pub fn with_mentions(
    text: &str,
    names: &[TypedName<'_>],
    mentioned: impl Fn(Sign, &str) -> Option<Mention>,
) -> String {
    let mut out = String::with_capacity(text.len() + names.len() * 44);
    let mut from = 0;
    for name in names {
        let found = name.readings().find_map(|reading| {
            let mention = mentioned(name.sign, reading).and_then(written)?;
            Some((mention, reading.len()))
        });
        if let Some((mention, length)) = found {
            out.push_str(&text[from..name.at]);
            out.push_str(&mention);
            from = name.at + 1 + length;
        }
    }
    out.push_str(&text[from..]);
    out
}

/// The name that a character begins where it stands.
fn name_at(text: &str, at: usize, c: char) -> Option<TypedName<'_>> {
    let sign = Sign::of(c)?;
    if text[..at].chars().next_back().is_some_and(|before| !may_precede(before)) {
        return None;
    }
    let behind = &text[at + 1..];
    let word = &behind[..behind.find(|c: char| !is_of_name(c)).unwrap_or(behind.len())];
    let is_name = word.starts_with(|c: char| !is_mark(c) || c == '_')
        && word.chars().any(|c| !is_mark(c))
        && word.chars().nth(LONGEST).is_none();
    is_name.then_some(TypedName { sign, word, at })
}

/// What is the language of a fence if one begins there, in order: a mark would make it none.
fn languages(text: &str) -> Vec<Range<usize>> {
    let is_of_language = |c: char| u8::try_from(c).is_ok_and(is_of_language);
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some(next) = text[at..].find("```") {
        let from = at + next + run_at(text, at + next);
        let behind = text[from..].trim_start_matches(is_of_language);
        at = text.len() - behind.len();
        if behind.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) {
            all.push(from..at);
        }
    }
    all
}

/// Whether a name may stand behind a character. Addresses, entities and escapes have signs within them, which are no names.
fn may_precede(c: char) -> bool {
    !(c.is_alphanumeric()
        || matches!(c, '/' | '\\' | '@' | '#' | '<' | '&' | '=' | '%' | '?' | '+' | '-' | '.'))
}

/// Whether a name of one word may hold a character: the punctuation of no script, but for what user names hold.
fn is_of_name(c: char) -> bool {
    let is_punctuation = matches!(c,
        '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{301f}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{feff}');
    let is_other_ascii = c.is_ascii() && !c.is_ascii_alphanumeric() && !is_mark(c);
    !(c.is_whitespace() || c.is_control() || is_other_ascii || is_punctuation)
}

/// What a name may hold and what may also stand behind it.
fn is_mark(c: char) -> bool {
    matches!(c, '_' | '-' | '.')
}

/// The text with a mark behind the sign of each name.
fn marked(text: &str, names: &[TypedName<'_>]) -> String {
    let mut out = String::with_capacity(text.len() + names.len() * 4);
    let mut from = 0;
    for (name, mark) in names.iter().zip((MARKS..=LAST_MARK).filter_map(char::from_u32)) {
        out.push_str(&text[from..=name.at]);
        out.push(mark);
        from = name.at + 1;
    }
    out.push_str(&text[from..]);
    out
}

/// Which name a mark is of.
fn number_of(c: char) -> Option<usize> {
    u32::from(c).checked_sub(MARKS).filter(|_| u32::from(c) <= LAST_MARK).map(|number| number as usize)
}
