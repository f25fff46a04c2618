//! J3: many clients come back at once after very much was said, of which each may see little.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, PostMessage};
use futures::{StreamExt, TryStreamExt, stream};
use rustix::process::Signal;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::log::fill_log;
use super::reading::{connect, find, now_us, scan, stamped};
use super::steady::{Answers, steady};
use super::streams::{AT_ONCE, cursors};
use super::{Figure, Size, names, people};
use crate::lab::Lab;

/// Clients in each of the channels that they see, and messages there that each of them missed.
const TOGETHER: usize = 50;
const VISIBLE: usize = 40;
/// Channels in which all else is said.
const FOREIGN: usize = 20;
/// Writers in rooms of their own, and their posts a second between them.
const WRITERS: usize = 8;
const POSTS: u32 = 100;
/// Clients who are not all back by then are counted, and not waited for.
const BACK_WITHIN: Duration = Duration::from_secs(120);
/// A client that was turned away tries again after this time.
const AGAIN: Duration = Duration::from_millis(200);
const OPENS_WITHIN: Duration = Duration::from_secs(20);

/// What the clients who came back have seen between them.
#[derive(Default)]
struct Back {
    /// Messages sent from this time on tell that a client is live.
    fresh_from_us: AtomicU64,
    live: AtomicU64,
    missed: AtomicU64,
    refetch: AtomicU64,
    /// When the last one so far was live.
    last: parking_lot::Mutex<Option<Instant>>,
}

/// The rooms of the scenario, by what they are for.
struct Rooms<'a> {
    homes: &'a [Channel],
    foreign: &'a [Channel],
    writers: &'a [Channel],
}

/// J3: clients with cursors taken before all that was said come back at once, while others write.
pub async fn returning(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (clients, missed) = (size.of(size.returning, 200), size.of(size.missed, 20_000));
    let homes = clients.div_ceil(TOGETHER);
    let bases = lab.bases();
    let people = people(lab, 1 + homes + FOREIGN + WRITERS).await?;
    let (home, rest) = people.rooms[1..].split_at(homes);
    let (foreign, writers) = rest.split_at(FOREIGN);
    let rooms = Rooms { homes: home, foreign, writers };
    let home_of = |n: usize| vec![rooms.homes[n / TOGETHER].clone()];
    let crowd = people.join(&bases[0], names("client", clients), home_of).await?;
    let own_room = |n: usize| vec![rooms.writers[n].clone()];
    let senders = people.join(&bases[0], names("writer", WRITERS), own_room).await?;
    let cursors = cursors(lab, &crowd).await?;
    say(&people.owner, rooms.homes, VISIBLE / 2).await?;
    // The log is filled behind the back of a server that is not there: none of it is in its memory, or on its way.
    tokio::time::sleep(Duration::from_secs(1)).await;
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    let began = Instant::now();
    fill_log(lab, rooms.foreign, missed).await?;
    let filling = began.elapsed().as_secs_f64();
    lab.restart(0).await?;
    say(&people.owner, rooms.homes, VISIBLE - VISIBLE / 2).await?;
    tokio::time::sleep(size.seconds(5, 1)).await;
    let undisturbed = write_for(&senders, &rooms, size.seconds(10, 2)).await?;
    let (back, took, disturbed) =
        come_back(lab, &people.owner, (senders.as_slice(), &rooms), (crowd.as_slice(), cursors.as_slice()))
            .await?;
    let figure = |what: String, value: f64, unit: &'static str| Figure::new("j3", what, value, unit);
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
    let what = format!("{clients} clients come back after {missed} events");
    Ok(vec![
        figure("filling the log".into(), filling, "s"),
        figure(format!("{what}: all are live"), took, "s").goal(3.0),
        figure("  live in the end".into(), count(&back.live), ""),
        figure("  of them told to refetch".into(), count(&back.refetch), ""),
        figure(
            format!("  missed messages that each was sent, of {VISIBLE}"),
            count(&back.missed) / clients as f64,
            "",
        ),
        figure("writers alone, p99".into(), undisturbed.times.ms(99.0), "ms"),
        figure("writers meanwhile, p99".into(), disturbed.times.ms(99.0), "ms"),
        figure("  meanwhile / alone".into(), disturbed.times.ms(99.0) / undisturbed.times.ms(99.0), "times")
            .goal(2.0),
        figure("posts that failed".into(), (undisturbed.failed + disturbed.failed) as f64, ""),
    ])
}

