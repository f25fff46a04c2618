//! Outgoing webhooks: who manages them, what they are sent, and what becomes of what is not taken.

mod crash;
mod deliver;
mod fail;
mod manage;
mod rows;
