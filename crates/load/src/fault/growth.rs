//! What a node holds: its memory as the kernel counts it, and its metrics, before and after.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::lab::Lab;
use crate::procfs::resident_kib;

/// Between two looks at the memory.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A node shows its metrics within this time, also one that has little time for it.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// Follows a node's memory until it is dropped.
pub struct Growth {
    before_kib: u64,
    peak_kib: Arc<AtomicU64>,
    looking: JoinHandle<()>,
}

impl Growth {
    /// Begins with what a node holds now; `None` where it has no process.
    pub fn of(lab: &Lab, node: usize) -> Option<Self> {
        let pid = lab.pid(node)?;
        let before_kib = resident_kib(pid)?;
        let peak_kib = Arc::new(AtomicU64::new(before_kib));
        let peak = Arc::clone(&peak_kib);
        let looking = tokio::spawn(async move {
            while let Some(kib) = resident_kib(pid) {
                peak.fetch_max(kib, Ordering::Relaxed);
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        Some(Self { before_kib, peak_kib, looking })
    }

    /// How much more it held than in the beginning, at most, in MiB.
    pub fn mib(&self) -> u64 {
        (self.peak_kib.load(Ordering::Relaxed) - self.before_kib) / 1024
    }
}

impl Drop for Growth {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

/// A node's metrics in their text form; `None` where it does not show them.
pub async fn metrics(lab: &Lab, node: usize) -> Option<String> {
    let ops = lab.ops(node).ok()?;
    let http = reqwest::Client::builder().timeout(SHOWN_WITHIN).build().ok()?;
    let asking = http.get(format!("http://{}/metrics", lab.nodes.get(node)?.addr)).bearer_auth(ops.token()?);
    asking.send().await.ok()?.error_for_status().ok()?.text().await.ok()
}

/// The value of a counter without labels; zero where it was never counted.
pub fn counter(metrics: &str, name: &str) -> f64 {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
    metrics.lines().find_map(value).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_found_by_its_whole_name() {
        let text = "# TYPE ajet_stalls_total counter\najet_stalls_total_more 7\najet_stalls_total 2\n";
        assert_eq!(counter(text, "ajet_stalls_total"), 2.0);
        assert_eq!(counter(text, "ajet_stalls"), 0.0);
    }
}
