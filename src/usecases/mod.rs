//! What a person, bot or job can do, whatever the way in: the API, the pages and the webhooks call these, and nothing here knows
//! HTTP. A use case checks what the domain can't know, asks the entity or reads the store, and shapes the answer.

pub mod accounts;
mod announcing;
pub mod attachments;
pub mod audit;
pub mod bans;
pub mod blocks;
pub mod categories;
pub mod channel_members;
pub mod channel_state;
pub mod channels;
pub mod communities;
mod context;
pub mod dms;
pub mod drafts;
pub mod emoji;
mod failure;
mod idempotency;
pub mod invites;
pub mod members;
pub mod messages;
pub mod mutes;
pub mod notifications;
pub mod overwrites;
pub mod pictures;
pub mod pins;
pub mod polls;
pub mod presence;
pub mod previews;
pub mod reactions;
mod reading;
pub mod reads;
pub mod roles;
pub mod saved;
pub mod scheduled;
pub mod settings;
pub mod slow_mode;
pub mod sync;
pub mod threads;
mod typed_names;
pub mod users;
pub mod webhooks;

pub use announcing::Announcing;
pub use context::Context;
pub use failure::{Failure, Found};
pub use idempotency::{Created, GivenKey, former};
