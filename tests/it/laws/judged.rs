//! What one reader was told, held against what `GET /api/sync` said at each check. Messages are held against what is answered about them
//! in the end (`talk`).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ajet_client::{LiveEvent, Model};
use ajet_protocol::events::{RightsChanged, frames};
use ajet_protocol::{
    ChannelId, CommunityId, Envelope, Event, EventId, MessageId, StreamId, Sync, SyncedChannel, UserId,
};
use serde_json::Value;

use super::log::{Log, Seen};
use super::talk::Talk;

/// What is not told by any event, so that a client that was away knows it no better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    Nothing,
    /// A frame that is read after its message was edited or deleted shows the newest text (I19), and so not whom it mentioned before.
    Mentions,
}

/// A moment at which a reader fetched everything.
pub struct Check {
    /// What had happened since the one before.
    pub what: String,
    pub aside: Aside,
    pub fresh: Sync,
    /// What the answer's cursor says that it holds.
    pub seen: Seen,
}

/// A reader's checks, the first of which is where their stream began.
pub struct History<'a> {
    pub reader: &'static str,
    pub checks: Vec<Check>,
    pub log: &'a Log,
}

/// An event of a stream, with the check whose answer has it first.
struct Placed {
    check: usize,
    transaction: u64,
    envelope: Envelope,
}

impl History<'_> {
    /// The check whose answer is the first to have an event; `None` for one that the first answer had, and for one after the last.
    fn check_of(&self, transaction: u64) -> Option<usize> {
        let at = self.checks.iter().position(|check| check.seen.holds(transaction))?;
        (at > 0).then_some(at)
    }

    /// The event of a frame; each once.
    fn placed(&self, frame: &LiveEvent, known: &mut HashSet<EventId>) -> Option<Placed> {
        assert_ne!(frame.name, frames::RESYNC, "{}: {}", self.reader, frame.data);
        let envelope = frame.envelope()?;
        let transaction = self.log.transaction_of(envelope.id)?;
        let check = self.check_of(transaction)?;
        known.insert(envelope.id).then_some(Placed { check, transaction, envelope })
    }

    /// The events of frames, and by check the frames `rights`. Such a frame stands between two events: it may concern any check from that
    /// of the one up to that of the other.
    fn taken_in(&self, told: &[LiveEvent]) -> (Vec<Placed>, BTreeMap<usize, Vec<RightsChanged>>) {
        let mut known = HashSet::new();
        let (mut events, mut rights) = (Vec::<Placed>::new(), BTreeMap::<usize, Vec<RightsChanged>>::new());
        let mut open: Vec<(usize, RightsChanged)> = Vec::new();
        let last = self.checks.len() - 1;
        let mut close = |open: &mut Vec<(usize, RightsChanged)>, to: usize| {
            for (from, changed) in open.drain(..) {
                (from..=to.max(from)).for_each(|at| rights.entry(at).or_default().push(changed.clone()));
            }
        };
        for frame in told {
            if frame.name == frames::RIGHTS {
                let from = events.last().map_or(1, |event| event.check);
                open.push((from, serde_json::from_str(&frame.data).expect("its data")));
            }
            if let Some(event) = self.placed(frame, &mut known) {
                close(&mut open, event.check);
                events.push(event);
            }
        }
        close(&mut open, last);
        (events, rights)
    }

    /// Law: what a client knew, and the events since, make what is so now. What does not fit, check by check.
    pub fn breaches(&self, told: &[LiveEvent]) -> Vec<String> {
        let (mut events, rights) = self.taken_in(told);
        // Streams have no order between them: as they were committed, then.
        events.sort_by_key(|event| (event.check, event.transaction));
        let mut breaches = Vec::new();
        let mut model = Model::of(&self.checks[0].fresh);
        for (at, check) in self.checks.iter().enumerate().skip(1) {
            let of_this = events.iter().filter(|event| event.check == at);
            for event in of_this {
                assert!(event.envelope.event().is_ok(), "{}: the payload does not fit", event.envelope.kind);
                model.apply(&event.envelope);
            }
            rights.get(&at).into_iter().flatten().for_each(|changed| model.rights_changed(changed));
            model.fetch_anew(&check.fresh);
            let differ = differences(model.state(), &check.fresh, check.aside);
            breaches.extend(differ.into_iter().map(|one| format!("{}, {}: {one}", self.reader, check.what)));
            model.start_again(&check.fresh);
        }
        breaches
    }

    /// The messages of channels in which the reader has been from when they were posted, as all that was told of them makes them.
    pub fn talk(&self, me: UserId, told: &[LiveEvent]) -> Talk {
        // All events of a message and of its replies are on one stream, which has an order.
        let (events, _) = self.taken_in(told);
        let mut talk = Talk::of(me);
        for Placed { check, envelope, .. } in events {
            let event = envelope.event().expect("its payload").expect("is known");
            let is_heard = !matches!(event, Event::MessageCreated(_))
                || envelope.channel_id.is_some_and(|id| self.was_in(check, |one| shows(one, id, true)));
            if is_heard {
                talk.apply(event);
            }
        }
        talk
    }

    /// The channels in which the reader has been all the time, with the newest message of each at the first check and at the last one.
    pub fn heard_all_of(&self) -> Vec<(ChannelId, [Option<MessageId>; 2])> {
        let ends = [0, self.checks.len() - 1].map(|at| &self.checks[at].fresh);
        let newest = |sync: &Sync, id| joined(sync).find(|one| one.channel.id == id)?.channel.last_message_id;
        let heard = joined(ends[0]).map(|one| one.channel.id);
        let heard = heard.filter(|id| self.was_in(0, |later| shows(later, *id, true)));
        heard.map(|id| (id, ends.map(|sync| newest(sync, id)))).collect()
    }

    /// The events of frames by stream, in the order in which they came: those that a reader gets live and in a replay alike. A replay is
    /// judged by the rights of now, so of a channel or community only those count from which on the reader was in it without a break.
    pub fn by_stream(&self, told: &[LiveEvent]) -> BTreeMap<StreamId, Vec<EventId>> {
        let mut known = HashSet::new();
        let mut streams: BTreeMap<StreamId, Vec<EventId>> = BTreeMap::new();
        for Placed { check, envelope, .. } in told.iter().filter_map(|frame| self.placed(frame, &mut known)) {
            let in_community = envelope.community_id.is_none_or(|id| self.was_in(check, |one| has(one, id)));
            let for_joined =
                ["message.", "reaction.", "poll."].iter().any(|kind| envelope.kind.starts_with(*kind));
            let in_channel =
                about(&envelope).is_none_or(|id| self.was_in(check, |one| shows(one, id, for_joined)));
            if in_community && in_channel {
                streams.entry(envelope.stream).or_default().push(envelope.id);
            }
        }
        streams
    }

    /// Law: a replay brings what was told live, in the same order per stream. Where it does not.
    pub fn departures(&self, live: &[LiveEvent], replayed: &[LiveEvent]) -> Vec<String> {
        let (one, other) = (self.by_stream(live), self.by_stream(replayed));
        let streams: BTreeSet<_> = one.keys().chain(other.keys()).collect();
        let differing = streams.into_iter().filter(|stream| one.get(*stream) != other.get(*stream));
        let told = differing.map(|stream| {
            let (live, replayed) = (one.get(stream), other.get(stream));
            format!("{}: of {stream} came live {live:?}, and in a replay {replayed:?}", self.reader)
        });
        told.collect()
    }

    /// The events that frames bring more than once.
    pub fn repeated(&self, told: &[LiveEvent]) -> Vec<String> {
        let mut known = HashSet::new();
        let events = told.iter().filter_map(LiveEvent::envelope);
        let again = events.filter(|event| !known.insert(event.id));
        again.map(|event| format!("{}: {} {} came again", self.reader, event.kind, event.id)).collect()
    }

    /// Whether something held at a check and at all later ones.
    fn was_in(&self, check: usize, holds: impl Fn(&Sync) -> bool) -> bool {
        self.checks[check..].iter().all(|one| holds(&one.fresh))
    }
}

