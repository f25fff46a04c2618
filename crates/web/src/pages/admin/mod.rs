//! The settings of a community. Each page is one file, which names the addresses of its forms below `/c/{slug}/settings`. What a person may not
//! do is not shown to them; that they may is decided by the community itself, as for the API.

mod audit;
mod bans;
mod bots;
mod channel;
mod channels;
mod commands;
mod emoji;
mod ends;
mod frame;
mod general;
mod invites;
mod members;
mod outgoing;
mod permissions;
mod picture;
mod roles;
mod webhook;
mod webhooks;

pub use audit::{audit, entries};
pub use bans::bans;
pub use bots::{BotShown, bot, bots};
pub use channel::{ChannelSettings, OverwriteShown, channel};
pub use channels::channels;
pub use commands::commands;
pub use emoji::emoji;
pub use frame::{Managed, first_page};
pub use general::general;
pub use invites::invites;
pub use members::{MemberShown, member, members};
pub use outgoing::{OutgoingShown, outgoing, outgoing_webhook};
pub use permissions::granted;
pub use roles::{role, roles};
pub use webhook::webhook;
pub use webhooks::{Secret, webhooks};
