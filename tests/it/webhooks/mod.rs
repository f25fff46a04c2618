//! Webhooks, as their makers see them.

mod create;
