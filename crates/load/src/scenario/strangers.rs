//! J1b: what people cost who are connected and in none of the rooms.

use std::sync::Arc;

use ajet_client::Client;
use ajet_protocol::Channel;
use tokio::task::JoinHandle;

use super::reading::Received;
use super::streams::{AT_ONCE, open_all};
use super::writing::{READERS, one_after_another, rate, readers};
use super::{Figure, Size, names, people, spread};
use crate::lab::Lab;
use crate::report::Spread;

/// Rooms with a sender each, as in S3.
const ROOMS: usize = 32;

/// S3 and S1 alone, and with so many other members connected, who are in none of their rooms.
pub async fn strangers(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let bases = lab.bases();
    let base = bases[0].as_str();
    // All members are in the room of arrivals, where nothing is said here.
    let people = people(lab, 1 + ROOMS).await?;
    let rooms = people.rooms[1..].to_vec();
    let one_each = |n: usize| vec![rooms[n].clone()];
    let senders = people.join(base, names("sender", ROOMS), one_each).await?;
    let sending: Vec<_> = senders.into_iter().zip(rooms.iter().cloned()).collect();
    let of_first = |_| vec![rooms[0].clone()];
    let listening = people.join(base, names("reader", READERS), of_first).await?;
    let others = people.join(base, names("stranger", size.of(1000, 100)), |_| vec![]).await?;
    let alone = both(lab, &sending, &listening, size).await?;
    let received = Arc::new(Received::default());
    let connected = open_all(lab, &others, &received, AT_ONCE).await?;
    tokio::time::sleep(size.seconds(2, 1)).await;
    let disturbed = both(lab, &sending, &listening, size).await?;
    connected.iter().for_each(JoinHandle::abort);
    let told = |who: String, (rate, last): &(f64, Spread)| {
        let s3 = Figure::new("j1b", format!("S3 {who}: accepted"), *rate, "a second");
        let s1 = spread("j1b", &format!("S1 {who}: until the last of 10 readers has it"), last, (None, None));
        [s3].into_iter().chain(s1)
    };
    let with = format!("with {} members connected", others.len());
    let mut figures: Vec<_> = told("alone".into(), &alone).chain(told(with, &disturbed)).collect();
    let ratio = |what: &str, ratio: f64, goal: f64| Figure::new("j1b", what, ratio, "times").goal(goal);
    figures.push(ratio("S3 alone / with them", alone.0 / disturbed.0, 1.05));
    let last = |percentile: f64| disturbed.1.ms(percentile) / alone.1.ms(percentile);
    figures.push(ratio("S1 last reader, p50, with them / alone", last(50.0), 1.1));
    figures.push(ratio("S1 last reader, p99, with them / alone", last(99.0), 1.1));
    Ok(figures)
}

/// S3's messages a second, and S1's times until the last reader has a message.
async fn both(
    lab: &Lab,
    sending: &[(Client, Channel)],
    listening: &[Client],
    size: Size,
) -> anyhow::Result<(f64, Spread)> {
    let (accepted, _) = rate(sending, 1, size.seconds(15, 3)).await?;
    let received = Arc::new(Received::default());
    let reading = readers(lab, listening, &received).await?;
    let (sender, room) = &sending[0];
    let (_, last) = one_after_another(sender, room, &received, size.of(500, 100)).await?;
    reading.iter().for_each(JoinHandle::abort);
    Ok((accepted, last))
}
