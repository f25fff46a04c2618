//! Messages.

mod delete;
mod edit;
mod emoji;
mod get;
mod list;
mod markup;
mod pins;
mod post;
mod purge;
mod reactions;
mod reactors;
