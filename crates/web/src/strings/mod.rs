//! The texts of the pages, each in every language.
//!
//! `en.rs` names the keys with their English texts; a language that lacks one of them, or has one too many, does not compile. A text holds
//! places for values as `{name}`. What the API says by codes, names and its own words stands in files of its own, each a table: refusals
//! (`refusals.rs`), devices, audit logs (`audited.rs`), what became of deliveries, and scopes. `said_tests.rs` finds what a table lacks.

mod audited;
mod catalogue;
mod de;
mod deliveries;
mod devices;
mod en;
mod fill;
mod language;
mod refusals;
#[cfg(test)]
mod said_tests;
mod scopes;
#[cfg(test)]
mod tests;

pub use audited::{audited, audited_detail, audited_kind, audited_value};
pub use deliveries::{delivery_failure, off_reason};
pub use devices::device;
pub use en::Strings;
pub use fill::{count, fill, with};
pub use language::Language;
pub(crate) use refusals::for_scripts;
pub use refusals::{Refused, sentence};
pub use scopes::scope;
