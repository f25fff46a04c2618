//! J2: an event costs what its audience is, not what is connected.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::Channel;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::reading::Received;
use super::server::cpu_seconds;
use super::steady::steady;
use super::streams::{AT_ONCE, open_all};
use super::writing::message;
use super::{Figure, Size, names, people};
use crate::lab::Lab;

/// Channels that each person is in.
const JOINED: usize = 10;
/// Events a second.
const EVENTS: u32 = 100;
/// Seconds until `presence.diff` is over: it goes out a minute after people came, in the course of a quarter of one.
const TOLD_S: u64 = 90;
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(60);

/// What one kind of events cost.
struct Cost {
    events: u64,
    failed: u64,
    /// Seconds of the server's processor.
    cpu: f64,
}

/// J2: people connected, each in 10 of the channels; events of channels with many members, and of channels without a reader.
pub async fn audiences(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (connected, channels) = (size.of(5000, 200), size.of(500, 40));
    let lasts = size.seconds(20, 3);
    // A tenth as many besides, in which only the owner is, who has no stream.
    let people = people(lab, 1 + channels + channels / 10).await?;
    let (shared, lonely) = people.rooms[1..].split_at(channels);
    // Those of one person are spread over all, so every channel has as many members.
    let rooms_of = |n: usize| {
        (0..JOINED).map(|k| shared[(n + k * (channels / JOINED)) % channels].clone()).collect::<Vec<_>>()
    };
    let crowd = people.join(&lab.bases()[0], names("member", connected), rooms_of).await?;
    let received = Arc::new(Received::default());
    let reading = open_all(lab, &crowd, &received, AT_ONCE).await?;
    let told = cpu_within(lab, size.seconds(TOLD_S, 1)).await;
    let idle = cpu_within(lab, lasts).await;
    let of_none = cost(lab, &people.owner, (lonely, 0), (&*received, lasts)).await?;
    let members = connected * JOINED / channels;
    let of_many = cost(lab, &people.owner, (shared, members), (&*received, lasts)).await?;
    reading.iter().for_each(JoinHandle::abort);
    let us = |cpu: f64, events: u64| cpu * 1e6 / events.max(1) as f64;
    let (none, many) = (us(of_none.cpu, of_none.events), us(of_many.cpu, of_many.events));
    let figure = |what: String, value: f64, unit: &'static str| Figure::new("j2", what, value, unit);
    Ok(vec![
        figure(format!("{connected} connected: processor until all were told who came"), told, "s"),
        figure(
            format!("{connected} connected and idle: server's processor"),
            idle / lasts.as_secs_f64(),
            "cores",
        ),
        figure(format!("{connected} connected: processor an event that no connection gets"), none, "us"),
        figure(format!("{connected} connected: processor an event that {members} of them get"), many, "us"),
        figure("  the same a delivery".into(), many / members.max(1) as f64, "us"),
        figure(
            "  the same a delivery, without what an event costs that none gets".into(),
            (many - none) / members.max(1) as f64,
            "us",
        ),
        figure("posts that failed".into(), (of_none.failed + of_many.failed) as f64, ""),
    ])
}

/// Seconds of the server's processor that pass within a while in which nothing is asked of it.
async fn cpu_within(lab: &Lab, lasts: Duration) -> f64 {
    let before = cpu_seconds(lab);
    tokio::time::sleep(lasts).await;
    cpu_seconds(lab) - before
}

/// Events in all these channels in turn, for a while, until each has reached its so many readers.
async fn cost(
    lab: &Lab,
    owner: &Client,
    (rooms, readers): (&[Channel], usize),
    (received, lasts): (&Received, Duration),
) -> anyhow::Result<Cost> {
    let (before, cpu) = (received.messages.load(Ordering::Relaxed), cpu_seconds(lab));
    let over = CancellationToken::new();
    let posting = steady(EVENTS, over.clone(), |n| {
        let (owner, room) = (owner.clone(), rooms[n % rooms.len()].id);
        async move { owner.post(room, &message()).await.is_ok() }
    });
    let timer = async {
        tokio::time::sleep(lasts).await;
        over.cancel();
    };
    let (answers, ()) = tokio::join!(posting, timer);
    let answers = answers?;
    let events = answers.times.count();
    received.reached(before + events * readers as u64, DELIVERY_TIMEOUT).await?;
    Ok(Cost { events, failed: answers.failed, cpu: cpu_seconds(lab) - cpu })
}
