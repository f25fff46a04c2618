//! Communities as entities: what they look up and append. What they decide is in `ajet_domain::community`.
//!
//! Key: the community's id. Facts are read afresh for every command: changes of rights are rare, and must be right.

mod entity;

pub use entity::{Communities, Community};
