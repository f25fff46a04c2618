//! Webhooks, as their makers see them.

mod create;
mod delete;
mod list;
mod update;
