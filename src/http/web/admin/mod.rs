//! The settings of a community: what their pages show, and what their forms ask for, by the use cases of the API. Those decide who may; the pages
//! leave out what their reader may not use.

mod audit;
mod bans;
mod bots;
mod channel;
mod channel_people;
mod channels;
mod commands;
mod emoji;
mod general;
mod invites;
mod managing;
mod members;
mod order;
mod outgoing;
mod roles;
mod routes;
mod webhooks;

pub use routes::routes;
