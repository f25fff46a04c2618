//! A spread of times.

use hdrhistogram::Histogram;
use serde::Serialize;

/// A spread of times, in microseconds.
#[derive(Debug, Clone)]
pub struct Spread(Histogram<u64>);

impl Default for Spread {
    fn default() -> Self {
        // Three figures, up to ten minutes; the bounds are constants that the histogram takes.
        let bounds = Histogram::new_with_bounds(1, 600_000_000, 3);
        Self(bounds.unwrap_or_else(|_| unreachable!("constant bounds")))
    }
}

impl Spread {
    /// Counts one.
    pub fn add(&mut self, us: u64) {
        self.0.saturating_record(us.max(1));
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// A percentile in milliseconds.
    #[must_use]
    pub fn ms(&self, percentile: f64) -> f64 {
        self.0.value_at_percentile(percentile) as f64 / 1000.0
    }
}

impl Serialize for Spread {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Spread", 5)?;
        fields.serialize_field("count", &self.count())?;
        for (name, at) in [("p50_ms", 50.0), ("p95_ms", 95.0), ("p99_ms", 99.0), ("max_ms", 100.0)] {
            fields.serialize_field(name, &self.ms(at))?;
        }
        fields.end()
    }
}
