//! Words of texts, and queries that look for them: what is stored for a search, what is asked, and what is shown of what was found.
//!
//! The same functions make words of texts and of queries, so both always fit. Whatever the text is, nothing here panics, and what is made of
//! it is a text that PostgreSQL reads as a `tsvector` or `tsquery`.

mod fold;
mod parse;
mod query;
mod snippet;
mod tokens;
mod vector;

pub use parse::{Misused, parse, words};
pub use query::{Has, Place, Query, Who};
pub use snippet::{Snippet, snippet};
pub use vector::{Mark, vector};

#[cfg(test)]
mod properties;
