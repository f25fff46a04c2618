//! Outgoing webhooks: who manages them, what they are sent, who has their lanes, and what becomes of what is not taken.

mod crash;
mod deliver;
mod fail;
mod lanes;
mod manage;
mod rows;
mod sealed;
