//! How many connections a node has, in all and from one address. Those of trusted proxies carry many clients, and those of this machine are
//! a proxy's or a developer's: they count in all alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;
use super::failures::network;
use super::refusal;
use crate::config::Network;

/// Refusals that are told at once; further connections are closed without a word.
const REFUSALS: usize = 256;

/// The places that a node has; clones share them.
#[derive(Debug, Clone)]
pub struct Places {
    all: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    of_address: usize,
    proxies: Arc<[Network]>,
    /// Only addresses that have a connection stand here.
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's place; free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _one: OwnedSemaphorePermit,
    _counted: Option<Counted>,
}

/// One of an address's connections.
#[derive(Debug)]
struct Counted {
    of: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection that finds no place.
#[derive(Debug)]
pub struct Refused {
    /// What it is told.
    pub error: ApiError,
    /// Held while it is told; `None` where too many are told so already.
    pub telling: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// So many in all, and so many of one address.
    #[must_use]
    pub fn new(all: usize, of_address: usize, proxies: Vec<Network>) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all.min(Semaphore::MAX_PERMITS))),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            of_address,
            proxies: proxies.into(),
            taken: Arc::default(),
        }
    }

    /// A place for a connection of this address.
    ///
    /// # Errors
    /// What the connection is told before it is closed.
    pub fn take(&self, ip: IpAddr) -> Result<Place, Refused> {
        let Ok(one) = Arc::clone(&self.all).try_acquire_owned() else {
            metrics::counter!("ajet_connections_refused_total").increment(1);
            return Err(self.refused(refusal::too_many()));
        };
        if ip.to_canonical().is_loopback() || self.proxies.iter().any(|proxy| proxy.contains(ip)) {
            return Ok(Place { _one: one, _counted: None });
        }
        let Some(counted) = self.count(network(ip)) else {
            metrics::counter!("ajet_connections_limited_total").increment(1);
            return Err(self.refused(refusal::too_many_of_address(self.of_address)));
        };
        Ok(Place { _one: one, _counted: Some(counted) })
    }

    fn count(&self, of: IpAddr) -> Option<Counted> {
        let mut taken = self.taken.lock();
        let count = taken.entry(of).or_default();
        if *count >= self.of_address {
            return None;
        }
        *count += 1;
        Some(Counted { of, taken: Arc::clone(&self.taken) })
    }

    fn refused(&self, error: ApiError) -> Refused {
        Refused { error, telling: Arc::clone(&self.refusals).try_acquire_owned().ok() }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        let Some(count) = taken.get_mut(&self.of) else { return };
        *count -= 1;
        if *count == 0 {
            taken.remove(&self.of);
        }
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Code;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_so_many_connections_and_leaves_places_to_others() {
        let places = Places::new(100, 2, vec![Network::parse("10.0.0.0/8").expect("a network")]);
        let mut held =
            vec![places.take(ip("192.0.2.1")).expect("one"), places.take(ip("192.0.2.1")).expect("two")];
        let refused = places.take(ip("::ffff:192.0.2.1")).expect_err("three");
        assert_eq!((refused.error.code, refused.error.limit), (Code::RateLimited, Some(2)));
        held.push(places.take(ip("192.0.2.2")).expect("another address"));
        held.push(places.take(ip("2001:db8::1")).expect("one"));
        held.push(places.take(ip("2001:db8::2")).expect("two"));
        assert!(places.take(ip("2001:db8::3")).is_err(), "one network");
        for proxy in ["10.1.1.1", "127.0.0.1", "::1"] {
            for _ in 0..5 {
                held.push(places.take(ip(proxy)).expect("carries many"));
            }
        }
        drop(held);
        assert!(places.taken.lock().is_empty(), "nothing is remembered of who is gone");
        assert!(places.take(ip("192.0.2.1")).is_ok());
    }

    #[test]
    fn beyond_all_places_a_bounded_number_is_told_so() {
        let places = Places::new(1, 1, Vec::new());
        let held = places.take(ip("127.0.0.1")).expect("the only one");
        let refused: Vec<Refused> =
            (0..REFUSALS + 5).map(|_| places.take(ip("192.0.2.1")).expect_err("none is left")).collect();
        assert!(refused.iter().all(|one| one.error.code == Code::Overloaded));
        assert_eq!(refused.iter().filter(|one| one.telling.is_some()).count(), REFUSALS);
        assert!(places.taken.lock().is_empty());
        drop(held);
        places.take(ip("192.0.2.1")).expect("its place is free");
    }
}
