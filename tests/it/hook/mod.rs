//! Incoming webhooks: what other programs post.

mod address;
mod forms;
mod github;
mod keys;
mod payloads;
mod pictures;
mod slack;
