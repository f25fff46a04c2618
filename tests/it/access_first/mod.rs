//! How people come in at first: the first start, who may have an account, and links that sign one person in once.

mod first_start;
mod forms;
mod links;
mod sessions;
mod sign_up;
