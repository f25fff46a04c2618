//! Messages.

mod around;
mod delete;
mod edit;
mod emoji;
mod get;
mod list;
mod markup;
mod mentions;
mod pins;
mod post;
mod purge;
mod previews;
mod reactions;
mod threads;
mod reactors;
