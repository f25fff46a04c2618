//! The JSON API, one file per noun. A handler extracts, calls one use case, and shapes the answer.

pub mod accounts;
mod answer;
pub mod attachments;
pub mod audit;
pub mod bans;
pub mod blocks;
pub mod categories;
pub mod channel_members;
pub mod channel_state;
pub mod channels;
pub mod communities;
mod describe;
pub mod dms;
pub mod docs;
pub mod health;
pub mod invites;
pub mod members;
pub mod messages;
pub mod mutes;
pub mod notifications;
pub mod overwrites;
mod position;
pub mod presence;
pub mod reactions;
pub mod reads;
pub mod roles;
mod routes;
pub mod settings;
pub mod sync;
pub mod users;
pub mod webhooks;

pub use answer::Answer;
pub use routes::routes;
