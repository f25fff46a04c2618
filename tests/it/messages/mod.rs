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
mod places;
mod post;
mod previews;
mod purge;
mod reactions;
mod reactors;
mod threads;
