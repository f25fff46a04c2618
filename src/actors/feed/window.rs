//! The window: the recent frames of a node, in one ring that all its connections read from.
//!
//! What always holds: frames are numbered in the order in which they went in, node-wide; and a number is settled only when
//! every connection that the frame is owed to has been told. So a reader that is owed nothing has everything up to the settled
//! number, and a client that names a number misses nothing after it. Frames stay for a minute at most, under one budget in
//! bytes, and the oldest go first: nothing is kept or copied per connection.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use uuid::Uuid;

use super::frame::Frame;
use super::place::Place;
use super::stale::Shown;
use crate::bus::EncodedEvent;

/// How long a frame stays at most.
const STAYS: Duration = Duration::from_secs(60);
/// Frames that one look passes by at most, wanted or not: others want to look too.
const LOOKED_AT: usize = 512;

/// The recent frames of a node; cheap to clone.
#[derive(Clone)]
pub struct Window(Arc<Inner>);

struct Inner {
    boot: Uuid,
    budget: usize,
    ring: RwLock<Ring>,
    /// One frame at a time is put in and told of.
    settling: Mutex<()>,
    settled: AtomicU64,
}

#[derive(Default)]
struct Ring {
    frames: VecDeque<Arc<Frame>>,
    /// The number of the last frame that has left.
    left: u64,
    bytes: usize,
    /// The frames that show a text, by their numbers.
    shown: HashMap<Shown, Vec<u64>>,
}

/// What a look into the window showed.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// Everything that is settled was looked at, up to this number.
    All(u64),
    /// Everything up to this number was looked at, and there is more.
    UpTo(u64),
    /// The first of them has left the window.
    Left,
}

impl Window {
    /// An empty window that holds so many bytes at most.
    #[must_use]
    pub fn new(budget: usize) -> Self {
        Self(Arc::new(Inner {
            boot: Uuid::new_v4(),
            budget,
            ring: RwLock::default(),
            settling: Mutex::default(),
            settled: AtomicU64::new(0),
        }))
    }

    /// Which life of which node numbers these frames: another one's numbers say nothing here.
    #[must_use]
    pub fn boot(&self) -> Uuid {
        self.0.boot
    }

    /// The last number of which everybody concerned has been told.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.0.settled.load(Ordering::Acquire)
    }

    /// The last number that is settled once what is just being put in is: who listened before is told of all that comes after it.
    #[must_use]
    pub fn barrier(&self) -> u64 {
        let _none_under_way = self.0.settling.lock();
        self.settled()
    }

    /// Whether everything after a number is still here.
    #[must_use]
    pub fn reaches_back_to(&self, number: u64) -> bool {
        number <= self.settled() && self.0.ring.read().left <= number
    }

    /// Takes a number that no frame has: who has a frame with a higher one got it after this moment. Frames that are for no one
    /// here get no number, so the number of a frame alone does not tell what came between two of them.
    #[must_use]
    pub fn mark(&self) -> u64 {
        let _one = self.0.settling.lock();
        self.0.settled.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// When the last frame up to a number went in, if it is still here.
    #[must_use]
    pub fn time_of(&self, number: u64) -> Option<Instant> {
        let ring = self.0.ring.read();
        let before = ring.frames.partition_point(|frame| frame.number <= number);
        ring.frames.get(before.checked_sub(1)?).map(|frame| frame.at)
    }

    /// Adds the frame that `make` makes for its number; `tell` tells those it is owed to, and says whom to wake for it.
    pub fn push(&self, make: impl FnOnce(u64) -> Frame, tell: impl FnOnce(&Frame) -> Vec<Arc<Place>>) {
        let woken = {
            let _one = self.0.settling.lock();
            let number = self.0.settled.load(Ordering::Relaxed) + 1;
            let frame = Arc::new(make(number));
            self.0.ring.write().push(Arc::clone(&frame), self.0.budget);
            let woken = tell(&frame);
            self.0.settled.store(number, Ordering::Release);
            woken
        };
        // Only now: who looks earlier finds that the frame has not settled.
        woken.iter().for_each(|place| place.wake());
    }

    /// Has the frames that show a text say from now on what `again` makes of them. Readers who come later see them so, at the
    /// same place.
    pub fn replace(&self, shown: Shown, again: impl Fn(&Frame) -> Option<Arc<EncodedEvent>>) {
        let found: Vec<Arc<Frame>> = {
            let ring = self.0.ring.read();
            let numbers = ring.shown.get(&shown).into_iter().flatten();
            numbers.filter_map(|number| ring.frames.get(ring.place_of(*number)?).cloned()).collect()
        };
        for old in found {
            let Some(event) = again(&old) else { continue };
            let new = Arc::new(old.with_event(event));
            let mut ring = self.0.ring.write();
            if let Some(at) = ring.place_of(old.number) {
                ring.bytes = ring.bytes - old.bytes() + new.bytes();
                ring.frames[at] = new;
            }
        }
    }

    /// Lets frames go that have been here for long.
    pub fn expire(&self) {
        self.0.ring.write().let_go(self.0.budget);
    }

    /// Shows the settled frames from a number on to `each`, until it has enough or many were looked at. `each` runs under no lock.
    pub fn look(&self, from: u64, mut each: impl FnMut(&Arc<Frame>) -> ControlFlow<()>) -> Look {
        let settled = self.settled();
        let (frames, more) = {
            let ring = self.0.ring.read();
            if from <= ring.left {
                return Look::Left;
            }
            let first = ring.frames.partition_point(|frame| frame.number < from);
            let end = ring.frames.partition_point(|frame| frame.number <= settled);
            let to = end.min(first + LOOKED_AT);
            (ring.frames.range(first..to).cloned().collect::<Vec<_>>(), to < end)
        };
        for frame in &frames {
            if each(frame).is_break() {
                return Look::UpTo(frame.number);
            }
        }
        match frames.last() {
            Some(last) if more => Look::UpTo(last.number),
            _ => Look::All(settled.max(from - 1)),
        }
    }

    /// Bytes of the frames in it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.ring.read().bytes
    }
}

