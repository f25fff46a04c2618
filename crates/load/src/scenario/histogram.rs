//! A histogram out of a node's metrics, and what came into it in a while.

/// How many values were within each bound, the lowest bound first; the last one is infinite.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram {
    within: Vec<(f64, f64)>,
    pub count: f64,
    pub sum: f64,
}

impl Histogram {
    /// The histogram of this name, whatever its labels; empty if there is no such line.
    #[must_use]
    pub fn of(metrics: &str, name: &str) -> Self {
        let mut histogram = Self::default();
        for line in metrics.lines() {
            let Some((head, value)) = line.strip_prefix(name).and_then(|rest| rest.rsplit_once(' ')) else {
                continue;
            };
            let Ok(value) = value.parse::<f64>() else { continue };
            match head.split('{').next() {
                Some("_bucket") => histogram.add(head, value),
                Some("_count") => histogram.count += value,
                Some("_sum") => histogram.sum += value,
                _ => {}
            }
        }
        histogram.within.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        histogram
    }

    fn add(&mut self, labels: &str, value: f64) {
        let bound = labels.split("le=\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(bound) = bound.and_then(|bound| bound.parse::<f64>().ok()) else { return };
        match self.within.iter_mut().find(|(known, _)| known.total_cmp(&bound).is_eq()) {
            Some((_, within)) => *within += value,
            None => self.within.push((bound, value)),
        }
    }

    /// What came in since then.
    #[must_use]
    pub fn since(mut self, before: &Self) -> Self {
        for (bound, within) in &mut self.within {
            let then = before.within.iter().find(|(known, _)| known.total_cmp(bound).is_eq());
            *within -= then.map_or(0.0, |(_, within)| *within);
        }
        self.count -= before.count;
        self.sum -= before.sum;
        self
    }

    /// A percentile, as if values lay evenly between two bounds; the highest finite bound for those beyond it.
    #[must_use]
    pub fn percentile(&self, percentile: f64) -> f64 {
        let wanted = self.count * percentile / 100.0;
        let (mut lower, mut below) = (0.0, 0.0);
        for (bound, within) in &self.within {
            if *within >= wanted && *within > below && bound.is_finite() {
                return lower + (bound - lower) * (wanted - below) / (within - below);
            }
            if bound.is_finite() {
                (lower, below) = (*bound, *within);
            }
        }
        lower
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.count.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# TYPE a_seconds histogram\n\
        a_seconds_bucket{le=\"0.001\"} 10\na_seconds_bucket{le=\"0.002\"} 10\na_seconds_bucket{le=\"+Inf\"} 10\n\
        a_seconds_sum 0.01\na_seconds_count 10\n";

    fn after() -> String {
        [
            "a_seconds_bucket{lane=\"0\",le=\"0.001\"} 50",
            "a_seconds_bucket{lane=\"0\",le=\"0.002\"} 100",
            "a_seconds_bucket{lane=\"0\",le=\"+Inf\"} 100",
            "a_seconds_sum{lane=\"0\"} 0.1",
            "a_seconds_count{lane=\"0\"} 100",
            "a_seconds_bucket{lane=\"1\",le=\"0.001\"} 10",
            "a_seconds_bucket{lane=\"1\",le=\"0.002\"} 10",
            "a_seconds_bucket{lane=\"1\",le=\"+Inf\"} 10",
            "a_seconds_sum{lane=\"1\"} 0.01",
            "a_seconds_count{lane=\"1\"} 10",
            "a_seconds_more_count 7",
        ]
        .join("\n")
    }

    #[test]
    fn what_came_in_between_two_looks_is_told() {
        let before = Histogram::of(BEFORE, "a_seconds");
        let since = Histogram::of(&after(), "a_seconds").since(&before);
        assert_eq!(since.count, 100.0);
        assert!((since.mean() - 0.001).abs() < 1e-9);
        assert!((since.percentile(25.0) - 0.0005).abs() < 1e-9, "{}", since.percentile(25.0));
        assert!((since.percentile(75.0) - 0.0015).abs() < 1e-9, "{}", since.percentile(75.0));
    }

    #[test]
    fn nothing_is_told_of_what_is_not_there() {
        let none = Histogram::of(BEFORE, "b_seconds");
        assert_eq!(none, Histogram::default());
        assert_eq!((none.percentile(99.0), none.mean()), (0.0, 0.0));
    }

    #[test]
    fn what_lies_beyond_all_bounds_counts_as_the_highest() {
        let text = "a_seconds_bucket{le=\"0.5\"} 1\na_seconds_bucket{le=\"+Inf\"} 4\na_seconds_count 4\n";
        assert_eq!(Histogram::of(text, "a_seconds").percentile(99.0), 0.5);
    }
}
