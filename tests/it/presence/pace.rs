//! Presence at a pace that tests can wait for, and on two nodes.

use ajet_chatd::config::{Config, Presence};

use crate::support::World;
use crate::support::cluster::Cluster;

/// A diff a second, and somebody is offline two seconds after their last word.
pub fn fast(config: &mut Config) {
    config.presence = Presence { away_s: 2, diff_s: 1, ..config.presence };
}

/// Typing ends a second after it was said.
pub fn short(config: &mut Config) {
    config.presence.typing_s = 1;
}

/// Typing that does not end by itself while a test waits.
pub fn long(config: &mut Config) {
    config.presence.typing_s = 600;
}

/// Two nodes whose configuration differs.
pub async fn two(change: impl FnOnce(&mut Config)) -> Cluster {
    let mut cluster = Cluster { world: World::with(change).await, others: Vec::new() };
    cluster.join().await;
    cluster
}
