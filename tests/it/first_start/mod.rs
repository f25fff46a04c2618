//! How people come in at first: the first start, who may have an account, and links that sign one person in once.

mod forms;
mod founding;
mod links;
mod sessions;
mod sign_up;
