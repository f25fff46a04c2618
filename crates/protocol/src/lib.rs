//! The single truth of what travels: ids, entities, requests, events, subjects, error codes, limits, permissions, scopes.
//!
//! The server, the SDK, the terminal client and the tests all use these definitions. Nothing here does IO,
//! reads a clock or knows a database. Every type that a person fills in has its shape rules beside it
//! ([`shape`]), so what deserializes and validates is fit to be acted on.

pub mod address;
mod arrivals;
pub mod attachments;
pub mod audit;
pub mod bots;
pub mod categories;
pub mod channels;
pub mod codes;
pub mod commands;
pub mod communities;
pub mod dms;
pub mod drafts;
pub mod emoji;
pub mod events;
pub mod forms;
pub mod history;
pub mod ids;
pub mod invites;
pub mod json;
pub mod limits;
pub mod members;
pub mod messages;
pub mod mint;
pub mod moderation;
pub mod names;
pub mod notifications;
pub mod ops;
pub mod pages;
pub mod payloads;
pub mod permissions;
pub mod pins;
pub mod polls;
pub mod presence;
pub mod previews;
pub mod roles;
pub mod saved;
pub mod scheduled;
pub mod scopes;
pub mod settings;
pub mod shape;
pub mod shown;
pub mod subjects;
pub mod sync;
mod text;
pub mod timestamp;
pub mod users;
pub mod webhooks;

pub use address::{Address, Addressed, Audience, Topic};
pub use attachments::*;
pub use audit::*;
pub use bots::*;
pub use categories::*;
pub use channels::*;
pub use codes::{Code, FieldError, Problem};
pub use commands::*;
pub use communities::*;
pub use dms::*;
pub use drafts::*;
pub use emoji::*;
pub use events::{Envelope, Event, EventType};
pub use forms::Creates;
pub use history::MessageQuery;
pub use ids::*;
pub use invites::*;
pub use members::*;
pub use messages::*;
pub use moderation::*;
pub use notifications::*;
pub use pages::{Page, PageQuery};
pub use permissions::{Permission, Permissions};
pub use pins::*;
pub use polls::*;
pub use presence::*;
pub use previews::*;
pub use roles::*;
pub use saved::*;
pub use scheduled::*;
pub use scopes::{Scope, TokenScope, TokenScopes};
pub use settings::*;
pub use shown::for_readers;
pub use sync::*;
pub use text::Trimmed;
pub use timestamp::Timestamp;
pub use users::*;
pub use webhooks::*;

#[cfg(test)]
mod tests;
