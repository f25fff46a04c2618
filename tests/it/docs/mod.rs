//! The OpenAPI document: complete, good for generators of clients, and true of what the server answers.

mod arranged;
mod audited;
mod described;
mod functions;
mod named;
mod scopes;
mod served;
pub mod validate;
mod walk;
mod walk_people;
mod walked;
mod walked_attachments;
mod walked_bots;
mod walked_commands;
mod walked_devices;
mod walked_dms;
mod walked_drafts;
mod walked_jobs;
mod walked_moderation;
mod walked_notify;
mod walked_outgoing;
mod walked_pictures;
mod walked_polls;
mod walked_previews;
mod walked_providers;
mod walked_roles;
mod walked_search;
mod walked_threads;

pub use walk::operations;
mod walked_unread;