impl Ring {
    /// Where the frame of a number stands.
    fn place_of(&self, number: u64) -> Option<usize> {
        self.frames.binary_search_by_key(&number, |frame| frame.number).ok()
    }

    fn push(&mut self, frame: Arc<Frame>, budget: usize) {
        self.bytes += frame.bytes();
        if let Some(shown) = frame.shows {
            self.shown.entry(shown).or_insert_with(|| Vec::with_capacity(1)).push(frame.number);
        }
        self.frames.push_back(frame);
        self.let_go(budget);
    }

    /// The newest frame always stays: its readers have not seen it yet.
    fn let_go(&mut self, budget: usize) {
        while self.frames.len() > 1
            && let Some(oldest) = self.frames.front()
            && (self.bytes > budget || oldest.at.elapsed() > STAYS)
        {
            self.left = oldest.number;
            self.bytes -= oldest.bytes();
            if let Some(shown) = oldest.shows {
                self.forget_shown(shown);
            }
            self.frames.pop_front();
        }
    }

    /// The oldest of the frames that show a text leaves.
    fn forget_shown(&mut self, shown: Shown) {
        let Some(numbers) = self.shown.get_mut(&shown) else { return };
        numbers.retain(|number| *number > self.left);
        if numbers.is_empty() {
            self.shown.remove(&shown);
        }
    }
}

