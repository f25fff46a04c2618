//! Messages.

mod delete;
mod edit;
mod emoji;
mod get;
mod list;
mod markup;
mod post;
mod previews;
mod reactions;
