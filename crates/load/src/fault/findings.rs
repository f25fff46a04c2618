//! What a fault itself has to tell when it is over.

/// Notes for the reader of the report, and what must not be.
#[derive(Debug, Default)]
pub struct Findings {
    pub notes: Vec<String>,
    /// Each with its invariant.
    pub problems: Vec<(&'static str, String)>,
}

impl Findings {
    /// Tells something that is no harm.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Tells something that must not be.
    pub fn problem(&mut self, invariant: &'static str, story: String) {
        self.problems.push((invariant, story));
    }
}
