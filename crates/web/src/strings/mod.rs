//! The texts of the pages, each in every language.
//!
//! `pages` has those of pages by areas, `words.rs` those of the chat page, each beside its translation. A text holds places for values as
//! `{name}`, and in `words.rs` as `{}`. What the API says by codes, names and own words stands in files of its own, each a table: refusals,
//! slash commands and what they answer (`replies.rs`), notices of the inbox, devices, audit logs (`audited.rs`), what became of deliveries,
//! and scopes. `said_tests.rs` finds what a table lacks.

mod audited;
pub mod commands;
mod deliveries;
mod devices;
mod exports;
mod fill;
pub(crate) mod keys;
mod language;
pub mod notices;
mod pages;
mod refusals;
pub mod replies;
#[cfg(test)]
mod said_tests;
mod scopes;
#[cfg(test)]
mod tests;
pub mod words;

pub use audited::{audited, audited_detail, audited_kind, audited_value};
pub use deliveries::{delivery_failure, off_reason};
pub use devices::device;
pub use exports::export_status;
pub use fill::{count, fill, with};
pub use language::Language;
pub use pages::Strings;
pub(crate) use refusals::for_scripts;
pub use refusals::{Refused, sentence};
pub use scopes::scope;
