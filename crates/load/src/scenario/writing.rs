//! S1, S2, S3 and S10: how fast is what people write acknowledged.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::ops::EntityReport;
use ajet_protocol::{Channel, PostMessage};
use futures::future::{join_all, try_join_all};
use tokio::task::JoinHandle;

use super::reading::{Received, open, stamped};
use super::{Figure, Size, limits, names, people, spread};
use crate::lab::Lab;
use crate::report::Spread;

const DELIVERY_TIMEOUT: Duration = Duration::from_secs(20);

/// A message that carries the time of its sending.
pub fn message() -> PostMessage {
    PostMessage { body_md: stamped().into(), ..PostMessage::default() }
}

async fn post(client: &Client, room: &Channel) -> anyhow::Result<Duration> {
    let began = Instant::now();
    client.post(room.id, &message()).await?;
    Ok(began.elapsed())
}

/// Opens a stream for each client, spread over the nodes.
///
/// # Errors
/// When one can't be opened.
pub async fn readers(
    lab: &Lab,
    clients: &[Client],
    received: &Arc<Received>,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let opening = clients.iter().enumerate().map(|(n, client)| {
        let addr = lab.nodes[n % lab.nodes.len()].addr;
        open(addr, client.token().unwrap_or_default(), Arc::clone(received))
    });
    try_join_all(opening).await
}

/// S1: one sender, message after message, ten readers.
pub async fn one_sender(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let bare = limits::bare_commits(&lab.stack).await?;
    let people = people(lab, 1).await?;
    let listening = people.join(&lab.bases()[0], names("reader", READERS), |_| vec![]).await?;
    let received = Arc::new(Received::default());
    readers(lab, &listening, &received).await?;
    let (acknowledged, last) =
        one_after_another(&people.owner, &people.rooms[0], &received, size.of(500, 100)).await?;
    let mut figures = spread("s1", "bare one-row commit", &bare, (None, None)).to_vec();
    figures.extend(spread("s1", "one sender: acknowledged", &acknowledged, (Some(0.4), Some(0.9))));
    figures.extend(spread(
        "s1",
        "one sender: until the last of 10 readers has it",
        &last,
        (Some(0.55), None),
    ));
    Ok(figures)
}

/// Readers of S1.
pub const READERS: usize = 10;
/// Messages of S1 that are not measured.
const WARM: usize = 50;

/// Message after message into a room with [`READERS`] readers: until each was acknowledged, and until the last reader had it.
///
/// # Errors
/// When a post fails, or one does not reach all readers.
pub async fn one_after_another(
    sender: &Client,
    room: &Channel,
    received: &Received,
    messages: usize,
) -> anyhow::Result<(Spread, Spread)> {
    let before = received.messages.load(Ordering::Relaxed);
    let had_by_all = |messages: usize| before + (messages * READERS) as u64;
    for _ in 0..WARM {
        post(sender, room).await?;
    }
    received.reached(had_by_all(WARM), DELIVERY_TIMEOUT).await?;
    *received.delays.lock() = Spread::default();
    let (mut acknowledged, mut last) = (Spread::default(), Spread::default());
    for n in 1..=messages {
        let began = Instant::now();
        acknowledged.add(u64::try_from(post(sender, room).await?.as_micros())?);
        while received.messages.load(Ordering::Relaxed) < had_by_all(WARM + n) {
            anyhow::ensure!(began.elapsed() < DELIVERY_TIMEOUT, "a message did not reach all of its readers");
            tokio::task::yield_now().await;
        }
        last.add(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok((acknowledged, last))
}

/// So many posts a second from these, each with so many requests in flight, for a while.
///
/// # Errors
/// When a post fails.
pub async fn rate(
    senders: &[(Client, Channel)],
    in_flight: usize,
    lasts: Duration,
) -> anyhow::Result<(f64, Spread)> {
    let began = Instant::now();
    let sending = senders.iter().flat_map(|sender| std::iter::repeat_n(sender.clone(), in_flight));
    let tasks = sending.map(|(client, room)| {
        tokio::spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < lasts {
                times.push(post(&client, &room).await?);
            }
            anyhow::Ok(times)
        })
    });
    let mut all = Spread::default();
    for task in join_all(tasks.collect::<Vec<_>>()).await {
        for time in task?? {
            all.add(u64::try_from(time.as_micros())?);
        }
    }
    Ok((all.count() as f64 / began.elapsed().as_secs_f64(), all))
}

