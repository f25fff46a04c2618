//! What is looked for: terms, each of them words one behind the other, and what else must be so.

use std::fmt::Write;

use uuid::Uuid;

use crate::tokens::{Kind, Token, tokens};
use crate::vector::Mark;

/// A query, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub(crate) terms: Vec<Term>,
    /// Whether something was typed that is to be found in the text, though it may have no word.
    pub(crate) says: bool,
    /// Who wrote it: any of these, where there are any.
    pub from: Vec<Who>,
    /// Where it stands: in any of these, where there are any.
    pub within: Vec<Place>,
    /// What it has: all of these.
    pub has: Vec<Has>,
    /// Written before this moment, in milliseconds since 1970.
    pub before: Option<u64>,
    /// Written at this moment or later.
    pub since: Option<u64>,
}

/// Somebody behind `from:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Me,
    /// By their user name, without its sign.
    Named(String),
    Id(Uuid),
}

/// A channel behind `in:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// By its name, without its sign.
    Named(String),
    Id(Uuid),
}

/// What stands behind `has:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    Link,
    File,
    Image,
}

/// Words that stand one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// In their order; never empty.
    pub parts: Vec<Part>,
}

/// A word of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How far behind the first one it stands.
    pub at: usize,
    pub word: String,
    /// Whether it only begins so.
    pub begins: bool,
}

impl Term {
    /// The term of a text; `None` where that has no word.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let part = |(at, token): (usize, Token)| {
            // The pair before it holds the last one of a run; one alone may stand within a longer run of the text.
            let is_held = token.kind == Kind::Last;
            let begins = token.kind == Kind::Alone;
            (!is_held).then_some(Part { at, word: token.word, begins })
        };
        let parts: Vec<Part> = tokens(text).into_iter().enumerate().filter_map(part).collect();
        (!parts.is_empty()).then_some(Self { parts })
    }

    /// The last word only begins so, if it has so many letters. Pairs have a fixed length: of them it makes no difference.
    pub(crate) fn begins(&mut self, letters: usize) {
        if let Some(last) = self.parts.last_mut() {
            last.begins |= last.word.chars().count() >= letters;
        }
    }

    /// The code points of what the term finds where its first word is the one at this place.
    pub(crate) fn found_at(&self, tokens: &[Token], place: usize) -> Option<(usize, usize)> {
        let mut end = 0;
        for part in &self.parts {
            let token = tokens.get(place + part.at)?;
            end = part.found_in(token)?;
        }
        Some((tokens.get(place)?.start, end))
    }
}

impl Part {
    /// Behind which code point ends what it finds of a word, if it finds it.
    fn found_in(&self, token: &Token) -> Option<usize> {
        if self.word == token.word {
            return Some(token.end);
        }
        let is_begun = self.begins && token.word.starts_with(&self.word);
        // Of a pair only the first was asked for.
        let end = if token.kind == Kind::Pair { token.first_end } else { token.end };
        is_begun.then_some(end)
    }
}

impl Query {
    /// Whether it asks for text, of which no word is left: it finds nothing.
    #[must_use]
    pub fn finds_nothing(&self) -> bool {
        self.says && self.terms.is_empty()
    }

    /// Whether a text has all of its words.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let tokens = tokens(text);
        !self.finds_nothing()
            && self.terms.iter().all(|term| (0..tokens.len()).any(|at| term.found_at(&tokens, at).is_some()))
    }

    /// The texts of `tsquery`s, all of which a text fits: the terms, what it has, and by any of these authors where there are any. None where
    /// nothing of it is in what is stored of a text.
    #[must_use]
    pub fn tsqueries(&self, authors: &[Uuid]) -> Vec<String> {
        let mut all: Vec<String> = self.terms.iter().map(term_text).collect();
        all.extend(self.has.iter().map(|has| format!("'{}'", mark_of(*has).word())));
        if !authors.is_empty() {
            let any: Vec<String> = authors.iter().map(|id| format!("'{}'", Mark::By(*id).word())).collect();
            all.push(format!("({})", any.join(" | ")));
        }
        all
    }
}

fn mark_of(has: Has) -> Mark {
    match has {
        Has::Link => Mark::Link,
        Has::File => Mark::File,
        Has::Image => Mark::Image,
    }
}

/// Words consist of letters and digits alone, so that quotes are enough.
fn term_text(term: &Term) -> String {
    let mut text = String::from("(");
    let mut before = None;
    for part in &term.parts {
        if let Some(before) = before {
            let _ = write!(text, " <{}> ", part.at - before);
        }
        before = Some(part.at);
        let _ = write!(text, "'{}'{}", part.word, if part.begins { ":*" } else { "" });
    }
    text.push(')');
    text
}