/// How long a frame stays in the window at most, for others that keep something as long.
pub const WINDOW_STAYS: Duration = STAYS;

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use ajet_protocol::{Audience, CommunityId, MessageId, Topic};

    use super::super::cursor::Cursors;
    use super::super::frame::Reach;
    use super::super::tests::event;
    use super::*;

    fn put(window: &Window) {
        let reach = Reach::Within {
            topic: Topic::Community(CommunityId(Uuid::nil())),
            audience: Audience::Members,
            also: Box::default(),
        };
        let with = (Cursors::new(window.boot()), Arc::from(""));
        window.push(|number| Frame::new(number, event(1, number), reach, with), |_| Vec::new());
    }

    fn seen(window: &Window, from: u64, most: usize) -> (Vec<u64>, Look) {
        let mut numbers = Vec::new();
        let look = window.look(from, |frame| {
            numbers.push(frame.number);
            if numbers.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        (numbers, look)
    }

    #[test]
    fn a_reader_sees_what_came_after_its_place() {
        let window = Window::new(1 << 20);
        assert_eq!(seen(&window, 1, 9), (vec![], Look::All(0)));
        (0..5).for_each(|_| put(&window));
        assert_eq!(seen(&window, 1, 9), (vec![1, 2, 3, 4, 5], Look::All(5)));
        assert_eq!(seen(&window, 2, 2), (vec![2, 3], Look::UpTo(3)));
        assert_eq!(seen(&window, 6, 9), (vec![], Look::All(5)));
        assert!(window.reaches_back_to(0) && window.reaches_back_to(5));
        assert!(!window.reaches_back_to(6), "a number that was never given");
        assert!(window.time_of(1).is_some() && window.time_of(0).is_none());
    }

    /// I12: the window is bounded in bytes, and says so to who comes too late.
    #[test]
    fn the_oldest_frames_leave_and_a_late_reader_is_told() {
        let window = Window::new(4096);
        (0..100).for_each(|_| put(&window));
        assert!(window.bytes() <= 4096);
        assert_eq!(seen(&window, 1, 9), (vec![], Look::Left));
        let (numbers, look) = seen(&window, 99, 9);
        assert_eq!((numbers, look), (vec![99, 100], Look::All(100)));
        assert!(!window.reaches_back_to(1) && window.reaches_back_to(100));
        assert!(window.time_of(1).is_none());
    }

    /// I19: the frames that show a message are found by its id, whatever else is in the window, and forgotten as they leave.
    #[test]
    fn the_frames_of_a_message_are_replaced_and_no_others() {
        let window = Window::new(1 << 20);
        let message = |n: u128| MessageId(Uuid::from_u128(n));
        let showing = |n: u128| {
            let json =
                format!("{{\"payload\":{{\"message\":{{\"text\":\"old\",\"id\":\"{}\"}}}}}}", message(n));
            let with = (Cursors::new(window.boot()), Arc::from(""));
            let shown = EncodedEvent { json: json.into(), ..(*event(1, 1)).clone() };
            let reach = Reach::People(Box::default());
            window.push(|number| Frame::new(number, Arc::new(shown), reach, with), |_| Vec::new());
        };
        [1, 2, 1].into_iter().for_each(showing);
        window.replace(Shown::Message(message(1)), |old| {
            Some(Arc::new(EncodedEvent { json: "{}".into(), ..(*old.event).clone() }))
        });
        let mut texts = Vec::new();
        let _ = window.look(1, |frame| {
            texts.push(frame.event.json.len() > 2);
            ControlFlow::Continue(())
        });
        assert_eq!(texts, [false, true, false]);
        window.0.ring.write().let_go(1);
        let ring = window.0.ring.read();
        assert_eq!((ring.frames.len(), ring.bytes), (1, ring.frames[0].bytes()));
        assert_eq!(ring.shown, HashMap::from([(Shown::Message(message(1)), vec![3])]));
    }

    #[test]
    fn a_mark_lies_between_the_frames_before_and_after_it() {
        let window = Window::new(1 << 20);
        put(&window);
        assert_eq!((window.mark(), window.mark(), window.settled()), (2, 3, 3));
        put(&window);
        assert_eq!(seen(&window, 1, 9), (vec![1, 4], Look::All(4)));
        assert_eq!(seen(&window, 2, 9), (vec![4], Look::All(4)));
        assert!(window.reaches_back_to(3) && window.time_of(3) == window.time_of(1));
    }

    #[test]
    fn a_number_is_not_settled_while_its_readers_are_told() {
        let window = Window::new(1 << 20);
        let (with, mut while_told) = ((Cursors::new(window.boot()), Arc::from("")), None);
        window.push(
            |number| Frame::new(number, event(1, number), Reach::People(Box::default()), with),
            |_| {
                while_told = Some(window.settled());
                Vec::new()
            },
        );
        assert_eq!((while_told, window.settled()), (Some(0), 1));
    }

    /// Who is owed nothing up to a settled number has been told of nothing up to it.
    #[test]
    fn a_number_settles_only_after_all_were_told() {
        let window = Window::new(1 << 20);
        let told = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        let with = (Cursors::new(window.boot()), Arc::from(""));
                        window.push(
                            |number| {
                                Frame::new(number, event(1, number), Reach::People(Box::default()), with)
                            },
                            |frame| {
                                told.store(frame.number, Ordering::SeqCst);
                                Vec::new()
                            },
                        );
                    }
                });
            }
            scope.spawn(|| {
                while window.settled() < 8000 {
                    let settled = window.settled();
                    assert!(told.load(Ordering::SeqCst) >= settled);
                }
            });
        });
        assert_eq!(seen(&window, 7999, 9), (vec![7999, 8000], Look::All(8000)));
    }
}