/// S2 and S2c: one room, many senders and as many streams and more.
pub async fn one_room(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let batched = limits::batched_rows(&lab.stack, 64).await?;
    let mut figures = vec![Figure::new("s2", "bare rows, 64 a commit", batched, "a second")];
    let people = people(lab, 1).await?;
    let crowd = people.join(&lab.bases()[0], names("member", 42), |_| vec![]).await?;
    let room = &people.rooms[0];
    for (what, streams, senders, in_flight, goal) in [
        ("10 streams, 8 senders with 4 in flight", 10, 8, 4, 15_000.0),
        ("42 streams, 32 senders", 42, 32, 1, 5_000.0),
    ] {
        let received = Arc::new(Received::default());
        let opening = crowd[..streams]
            .iter()
            .map(|client| open(lab.nodes[0].addr, client.token().unwrap_or_default(), Arc::clone(&received)));
        let reading = try_join_all(opening).await?;
        let sending: Vec<_> = crowd[..senders].iter().map(|client| (client.clone(), room.clone())).collect();
        let (rate, times) = rate(&sending, in_flight, size.seconds(15, 3)).await?;
        received.reached(times.count() * streams as u64, DELIVERY_TIMEOUT).await?;
        let arrived = received.delays.lock().clone();
        reading.iter().for_each(JoinHandle::abort);
        figures.push(Figure::new("s2", format!("one room, {what}: accepted"), rate, "a second").goal(goal));
        figures.extend(spread("s2", "  acknowledged", &times, (None, None)));
        figures.extend(spread("s2", "  received", &arrived, (None, None)));
    }
    Ok(figures)
}

/// S3: many rooms with a sender each.
pub async fn many_rooms(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let rate = rooms_rate(lab, size).await?;
    Ok(vec![Figure::new("s3", "32 rooms, a sender each: accepted", rate, "a second").goal(15_000.0)])
}

/// Posts a second into 32 rooms, the senders spread over the nodes.
pub async fn rooms_rate(lab: &Lab, size: Size) -> anyhow::Result<f64> {
    let people = people(lab, 32).await?;
    let rooms = people.rooms.clone();
    let one_each = |n: usize| vec![rooms[n].clone()];
    let senders = people.join(&lab.bases()[0], names("sender", 32), one_each).await?;
    let bases = lab.bases();
    let sending = senders
        .iter()
        .enumerate()
        .map(|(n, client)| (client.at(&bases[n % bases.len()]), people.rooms[n].clone()));
    Ok(rate(&sending.collect::<Vec<_>>(), 1, size.seconds(15, 3)).await?.0)
}

/// S10: what a command to an owner on another node costs more.
pub async fn remote_cost(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let owner = ajet_client::Client::new(&lab.bases()[0])?.sign_in("owner").await?.0;
    let community = owner.communities().await?.items.remove(0);
    let ops = lab.ops(0)?;
    let report: ajet_protocol::ops::ClusterReport = ops.get("/ops/cluster").await?;
    let (mut here, mut there) = (Spread::default(), Spread::default());
    for room in owner.channels(community.id).await?.items.into_iter().take(size.of(24, 12)) {
        let found: EntityReport = ops.get(&format!("/ops/entities/channel/{}", room.id)).await?;
        owner.join(room.id).await?;
        let times = if found.owner == report.asked { &mut here } else { &mut there };
        for n in 0..size.of(200, 40) {
            let took = post(&owner, &room).await?;
            if n > 10 {
                times.add(u64::try_from(took.as_micros())?);
            }
        }
    }
    let more = there.ms(50.0) - here.ms(50.0);
    Ok(vec![
        Figure::new("s10", "one sender, owner on the same node, p50", here.ms(50.0), "ms"),
        Figure::new("s10", "one sender, owner on another node, p50", there.ms(50.0), "ms"),
        Figure::new("s10", "a remote owner costs more, p50", more, "ms").goal(1.0),
    ])
}
