//! How much the entities of this node do, second by second. For operators to look at: `/metrics` has its own counters.

use std::sync::Arc;
use std::time::Duration;

use super::Ops;
use crate::actors::hosts::Kin;

const MEASURED_EVERY: Duration = Duration::from_secs(1);

/// What the entities here did in one second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Throughput {
    /// Commands that they answered.
    pub(super) per_s: f64,
    /// Milliseconds that each of them took, on average.
    pub(super) answer_ms: f64,
}

/// What the hosts have counted since they started.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    answered: u64,
    /// Microseconds that the answers took together.
    answering_us: u64,
    crashes: u64,
}

impl Counts {
    fn of(hosts: &[Arc<dyn Kin>]) -> Self {
        hosts.iter().fold(Self::default(), |sum, host| {
            let (answered, us) = host.answered();
            Self {
                answered: sum.answered + answered,
                answering_us: sum.answering_us + us,
                crashes: sum.crashes + host.crashes(),
            }
        })
    }

    fn since(self, last: Self) -> Throughput {
        let (count, us) = (self.answered - last.answered, self.answering_us - last.answering_us);
        let answer_ms = if count == 0 { 0.0 } else { us as f64 / count as f64 / 1000.0 };
        Throughput { per_s: count as f64, answer_ms }
    }
}

impl Ops {
    /// Measures how much the entities here do, second by second, and notices their crashes.
    pub(super) async fn keep_measuring(self) {
        let mut tick = tokio::time::interval(MEASURED_EVERY);
        let mut last = Counts::default();
        loop {
            tick.tick().await;
            let now = Counts::of(self.0.parts.node.hosts());
            *self.0.throughput.lock() = now.since(last);
            if now.crashes > last.crashes {
                let crashed = now.crashes - last.crashes;
                self.0.parts.notices.add(format!("{crashed} activations crashed here"));
            }
            last = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_what_came_since_the_last_time() {
        let last = Counts { answered: 10, answering_us: 5000, crashes: 1 };
        let now = Counts { answered: 14, answering_us: 13_000, crashes: 1 };
        let measured = now.since(last);
        assert_eq!((measured.per_s, measured.answer_ms), (4.0, 2.0));
        let idle = now.since(now);
        assert_eq!((idle.per_s, idle.answer_ms), (0.0, 0.0), "no answer, no average");
    }
}
