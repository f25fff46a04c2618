//! Webhooks, as their makers see them.

mod create;
mod list;
mod update;
