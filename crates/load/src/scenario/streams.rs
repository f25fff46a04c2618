//! S4, S5 and S7: many readers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ajet_client::Client;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::task::JoinHandle;

use super::reading::{Received, connect, open};
use super::server::{cpu_seconds, resident_kib};
use super::writing::message;
use super::{Figure, Size, names, people, spread};
use crate::lab::Lab;
use crate::people::People;
use crate::report::Spread;

const DELIVERY_TIMEOUT: Duration = Duration::from_secs(60);
/// Streams opened at once where that is not what is measured.
pub const AT_ONCE: usize = 64;

/// Opens a stream for each client at the first node.
///
/// # Errors
/// When one can't be opened.
pub async fn open_all(
    lab: &Lab,
    clients: &[Client],
    received: &Arc<Received>,
    at_once: usize,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let addr = lab.nodes[0].addr;
    let opening = clients.iter().map(|client| {
        let (token, received) = (client.token().unwrap_or_default().to_owned(), Arc::clone(received));
        async move { open(addr, &token, received).await }
    });
    stream::iter(opening).buffer_unordered(at_once).try_collect().await
}

/// Where each client stands now, as the first frame of a stream says it.
///
/// # Errors
/// When a stream can't be opened, or has no cursor.
pub async fn cursors(lab: &Lab, clients: &[Client]) -> anyhow::Result<Vec<String>> {
    let addr = lab.nodes[0].addr;
    let asking = clients.iter().map(|client| async move {
        let opened = connect(addr, client.token().unwrap_or_default(), None).await?;
        anyhow::ensure!(!opened.cursor.is_empty(), "the first frame has no cursor");
        anyhow::Ok(opened.cursor)
    });
    stream::iter(asking).buffered(AT_ONCE).try_collect().await
}

/// S4: a thousand readers of one room, ten messages a second, sent when they are due whatever came of those before.
pub async fn many_readers(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (readers, seconds) = (size.of(1000, 100), size.of(20, 3));
    let people = people(lab, 1).await?;
    let crowd = people.join(&lab.bases()[0], names("reader", readers), |_| vec![]).await?;
    let received = Arc::new(Received::default());
    let reading = open_all(lab, &crowd, &received, AT_ONCE).await?;
    let warm = 10;
    for _ in 0..warm {
        people.owner.post(people.rooms[0].id, &message()).await?;
    }
    received.reached((warm * readers) as u64, DELIVERY_TIMEOUT).await?;
    *received.delays.lock() = Spread::default();
    let before = (received.messages.load(Ordering::Relaxed), cpu_seconds(lab));
    let mut due = tokio::time::interval(Duration::from_millis(100));
    let mut posting = tokio::task::JoinSet::new();
    for _ in 0..seconds * 10 {
        due.tick().await;
        let (owner, room, request) = (people.owner.clone(), people.rooms[0].id, message());
        posting.spawn(async move { owner.post(room, &request).await.map(drop) });
    }
    while let Some(posted) = posting.join_next().await {
        posted??;
    }
    let deliveries = (seconds * 10 * readers) as u64;
    received.reached(before.0 + deliveries, DELIVERY_TIMEOUT).await?;
    let cpu = (cpu_seconds(lab) - before.1) * 1e6 / deliveries as f64;
    reading.iter().for_each(JoinHandle::abort);
    let delays = received.delays.lock().clone();
    let what = format!("{readers} readers, 10 messages a second: received");
    let mut figures = spread("s4", &what, &delays, (Some(5.0), Some(15.0))).to_vec();
    figures.push(Figure::new("s4", "server's processor time a delivery", cpu, "us").goal(10.0));
    Ok(figures)
}

/// S5: what a connection costs that does nothing.
pub async fn idle_connections(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 1).await?;
    let mut figures = Vec::new();
    let crowd = people.join(&lab.bases()[0], names("idle", size.of(5000, 300)), |_| vec![]).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let base = resident_kib(lab);
    let received = Arc::new(Received::default());
    let mut reading = Vec::new();
    for count in [size.of(1000, 100), size.of(5000, 300)] {
        reading.extend(open_all(lab, &crowd[reading.len()..count], &received, AT_ONCE).await?);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let each = (resident_kib(lab) - base) / count as f64;
        figures.push(
            Figure::new("s5", format!("resident memory an idle connection, of {count}"), each, "KiB")
                .goal(10.0),
        );
    }
    reading.iter().for_each(JoinHandle::abort);
    Ok(figures)
}

/// S7: everybody drops and comes back at once; a thousand, and ten thousand.
pub async fn herd(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 1).await?;
    let herds = [(size.of(1000, 100), 0.5), (size.of(10_000, 200), 5.0)];
    let largest = herds[1].0;
    let crowd = people.join(&lab.bases()[0], names("reader", largest), |_| vec![]).await?;
    let mut figures = Vec::new();
    for (readers, goal) in herds {
        let took = drop_and_return(lab, &people, &crowd[..readers]).await?;
        let what = format!("{readers} clients come back at once: all receive again");
        figures.push(Figure::new("s7", what, took, "s").goal(goal));
    }
    Ok(figures)
}

async fn drop_and_return(lab: &Lab, people: &People, crowd: &[Client]) -> anyhow::Result<f64> {
    let received = Arc::new(Received::default());
    let reading = open_all(lab, crowd, &received, AT_ONCE).await?;
    people.owner.post(people.rooms[0].id, &message()).await?;
    received.reached(crowd.len() as u64, DELIVERY_TIMEOUT).await?;
    reading.iter().for_each(JoinHandle::abort);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    let again = Arc::new(Received::default());
    let reading = open_all(lab, crowd, &again, crowd.len()).await?;
    people.owner.post(people.rooms[0].id, &message()).await?;
    again.reached(crowd.len() as u64, DELIVERY_TIMEOUT).await?;
    let took = began.elapsed().as_secs_f64();
    reading.iter().for_each(JoinHandle::abort);
    Ok(took)
}
