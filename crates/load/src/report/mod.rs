//! What came of a run: as a table, as JSON, and as a picture.

mod fault;
mod spread;
mod story;
pub mod table;
#[cfg(test)]
mod tests;

pub use fault::FaultReport;
pub use spread::Spread;
pub use story::Story;
