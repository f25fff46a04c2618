//! How even the load is and how much moves, at sizes too large for one machine: figures for `docs/scaling.md`.
//!
//! `cargo test --workspace --release --test placement -- --ignored --nocapture` takes 10 million channels on 1,000 nodes.

use ajet_cluster::{EntityKey, Kind, NodeId, Roster};
use uuid::Uuid;

/// Ids as the server makes them: rising with time, with some entropy at their end.
fn channel(n: u64) -> EntityKey {
    let entropy = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 18;
    EntityKey { kind: Kind::Channel, id: u128::from(n / 50) << 80 | 0x7000_8000 << 48 | u128::from(entropy) }
}

fn node(n: u64) -> NodeId {
    let id = u128::from(n.wrapping_mul(0xd134_2543_de82_ef95)) << 64
        | u128::from(n.wrapping_mul(0xa076_1d64_78bd_642f));
    NodeId(Uuid::from_u128(id))
}

struct Figures {
    /// Channels of the busiest and the idlest node, against the mean.
    most: f64,
    least: f64,
    /// Channels that move when one node joins, and when one leaves, against those of one node.
    joins: f64,
    leaves: f64,
}

fn measure(nodes: u64, channels: u64) -> Figures {
    let all: Vec<_> = (0..nodes).map(node).collect();
    let roster = Roster::new(all.iter().copied());
    let (newcomer, leaver) = (node(nodes), all[0]);
    let grown = Roster::new(all.iter().copied().chain([newcomer]));
    let halves: Vec<_> = [0, 1]
        .map(|half| {
            let (roster, grown) = (roster.clone(), grown.clone());
            std::thread::spawn(move || {
                let (mut owned, mut joined, mut left) =
                    (std::collections::HashMap::<NodeId, u64>::new(), 0, 0);
                for n in (half..channels).step_by(2) {
                    let owner = roster.owner(channel(n), |_| true).expect("somebody");
                    *owned.entry(owner).or_default() += 1;
                    left += u64::from(owner == leaver);
                    // Every sixteenth tells enough of who a newcomer takes over from.
                    if n / 2 % 16 == 0 {
                        let after = grown.owner(channel(n), |_| true).expect("somebody");
                        assert!(after == owner || after == newcomer, "only to the newcomer");
                        joined += u64::from(after == newcomer);
                    }
                }
                (owned, joined * 16, left)
            })
        })
        .into_iter()
        .map(|half| half.join().expect("counts"))
        .collect();
    let mean = channels as f64 / nodes as f64;
    let owned = |one: NodeId| halves.iter().filter_map(|half| half.0.get(&one)).sum::<u64>() as f64;
    let shares: Vec<_> = all.iter().map(|one| owned(*one) / mean).collect();
    Figures {
        most: shares.iter().copied().fold(0.0, f64::max),
        least: shares.iter().copied().fold(f64::MAX, f64::min),
        joins: halves.iter().map(|half| half.1).sum::<u64>() as f64 / mean,
        leaves: halves.iter().map(|half| half.2).sum::<u64>() as f64 / mean,
    }
}

#[test]
fn a_node_that_joins_or_leaves_moves_its_share_and_nothing_else() {
    let figures = measure(50, 100_000);
    assert!(figures.most < 1.15 && figures.least > 0.85, "{} to {}", figures.least, figures.most);
    assert!((0.7..1.3).contains(&figures.joins), "{}", figures.joins);
    assert!((0.7..1.3).contains(&figures.leaves), "{}", figures.leaves);
}

#[test]
#[ignore = "takes a minute: figures for the documentation"]
fn a_thousand_nodes_and_ten_million_channels() {
    let Figures { most, least, joins, leaves } = measure(1000, 10_000_000);
    println!(
        "busiest {most:.3}, idlest {least:.3} of the mean; a join moves {joins:.3}, a leave {leaves:.3} of one share"
    );
}
