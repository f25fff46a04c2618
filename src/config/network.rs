//! Addresses and networks that a configuration names.

use std::net::IpAddr;

/// A network, or one address as the smallest of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    /// How many bits of the address are the network's.
    bits: u32,
}

impl Network {
    /// Reads `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.trim().split_once('/') {
            Some((base, bits)) => (base.parse::<IpAddr>().ok()?, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim().parse::<IpAddr>().ok()?, None),
        };
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { base, bits })
    }

    /// Whether an address lies in it; an IPv4 address that is written as IPv6 counts as what it is.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.base, ip.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                same_prefix(u128::from(u32::from(base)) << 96, u128::from(u32::from(ip)) << 96, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => same_prefix(base.into(), ip.into(), self.bits),
            _ => false,
        }
    }
}

fn same_prefix(one: u128, other: u128, bits: u32) -> bool {
    bits == 0 || (one ^ other) >> (128 - bits) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_own_addresses_only() {
        let holds = |network: &str, ip: &str| {
            Network::parse(network).expect("a network").contains(ip.parse().expect("an address"))
        };
        assert!(holds("10.0.0.0/8", "10.255.1.2") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1") && !holds("::/0", "10.1.1.1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && holds("0.0.0.0/0", "1.2.3.4"));
        assert_eq!(Network::parse("10.0.0.0/33").or(Network::parse("nonsense")).or(Network::parse("")), None);
    }
}
