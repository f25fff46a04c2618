//! The OpenAPI document: complete, good for generators of clients, and true of what the server answers.

mod arranged;
mod described;
mod served;
mod validate;
mod walk;
mod walk_people;
mod walked;
mod walked_attachments;
mod walked_dms;
mod walked_drafts;
mod walked_jobs;
mod walked_moderation;
mod walked_pictures;
mod walked_polls;
mod walked_previews;
mod walked_roles;
mod walked_threads;
mod walked_unread;