/// So many messages in each of these rooms.
async fn say(owner: &Client, rooms: &[Channel], messages: usize) -> anyhow::Result<()> {
    let posting = (0..messages * rooms.len()).map(|n| {
        let (owner, room) = (owner.clone(), rooms[n % rooms.len()].id);
        async move { owner.post(room, &keyed()).await.map(drop) }
    });
    Ok(stream::iter(posting).buffer_unordered(AT_ONCE).try_collect::<()>().await?)
}

/// A message that can be posted again: the server was away meanwhile, and a connection may have gone stale.
fn keyed() -> PostMessage {
    PostMessage {
        body_md: stamped().into(),
        client_mutation_id: Some(Uuid::new_v4().to_string()),
        ..PostMessage::default()
    }
}

/// The writers at work until told to stop.
async fn write(senders: &[Client], rooms: &[Channel], over: CancellationToken) -> anyhow::Result<Answers> {
    steady(POSTS, over, |n| {
        let (sender, room) = (senders[n % WRITERS].clone(), rooms[n % WRITERS].id);
        async move { sender.post(room, &keyed()).await.is_ok() }
    })
    .await
}

async fn write_for(senders: &[Client], rooms: &Rooms<'_>, lasts: Duration) -> anyhow::Result<Answers> {
    let over = CancellationToken::new();
    let timer = async {
        tokio::time::sleep(lasts).await;
        over.cancel();
    };
    let (answers, ()) = tokio::join!(write(senders, rooms.writers, over.clone()), timer);
    answers
}

/// All come back; then something is said in each of their rooms, and who has that is live. Gives what they saw, how long it took until
/// the last was live, and what became of the writers meanwhile.
async fn come_back(
    lab: &Lab,
    owner: &Client,
    (senders, rooms): (&[Client], &Rooms<'_>),
    (crowd, cursors): (&[Client], &[String]),
) -> anyhow::Result<(Arc<Back>, f64, Answers)> {
    let back = Arc::new(Back { fresh_from_us: AtomicU64::new(u64::MAX), ..Back::default() });
    let over = CancellationToken::new();
    let began = Instant::now();
    let returning = async {
        let reading = open_again(lab, crowd, cursors, &back).await;
        back.fresh_from_us.store(now_us(), Ordering::Relaxed);
        let said = say(owner, rooms.homes, 1).await;
        while back.live.load(Ordering::Relaxed) < crowd.len() as u64 && began.elapsed() < BACK_WITHIN {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        over.cancel();
        reading.iter().for_each(JoinHandle::abort);
        said
    };
    let (said, answers) = tokio::join!(returning, write(senders, rooms.writers, over.clone()));
    said?;
    let last = *back.last.lock();
    let took = last.map_or(BACK_WITHIN, |last| last.duration_since(began)).as_secs_f64();
    Ok((back, took, answers?))
}

/// Opens all streams at once, each from its cursor on, again and again where a client is turned away.
async fn open_again(
    lab: &Lab,
    crowd: &[Client],
    cursors: &[String],
    back: &Arc<Back>,
) -> Vec<JoinHandle<()>> {
    let addr = lab.nodes[0].addr;
    let until = Instant::now() + BACK_WITHIN / 2;
    let opening = crowd.iter().zip(cursors).map(|(client, cursor)| async move {
        while Instant::now() < until {
            let asking = connect(addr, client.token().unwrap_or_default(), Some(cursor.as_str()));
            if let Ok(Ok(opened)) = tokio::time::timeout(OPENS_WITHIN, asking).await {
                return Some(opened.read(watch(Arc::clone(back))));
            }
            tokio::time::sleep(AGAIN).await;
        }
        None
    });
    stream::iter(opening).buffer_unordered(crowd.len()).filter_map(futures::future::ready).collect().await
}

/// Looks at what one client reads.
fn watch(back: Arc<Back>) -> impl FnMut(&mut Vec<u8>) + Send + 'static {
    let (live, refetches) = (AtomicBool::new(false), AtomicBool::new(false));
    move |bytes| {
        if find(bytes, b"event: resync").is_some() && !refetches.swap(true, Ordering::Relaxed) {
            back.refetch.fetch_add(1, Ordering::Relaxed);
        }
        let fresh_from_us = back.fresh_from_us.load(Ordering::Relaxed);
        scan(bytes, |sent_us| {
            if sent_us < fresh_from_us {
                back.missed.fetch_add(1, Ordering::Relaxed);
            } else if !live.swap(true, Ordering::Relaxed) {
                back.live.fetch_add(1, Ordering::Relaxed);
                *back.last.lock() = Some(Instant::now());
            }
        });
    }
}
