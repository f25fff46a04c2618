//! What people type: words, phrases in quotes, and operators.
//!
//! A word whose operator is not known is a word. An operator that is known and can't be read is refused by its name: otherwise it would
//! be looked for as a text, and nothing would be found for no visible reason.

use std::str::Chars;

use time::macros::format_description;
use time::{Date, Duration, UtcOffset};
use uuid::Uuid;

use crate::query::{Has, Place, Query, Term, Who};

/// An operator that was misused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misused {
    /// Its name, with the colon.
    pub operator: &'static str,
    /// What it takes, as the end of a sentence.
    pub takes: &'static str,
}

/// The operators, and what each takes.
const OPERATORS: [(&str, &str); 5] = [
    ("from:", "takes the user name of a person, or me"),
    ("in:", "takes the name of a channel"),
    ("has:", "takes link, file or image"),
    ("before:", "takes a date such as 2026-03-31"),
    ("after:", "takes a date such as 2026-03-31"),
];

/// Letters of a word of a message that may go on: words that begin with one letter are too many to be looked for. In Chinese, Japanese and
/// Korean a character alone is looked for in any case.
const BEGINNING: usize = 2;

/// A query with operators.
///
/// # Errors
/// An operator that can't be read
pub fn parse(text: &str) -> Result<Query, Misused> {
    let mut query = Query::default();
    let mut is_last_open = false;
    for item in items(text) {
        match item {
            Item::Phrase(text) => {
                say(&mut query, &text);
                is_last_open = false;
            }
            Item::Word(text) => match operator(&text) {
                Some((operator, value)) => operate(&mut query, operator, value)?,
                None => is_last_open = say(&mut query, &text),
            },
        }
    }
    open(&mut query, is_last_open, BEGINNING);
    Ok(query)
}

/// A query of words and phrases alone, of names and the like: operators are words.
#[must_use]
pub fn words(text: &str) -> Query {
    let mut query = Query::default();
    let mut is_last_open = false;
    for item in items(text) {
        is_last_open = match item {
            Item::Phrase(text) => {
                say(&mut query, &text);
                false
            }
            Item::Word(text) => say(&mut query, &text),
        };
    }
    open(&mut query, is_last_open, 1);
    query
}

/// Adds what is to be found in the text; whether that has a word.
fn say(query: &mut Query, text: &str) -> bool {
    query.says = true;
    let term = Term::of(text);
    let has_word = term.is_some();
    query.terms.extend(term);
    has_word
}

/// The last word may be one that is still being typed, if it has so many letters.
fn open(query: &mut Query, is_last_open: bool, letters: usize) {
    if let Some(last) = query.terms.last_mut().filter(|_| is_last_open) {
        last.begins(letters);
    }
}

enum Item {
    Word(String),
    Phrase(String),
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ff02}')
}

/// What stands between blanks, and between quotes. A quote that is not closed reaches to the end; behind an operator it is its value.
fn items(text: &str) -> Vec<Item> {
    let (mut items, mut word) = (Vec::new(), String::new());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if is_quote(c) && operator(&word).is_some_and(|(_, value)| value.is_empty()) {
            word.push_str(&quoted(&mut rest));
        } else if is_quote(c) {
            finish(&mut items, &mut word);
            items.push(Item::Phrase(quoted(&mut rest)));
        } else if c.is_whitespace() {
            finish(&mut items, &mut word);
        } else {
            word.push(c);
        }
    }
    finish(&mut items, &mut word);
    items
}

fn quoted(rest: &mut Chars<'_>) -> String {
    rest.by_ref().take_while(|c| !is_quote(*c)).collect()
}

fn finish(items: &mut Vec<Item>, word: &mut String) {
    if !word.is_empty() {
        items.push(Item::Word(std::mem::take(word)));
    }
}

/// The operator that a word begins with, as a place in the table, and its value.
fn operator(word: &str) -> Option<(usize, &str)> {
    let (name, value) = word.split_at(word.find(':')? + 1);
    let place = OPERATORS.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some((place, value))
}

fn operate(query: &mut Query, place: usize, value: &str) -> Result<(), Misused> {
    let (operator, takes) = OPERATORS[place];
    let misused = Misused { operator, takes };
    let value = value.trim();
    if value.is_empty() {
        return Err(misused);
    }
    match operator {
        "from:" => query.from.push(who(value).ok_or(misused)?),
        "in:" => query.within.push(channel(value).ok_or(misused)?),
        "has:" => query.has.push(has(value).ok_or(misused)?),
        "before:" => {
            let day = day(value).ok_or(misused)?;
            query.before = Some(query.before.map_or(day, |known| known.min(day)));
        }
        _ => {
            let day =
                date(value).and_then(|day| day.checked_add(Duration::DAY)).map(millis).ok_or(misused)?;
            query.since = Some(query.since.map_or(day, |known| known.max(day)));
        }
    }
    Ok(())
}

/// The id of a mention as messages store it, such as `<user:…>`.
fn mentioned(value: &str, kind: &str) -> Option<Uuid> {
    value.strip_prefix('<')?.strip_prefix(kind)?.strip_prefix(':')?.strip_suffix('>')?.parse().ok()
}

fn who(value: &str) -> Option<Who> {
    let name = value.strip_prefix('@').unwrap_or(value);
    if let Some(id) = mentioned(name, "user") {
        return Some(Who::Id(id));
    }
    if value.eq_ignore_ascii_case("me") {
        return Some(Who::Me);
    }
    (!name.is_empty()).then(|| Who::Named(name.to_owned()))
}

fn channel(value: &str) -> Option<Place> {
    let name = value.strip_prefix('#').unwrap_or(value);
    if let Some(id) = mentioned(name, "channel") {
        return Some(Place::Id(id));
    }
    (!name.is_empty()).then(|| Place::Named(name.to_owned()))
}

fn has(value: &str) -> Option<Has> {
    match value.to_ascii_lowercase().as_str() {
        "link" => Some(Has::Link),
        "file" => Some(Has::File),
        "image" => Some(Has::Image),
        _ => None,
    }
}

fn date(value: &str) -> Option<Date> {
    Date::parse(value, format_description!("[year]-[month]-[day]")).ok()
}

/// When a day begins, in UTC.
fn day(value: &str) -> Option<u64> {
    date(value).map(millis)
}

/// Days before 1970 begin with it: nothing was written then.
fn millis(day: Date) -> u64 {
    let begins = day.midnight().assume_offset(UtcOffset::UTC).unix_timestamp();
    u64::try_from(begins).unwrap_or_default().saturating_mul(1000)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
