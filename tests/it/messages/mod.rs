//! Messages.

mod delete;
mod edit;
mod get;
mod list;
mod markup;
mod post;
