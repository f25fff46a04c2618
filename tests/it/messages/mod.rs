//! Messages.

mod around;
mod delete;
mod edit;
mod emoji;
mod get;
mod list;
mod markup;
mod mentions;
mod post;
mod reactions;
mod threads;
