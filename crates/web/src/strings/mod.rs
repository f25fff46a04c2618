//! The texts of the pages, each in every language.
//!
//! `en.rs` names the keys with their English texts; a language that lacks one of them, or has one too many, does not compile. A text holds
//! places for values as `{name}`. Refusals of the API come with English details: a page puts a translated headline above them.

mod catalogue;
mod de;
mod en;
mod fill;
mod language;
#[cfg(test)]
mod tests;

pub use en::Strings;
pub use fill::{count, fill, with};
pub use language::Language;
