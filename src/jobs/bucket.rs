//! How often something may begin: a bucket of tokens, which fills evenly and holds those of ten seconds.

use std::time::Duration;

use tokio::time::Instant;

/// The tokens of one queue on one node.
#[derive(Debug)]
pub struct Bucket {
    per_minute: u32,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full one.
    pub fn new(per_minute: u32, now: Instant) -> Self {
        let mut bucket = Self { per_minute, tokens: 0.0, filled: now };
        bucket.tokens = bucket.holds();
        bucket
    }

    /// How many may begin now.
    pub fn left(&mut self, now: Instant) -> usize {
        let since: Duration = now.saturating_duration_since(self.filled);
        let fresh = since.as_secs_f64() * f64::from(self.per_minute) / 60.0;
        self.tokens = (self.tokens + fresh).min(self.holds());
        self.filled = now;
        self.tokens as usize
    }

    /// So many begin.
    pub fn spend(&mut self, count: usize) {
        self.tokens = (self.tokens - count as f64).max(0.0);
    }

    fn holds(&self) -> f64 {
        (f64::from(self.per_minute) / 6.0).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fills_evenly_and_never_over_its_rim() {
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let mut bucket = Bucket::new(60, start);
        assert_eq!(bucket.left(start), 10);
        bucket.spend(10);
        assert_eq!(bucket.left(start), 0);
        assert_eq!(bucket.left(at(3)), 3);
        bucket.spend(2);
        assert_eq!(bucket.left(at(4)), 2);
        assert_eq!(bucket.left(at(3600)), 10, "a quiet hour saves up no more than ten seconds");
    }

    #[test]
    fn a_slow_one_lets_one_begin_at_a_time() {
        let start = Instant::now();
        let mut bucket = Bucket::new(2, start);
        assert_eq!(bucket.left(start), 1);
        bucket.spend(1);
        assert_eq!(bucket.left(start + Duration::from_secs(29)), 0);
        assert_eq!(bucket.left(start + Duration::from_secs(31)), 1);
    }
}