fn has(sync: &Sync, id: CommunityId) -> bool {
    sync.communities.iter().any(|one| one.community.id == id)
}

fn shows(sync: &Sync, id: ChannelId, only_joined: bool) -> bool {
    let all = sync.channels.iter().chain(&sync.dms);
    all.filter(|one| one.joined || !only_joined).any(|one| one.channel.id == id)
}

fn joined(sync: &Sync) -> impl Iterator<Item = &SyncedChannel> {
    sync.channels.iter().chain(&sync.dms).filter(|one| one.joined)
}

/// The channel that an event is about; on a person's own stream its payload says so.
fn about(envelope: &Envelope) -> Option<ChannelId> {
    let payload: Value = serde_json::from_str(envelope.payload.get()).expect("JSON");
    let named =
        [&payload["channel_id"], &payload["notification"]["channel_id"], &payload["draft"]["channel_id"]];
    let named = named.into_iter().find_map(|id| id.as_str()?.parse().ok());
    envelope.channel_id.or(named)
}

/// Where what a client shows differs from what is so.
pub fn differences(shown: &Sync, fresh: &Sync, aside: Aside) -> Vec<String> {
    let (mut shown, mut fresh) = (shown.clone(), fresh.clone());
    for sync in [&mut shown, &mut fresh] {
        sync.cursor.clear();
        // It says up to where what was fetched goes.
        sync.notifications.newest_id = None;
        if aside == Aside::Mentions {
            sync.channels.iter_mut().for_each(|one| one.channel.unread.mentions = 0);
        }
        // Of most channels that one has not joined what one may do there is told once, by the community.
        let permissions: Vec<_> = sync.channels.iter().map(|one| sync.permissions_in(one).to_vec()).collect();
        for (one, permissions) in sync.channels.iter_mut().zip(permissions) {
            one.my_permissions = Some(permissions);
        }
        // Messages are told to those alone who have joined their channel.
        for one in sync.channels.iter_mut().filter(|one| !one.joined) {
            one.channel.last_message_id = None;
        }
    }
    let value = |sync| serde_json::to_value(sync).expect("JSON");
    let mut found = Vec::new();
    compare("", &value(&shown), &value(&fresh), &mut found);
    found
}

fn compare(path: &str, shown: &Value, fresh: &Value, found: &mut Vec<String>) {
    match (shown, fresh) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            for (name, value) in one {
                compare(&format!("{path}.{name}"), value, &other[name], found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (value, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{path}[{at}]"), value, other, found);
            }
        }
        _ if shown == fresh => {}
        _ => found.push(format!("{path} is shown as {shown}, and is {fresh}")),
    }
}
