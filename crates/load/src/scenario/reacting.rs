//! What a reaction costs, against a post in the same room: one after another, and from many at once.

use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, MessageId};
use futures::future::try_join_all;

use super::writing::message;
use super::{Figure, Size, names, people, spread};
use crate::lab::Lab;
use crate::report::Spread;

/// Members who write at once.
const SENDERS: usize = 32;
/// One reaction of each is set and taken away again: no message gets more different ones than it may have.
const EMOJI: &str = "👍";

/// Posts and reactions in turn, then many posts and many reactions at once.
///
/// # Errors
/// When a request fails.
pub async fn reactions(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 1).await?;
    let room = people.rooms[0].clone();
    let crowd = people.join(&lab.bases()[0], names("member", SENDERS), |_| vec![]).await?;
    let (posts, reactions) = in_turn(&people.owner, &room, size.of(500, 100)).await?;
    let mut figures = spread("reactions", "a post, one after another", &posts, (None, None)).to_vec();
    figures.extend(spread("reactions", "a reaction, one after another", &reactions, (None, None)));
    // A reaction costs no more than a post; runs differ by some hundredths.
    let ratio = reactions.ms(50.0) / posts.ms(50.0);
    figures.push(Figure::new("reactions", "a reaction / a post, p50", ratio, "times").goal(1.05));
    let lasts = size.seconds(10, 2);
    let posted = rate(&crowd, &room, lasts, Kind::Post).await?;
    let reacted = rate(&crowd, &room, lasts, Kind::Reaction).await?;
    figures.push(Figure::new("reactions", "posts of 32 at once", posted, "a second"));
    figures.push(Figure::new("reactions", "reactions of 32 at once", reacted, "a second").goal(posted));
    Ok(figures)
}

/// The times of posts, and of a reaction to each.
async fn in_turn(client: &Client, room: &Channel, times: usize) -> anyhow::Result<(Spread, Spread)> {
    let (mut posts, mut reactions) = (Spread::default(), Spread::default());
    for _ in 0..times {
        let began = Instant::now();
        let posted = client.post(room.id, &message()).await?;
        posts.add(u64::try_from(began.elapsed().as_micros())?);
        let began = Instant::now();
        client.react(posted.id, EMOJI).await?;
        reactions.add(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok((posts, reactions))
}

/// What is done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Post,
    /// Set and taken away in turn, of a message of one's own.
    Reaction,
}

/// How many a second, of all members together.
async fn rate(crowd: &[Client], room: &Channel, lasts: Duration, kind: Kind) -> anyhow::Result<f64> {
    let began = Instant::now();
    let writing = crowd.iter().map(|client| one_of_many(client, room, began + lasts, kind));
    let done: usize = try_join_all(writing).await?.into_iter().sum();
    Ok(done as f64 / began.elapsed().as_secs_f64())
}

/// One member's requests until then, and how many they were.
async fn one_of_many(client: &Client, room: &Channel, until: Instant, kind: Kind) -> anyhow::Result<usize> {
    let message: MessageId = client.post(room.id, &message()).await?.id;
    let mut done = 0;
    while Instant::now() < until {
        match kind {
            Kind::Post => drop(client.post(room.id, &super::writing::message()).await?),
            Kind::Reaction if done % 2 == 0 => client.react(message, EMOJI).await?,
            Kind::Reaction => client.unreact(message, EMOJI).await?,
        }
        done += 1;
    }
    Ok(done)
}
