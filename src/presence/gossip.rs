//! What nodes tell each other of who is online: changes once a second, everybody now and then and when a node asks.
//!
//! One task sends, so that frames leave in the order of their numbers. What it can't keep up with, or what is sent while NATS is
//! away, is lost: the next telling of everybody makes it good.

use std::time::{Duration, Instant};

use ajet_protocol::subjects::Subject;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::frame::Frame;
use super::hub::Presence;
use crate::bus::EncodedEvent;

/// What waits to be sent at most; typing comes here from requests.
const WAITING: usize = 4096;
/// How long sending one thing may take.
const WITHIN: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_millis(250);

/// What is sent to other nodes.
pub enum Out {
    Frame(Frame),
    Event(Subject, Box<EncodedEvent>),
}

/// Where what is to be sent is put; cheap to clone.
#[derive(Clone)]
pub struct Outbound(mpsc::Sender<Out>);

impl Outbound {
    /// The way in, and what comes out of it.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Out>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), receiver)
    }

    /// Has something sent, if there is room for it: no one waits for NATS.
    pub fn put(&self, out: Out) {
        if self.0.try_send(out).is_err() {
            super::hub::left_out();
        }
    }
}

/// How often what is done.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Changes are told.
    pub news: Duration,
    /// Everybody is told.
    pub all: Duration,
}

impl Pace {
    /// So often that what a node told does not grow old, where people stay online that long.
    #[must_use]
    pub fn of(away: Duration) -> Self {
        Self { news: (away / 8).min(Duration::from_secs(1)), all: (away / 4).min(Duration::from_secs(30)) }
    }
}

impl Presence {
    /// Tells the other nodes, for as long as this one lives.
    pub(super) async fn keep_telling(self, mut out: mpsc::Receiver<Out>) {
        let pace = self.0.pace;
        let mut connections = self.0.bus.connections();
        let mut tick = tokio::time::interval(pace.news);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sender = Sender { presence: self.clone(), number: 0 };
        let mut told: Option<Instant> = None;
        sender.send(Frame::Hello).await;
        loop {
            tokio::select! {
                _ = tick.tick() => {
                    let asked = std::mem::take(&mut *self.0.asked.lock());
                    let due = asked || told.is_none_or(|at| at.elapsed() >= pace.all);
                    if due {
                        told = Some(Instant::now());
                    }
                    for frame in self.tick(due) {
                        sender.send(frame).await;
                    }
                }
                one = out.recv() => match one {
                    Some(Out::Frame(frame)) => sender.send(frame).await,
                    Some(Out::Event(subject, event)) => sender.event(&subject, &event).await,
                    None => return,
                },
                changed = connections.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    // What was told meanwhile is lost, both ways.
                    told = None;
                    sender.send(Frame::Hello).await;
                }
            }
        }
    }

    /// What the other nodes are to be told now.
    fn tick(&self, all: bool) -> Vec<Frame> {
        let mut online = self.0.online.lock();
        online.expire(Instant::now());
        metrics::gauge!("ajet_presence_people").set(online.len() as f64);
        if all { online.everybody_here() } else { online.take_news() }
    }

    /// Takes in what the other nodes tell, for as long as this one lives.
    pub(super) async fn keep_hearing(self) {
        loop {
            if let Ok(mut frames) = self.0.gossip.listen().await {
                while let Some((node, bytes)) = frames.next().await {
                    let Some((number, frame)) = Frame::decode(&bytes) else { continue };
                    match frame {
                        Frame::Types { person, channel } => self.types_elsewhere((person, channel)),
                        Frame::TypesNoMore { person, channel } => self.stopped_elsewhere((person, channel)),
                        _ => {}
                    }
                    if self.0.online.lock().hear(node, (number, frame), Instant::now()) {
                        *self.0.asked.lock() = true;
                    }
                }
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// The one that sends, and numbers what it sends.
struct Sender {
    presence: Presence,
    number: u64,
}

impl Sender {
    async fn send(&mut self, frame: Frame) {
        self.number += 1;
        let sending = self.presence.0.gossip.tell(frame.encode(self.number));
        if !matches!(tokio::time::timeout(WITHIN, sending).await, Ok(Ok(()))) {
            tracing::debug!("other nodes are not told who is online");
        }
    }

    async fn event(&self, subject: &Subject, event: &EncodedEvent) {
        let bus = &self.presence.0.bus;
        if bus.is_connected() {
            let _ = tokio::time::timeout(WITHIN, bus.send_event(subject, event)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_does_not_grow_old() {
        let pace = |seconds| Pace::of(Duration::from_secs(seconds));
        assert_eq!((pace(120).news, pace(120).all), (Duration::from_secs(1), Duration::from_secs(30)));
        assert_eq!((pace(2).news, pace(2).all), (Duration::from_millis(250), Duration::from_millis(500)));
    }
}
