//! Previews of links, as pure functions: which addresses a message links to, and what a page says of itself.
//!
//! Both read what others wrote. What comes out is plain text of a limited length, and addresses of the web alone; it knows neither the
//! store nor the network.

mod links;
mod page;

pub use links::addresses;
pub use page::preview;
