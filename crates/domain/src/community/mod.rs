//! A community: who belongs to it, which channels it has, who may do what.
//!
//! Every change of rights raises its ACL version inside the same commit. Changes are rare beside messages, so they are
//! decided one by one on freshly read facts, and nothing but the next ids is remembered between two of them.

mod command;
mod core;
#[cfg(test)]
mod tests;

pub use command::{Answer, Command, NewChannel, NewInvite, NewWebhook, Refusal};
pub use core::{Change, CommunityCore, Facts, InviteFacts, MadeFacts, Needs};
