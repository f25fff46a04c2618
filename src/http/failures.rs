//! Counts an address's wrong tokens, webhook addresses, codes and links, many of which are guesses, and the sign-ins of devices that it starts.
//! Who has a right token or webhook address is never refused for what others on the same address try, but looked up after them; how often an
//! address may try an invite or a sign-in at all is a matter of `rates`.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ajet_protocol::Code;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;

/// How long what somebody got wrong counts.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered at most.
const REMEMBERED: u64 = 100_000;
/// Look-ups at once for addresses that got too much wrong.
const TURNS: usize = 1;

/// What was counted of an address since a moment; it is forgotten when the time is over.
#[derive(Debug)]
struct Count {
    began: Instant,
    so_far: AtomicU32,
}

/// The failures of the last minute.
#[derive(Debug, Clone)]
pub struct Failures {
    most: u32,
    window: Duration,
    by_address: Cache<IpAddr, Arc<Count>>,
    turns: Arc<Semaphore>,
}

impl Failures {
    /// Allows so many a minute and address.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self::within(most, WINDOW)
    }

    /// Allows so many in another time, and address.
    #[must_use]
    pub fn within(most: u32, window: Duration) -> Self {
        let by_address = Cache::builder()
            .max_capacity(REMEMBERED)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(window)
            .build();
        Self { most, window, by_address, turns: Arc::new(Semaphore::new(TURNS)) }
    }

    /// Whether an address has used up what it may get wrong.
    #[must_use]
    pub fn is_over(&self, ip: IpAddr) -> bool {
        self.over_for(ip, Instant::now()).is_some()
    }

    /// For how long an address has used it up, from a moment on.
    #[must_use]
    pub fn over_for(&self, ip: IpAddr, now: Instant) -> Option<Duration> {
        let count = self.by_address.get(&network(ip))?;
        let is_over = count.so_far.load(Ordering::Relaxed) >= self.most;
        is_over.then(|| self.window.saturating_sub(now.saturating_duration_since(count.began)))
    }

    /// A turn to look something up for an address that is over: there are few, so that it takes nothing from others.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }

    /// The refusal of an address that got too much wrong.
    #[must_use]
    pub fn too_many(&self, ip: IpAddr) -> ApiError {
        let text = "Too many attempts that were wrong came from your address; try again in a minute.";
        let rest = self.over_for(ip, Instant::now()).unwrap_or_default();
        ApiError::new(Code::RateLimited, text).limited(self.most, rest)
    }

    /// Counts one; whether it was not one too many.
    #[must_use]
    pub fn allows(&self, ip: IpAddr) -> bool {
        self.allows_at(ip, Instant::now())
    }

    /// The same, at a moment.
    #[must_use]
    pub fn allows_at(&self, ip: IpAddr, now: Instant) -> bool {
        let fresh = || Arc::new(Count { began: now, so_far: AtomicU32::new(0) });
        let before = self.by_address.get_with(network(ip), fresh).so_far.fetch_add(1, Ordering::Relaxed);
        if before >= self.most {
            metrics::counter!("ajet_http_failures_limited_total").increment(1);
        }
        before < self.most
    }
}

/// What counts as one address: one household or server has a whole /64 of IPv6.
#[must_use]
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) & !u128::from(u64::MAX)).into()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_own_count() {
        let failures = Failures::new(2);
        let at = |text: &str| failures.allows(text.parse().expect("an address"));
        assert!(at("192.0.2.1") && at("192.0.2.1") && !at("192.0.2.1"));
        let over = |text: &str| failures.is_over(text.parse().expect("an address"));
        assert!(over("192.0.2.1") && !over("192.0.2.2"));
        assert!(at("192.0.2.2"));
        assert!(at("2001:db8::1") && at("2001:db8::2") && !at("2001:db8::3"), "one /64");
        assert!(at("2001:db8:0:1::1"));
    }

    #[test]
    fn who_is_over_is_told_the_rest_of_the_minute() {
        let failures = Failures::new(2);
        let (ip, began) = ("192.0.2.1".parse().expect("an address"), Instant::now());
        let over_for = |seconds| failures.over_for(ip, began + Duration::from_secs(seconds));
        assert!(failures.allows_at(ip, began) && over_for(0).is_none());
        assert!(failures.allows_at(ip, began + Duration::from_secs(10)));
        let rest = [over_for(10), over_for(59), over_for(70)].map(|rest| rest.expect("is over").as_secs());
        assert_eq!(rest, [50, 1, 0], "since the first one");
    }
}
