//! Counts what an address starts without being signed in, and what waits then for somebody: of such things the database holds so many, and no one
//! address may be able to start them all. A network of IPv6 that one customer has counts as one: a /64, and the /48 that it is part of.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use ajet_protocol::{Code, limits};

use super::error::ApiError;
use super::failures::{Failures, WINDOW};
use crate::config::Limits;

/// As long as what was started waits, at a provider or for a person.
const WAITING: Duration = Duration::from_secs(limits::DEVICE_SIGN_IN_SECONDS);

/// What of IPv6 counts as one address.
#[derive(Debug, Clone, Copy)]
enum Network {
    /// A /64.
    One,
    /// A /48.
    Block,
}

impl Network {
    /// By which address it is counted.
    fn of(self, ip: IpAddr) -> IpAddr {
        match self {
            Self::One => ip,
            Self::Block => block(ip),
        }
    }
}

/// So many of a network within a time.
#[derive(Debug, Clone)]
struct Limit {
    network: Network,
    most: u32,
    started: Failures,
}

impl Limit {
    fn new(network: Network, most: u32, window: Duration) -> Self {
        Self { network, most, started: Failures::within(most, window) }
    }

    fn allows(&self, ip: IpAddr, now: Instant) -> bool {
        self.started.allows_at(self.network.of(ip), now)
    }

    fn full_for(&self, ip: IpAddr, now: Instant) -> Option<Duration> {
        self.started.over_for(self.network.of(ip), now)
    }
}

/// What was started lately, by each network.
#[derive(Debug, Clone)]
pub struct Starts(Vec<Limit>);

impl Starts {
    /// Sign-ins of devices.
    #[must_use]
    pub fn of_devices(limits: &Limits) -> Self {
        let of_network = limits.device_starts_per_ten_minutes;
        Self(vec![
            Limit::new(Network::One, limits.device_starts_per_minute, WINDOW),
            Limit::new(Network::One, of_network, WAITING),
            Limit::new(Network::Block, of_network.saturating_mul(limits::DEVICE_STARTS_OF_BLOCK), WAITING),
        ])
    }

    /// Sign-ins at providers.
    #[must_use]
    pub fn at_providers() -> Self {
        Self(vec![
            Limit::new(Network::One, limits::SIGN_INS_OF_NETWORK, WAITING),
            Limit::new(Network::Block, limits::SIGN_INS_OF_BLOCK, WAITING),
        ])
    }

    /// Counts one; the refusal where it is one too many. An address that is not known is not counted.
    ///
    /// # Errors
    /// 429
    pub fn count(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        self.count_at(address, Instant::now())
    }

    fn count_at(&self, address: Option<IpAddr>, now: Instant) -> Result<(), ApiError> {
        let Some(ip) = address else { return Ok(()) };
        // What is too much for a network does not count for its block.
        let Some(refusing) = self.0.iter().find(|limit| !limit.allows(ip, now)) else { return Ok(()) };
        // Others may be full for longer, and would refuse then.
        let full = self.0.iter().filter_map(|limit| Some((limit.full_for(ip, now)?, limit.most)));
        let (rest, most) = full.max().unwrap_or((Duration::ZERO, refusing.most));
        let text = "Too many sign-ins were started from your network; try again later.";
        Err(ApiError::new(Code::RateLimited, text).limited(most, rest))
    }
}

/// The /48 of an address.
fn block(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) & (u128::MAX << 80)).into()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_and_its_block_start_so_much() {
        let starts = Starts(vec![
            Limit::new(Network::One, 2, WAITING),
            Limit::new(Network::Block, 3, Duration::from_secs(7)),
        ]);
        let at = |text: &str| {
            let counted = starts.count(Some(text.parse().expect("an address")));
            counted.map_err(|refused| (refused.limit, refused.retry_after.as_secs())).err()
        };
        assert_eq!([at("2001:db8::1"), at("2001:db8::2")], [None, None]);
        for _ in 0..5 {
            assert_eq!(at("2001:db8::3"), Some((Some(2), 600)), "one /64");
        }
        assert_eq!(at("2001:db8:0:1::1"), None, "what was refused does not count for the block");
        assert_eq!(at("2001:db8:0:2::1"), Some((Some(3), 7)), "one /48");
        assert_eq!(at("2001:db8:1::1"), None, "another one");
        assert_eq!([at("192.0.2.1"), at("192.0.2.2")], [None, None]);
        assert!(starts.count(None).is_ok());
    }

    #[test]
    fn a_refusal_says_when_the_next_one_is_allowed() {
        let (ip, began) = ("192.0.2.1".parse().ok(), Instant::now());
        let third = |of_minute, of_ten, seconds| {
            let starts = Starts(vec![
                Limit::new(Network::One, of_minute, WINDOW),
                Limit::new(Network::Block, of_ten, WAITING),
            ]);
            let at = |seconds| starts.count_at(ip, began + Duration::from_secs(seconds));
            assert!(at(0).is_ok() && at(5).is_ok());
            let refused = at(seconds).expect_err("one too many");
            (refused.limit, refused.retry_after.as_secs())
        };
        assert_eq!(third(2, 9, 15), (Some(2), 45), "the rest of the minute");
        assert_eq!(third(9, 2, 110), (Some(2), 490), "the rest of ten minutes");
        assert_eq!(third(2, 2, 15), (Some(2), 585), "the longer one where both are full");
    }
}
