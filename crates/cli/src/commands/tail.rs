//! `ajet-chat tail`: what is said, as it is said.
//!
//! The stream is the SDK's, which goes on exactly where a lost connection was. With `--resume FILE` the next run goes on exactly where this one
//! ended. What a stream can't make up for (`resync`) is read from the history of the channels, from the last message on that was shown; what is
//! read there and comes by the stream as well is shown once.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use ajet_client::News;
use ajet_protocol::{
    ChannelId, CommunityId, Envelope, Event, EventId, EventType, Message, MessageId, PageQuery, StreamId,
    Sync, SyncedChannel,
};
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::{Column, KnownNames, line_of_event};
use crate::profile::write_private;

/// An event for a program, in columns.
const EVENT: [Column; 6] = [
    ("at", "ts"),
    ("type", "type"),
    ("channel", "channel_id"),
    ("message", "payload.message.id"),
    ("author", "payload.message.author.username"),
    ("text", "payload.message.body_md"),
];
/// A page of what was missed.
const PAGE: i64 = 200;

#[derive(Debug, clap::Args)]
pub struct Tail {
    /// Only these channels; all that you can see without one.
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    from: Vec<String>,
    /// Go on where the last run ended that named this file, and keep in it how far this one came.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    resume: Option<PathBuf>,
    /// Show only events of these types, such as message.created.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// End after so many events.
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

/// What is followed, and how far.
struct Following<'a> {
    app: &'a App,
    channels: HashSet<ChannelId>,
    /// The community that it is narrowed to, if so.
    home: Option<CommunityId>,
    types: Vec<String>,
    /// How many are to be shown at most.
    count: Option<u64>,
    names: KnownNames,
    /// The last message of each channel that was shown.
    last: HashMap<ChannelId, MessageId>,
    /// The newest of all.
    newest: Option<MessageId>,
    /// The last event of each stream, of those that are replayed. A cursor may lie before it.
    came: HashMap<StreamId, EventId>,
    /// The last message of each channel that was read from its history. Up to there the stream says nothing new.
    caught: HashMap<ChannelId, MessageId>,
    shown: u64,
    /// Whether the history was left before its end, since as many were shown as were asked for.
    is_cut: bool,
}

/// The channels that are followed: those of a community that it is narrowed to, and direct messages.
fn followed(sync: &Sync, home: Option<CommunityId>) -> impl Iterator<Item = &SyncedChannel> {
    let is_followed = move |one: &&SyncedChannel| {
        home.is_none() || one.channel.community_id.is_none_or(|id| Some(id) == home)
    };
    sync.channels.iter().chain(&sync.dms).filter(is_followed)
}

/// Follows what is said.
pub async fn run(app: &App, args: Tail) -> Done {
    let mut channels = HashSet::new();
    for channel in &args.from {
        channels.insert(app.channel("CHANNEL", channel).await?);
    }
    let sync = app.snapshot().await?;
    // A community that is named narrows it to itself and to direct messages.
    let home = match app.options.community {
        Some(_) => Some(app.community().await?.community.id),
        None => None,
    };
    let kept = args.resume.as_deref().map(Kept::read).transpose()?.unwrap_or_default();
    // The first run begins behind what is there.
    let newest = followed(sync, home).filter_map(|one| one.channel.last_message_id).max();
    let there = newest.filter(|_| kept.cursor.is_none());
    let last = followed(sync, home)
        .filter_map(|one| Some((one.channel.id, kept.last.or(one.channel.last_message_id)?)));
    let mut following = Following {
        app,
        channels,
        home,
        types: args.types,
        count: args.count,
        names: KnownNames::of(sync),
        last: last.collect(),
        newest: kept.last.or(there),
        came: kept.came,
        caught: kept.caught,
        shown: 0,
        is_cut: false,
    };
    let mut cursor = kept.cursor.unwrap_or_else(|| sync.cursor.clone());
    let mut events = app.client()?.events(Some(&cursor));
    if let Some(home) = home {
        events = events.in_community(home);
    }
    while !following.is_full() {
        let Some(news) = events.next().await else { break };
        following.took(news?).await?;
        if let Some(path) = &args.resume {
            // With the cursor of before the next run reads the rest of a history.
            if let Some(now) = events.cursor().filter(|_| !following.is_cut) {
                now.clone_into(&mut cursor);
            }
            following.kept(&cursor).write(path)?;
        }
    }
    Ok(())
}

/// How far a run came: the cursor of the stream, on the next line the newest message that was shown, and on a line each the last event of
/// each stream and, behind `caught`, the last message of each channel that was read from its history. The stream goes on from the cursor, which
/// may bring events again that came before; where the server can't do that any more, the history goes on from the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Kept {
    cursor: Option<String>,
    last: Option<MessageId>,
    came: HashMap<StreamId, EventId>,
    caught: HashMap<ChannelId, MessageId>,
}

impl Kept {
    /// That of the last run, if there was one.
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::file(path, &error)),
        };
        let mut lines = text.lines().map(str::trim);
        let cursor = lines.next().filter(|cursor| !cursor.is_empty()).map(str::to_owned);
        let last = lines.next().and_then(|id| id.parse().ok());
        let mut kept = Self { cursor, last, ..Self::default() };
        for line in lines {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                [stream, event] => {
                    if let (Ok(stream), Ok(event)) = (stream.parse(), event.parse()) {
                        kept.came.insert(stream, event);
                    }
                }
                ["caught", place, message] => {
                    if let (Ok(place), Ok(message)) = (place.parse(), message.parse()) {
                        kept.caught.insert(place, message);
                    }
                }
                _ => {}
            }
        }
        Ok(kept)
    }

    fn write(&self, path: &Path) -> Done {
        let Some(cursor) = &self.cursor else { return Ok(()) };
        let last = self.last.map(|id| id.to_string()).unwrap_or_default();
        let came = self.came.iter().map(|(stream, event)| format!("{stream} {event}\n"));
        let caught = self.caught.iter().map(|(place, message)| format!("caught {place} {message}\n"));
        let text = format!("{cursor}\n{last}\n{}", came.chain(caught).collect::<String>());
        write_private(path, &text).map_err(|error| Failure::file(path, &error))
    }
}

/// An event as the stream brings it: without the version of rights, which readers of a stream are not told.
fn as_brought(envelope: &Envelope) -> Result<Value, Failure> {
    let mut event = serde_json::to_value(envelope)
        .map_err(|error| Failure::Other(format!("can't be written as JSON: {error}")))?;
    if let Some(fields) = event.as_object_mut() {
        fields.remove("acl_version");
    }
    Ok(event)
}

impl Following<'_> {
    /// Whether as many were shown as were asked for.
    fn is_full(&self) -> bool {
        self.count.is_some_and(|count| self.shown >= count)
    }

    /// How far it came, with a cursor from which the stream goes on.
    fn kept(&self, cursor: &str) -> Kept {
        let (came, caught) = (self.came.clone(), self.caught.clone());
        Kept { cursor: Some(cursor.to_owned()), last: self.newest, came, caught }
    }

    async fn took(&mut self, news: News) -> Done {
        match news {
            News::Event(envelope) => self.event(&envelope),
            News::Resync(resync) => {
                self.app.screen.note("something may have been missed: reading on from the history");
                self.app.screen.streamed_note(&json!({ "type": "resync", "reason": resync.reason }))?;
                self.caught_up().await
            }
            News::Rights(changed) => {
                self.app.screen.streamed_note(&json!({ "type": "rights", "channels": changed.channels, "communities": changed.communities }))
            }
            News::Ready(_) | News::Presence(_) => Ok(()),
        }
    }

    fn event(&mut self, envelope: &Envelope) -> Done {
        if !self.is_new(envelope) {
            return Ok(());
        }
        let is_elsewhere = envelope.channel_id.is_none_or(|id| !self.channels.contains(&id));
        if !self.channels.is_empty() && is_elsewhere {
            return Ok(());
        }
        if !self.takes(&envelope.kind) {
            return Ok(());
        }
        if let Ok(Some(Event::MessageCreated(posted))) = envelope.event() {
            let (place, message) = (posted.message.channel_id, posted.message.id);
            if self.caught.get(&place).is_some_and(|last| message <= *last) {
                return Ok(());
            }
            self.names.person(&posted.message.author);
            self.came_to(place, message);
        }
        let screen = &self.app.screen;
        let lines = line_of_event(envelope, &self.names, screen.look());
        if lines.is_none() && !screen.takes_everything() {
            return Ok(());
        }
        self.shown += 1;
        if screen.streamed(&as_brought(envelope)?, &EVENT)? {
            Ok(())
        } else {
            screen.lines(&lines.unwrap_or_default())
        }
    }

    /// Whether an event did not come before. Ids rise on a stream; what is not stored never comes again.
    fn is_new(&mut self, envelope: &Envelope) -> bool {
        if EventType::named(&envelope.kind).is_some_and(EventType::is_ephemeral) {
            return true;
        }
        let last = self.came.get(&envelope.stream).copied();
        let is_new = last < Some(envelope.id);
        if is_new {
            self.came.insert(envelope.stream, envelope.id);
        }
        is_new
    }

    /// Whether events of a type are wanted.
    fn takes(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|one| one == kind)
    }

    fn came_to(&mut self, place: ChannelId, message: MessageId) {
        self.last.insert(place, message);
        self.newest = self.newest.max(Some(message));
    }

    fn missed(&self, message: &Message) -> Done {
        let thing = json!({
            "type": "message.missed", "ts": message.created_at, "channel_id": message.channel_id,
            "actor_id": message.author.id, "payload": { "message": message },
        });
        if self.app.screen.streamed(&thing, &EVENT)? {
            Ok(())
        } else {
            self.app.screen.message(message, &self.names)
        }
    }

    /// Shows what was said in the meantime, in the order in which it was said.
    async fn caught_up(&mut self) -> Done {
        if !self.takes(EventType::MessageCreated.as_str()) {
            return Ok(());
        }
        let sync = self.app.client()?.sync().await?;
        self.names.learn(&sync);
        let mut missed = Vec::new();
        for (place, last) in self.places(&sync) {
            missed.extend(self.said_since(place, last).await?);
        }
        missed.sort_by_key(|message| message.id);
        for message in &missed {
            if self.is_full() {
                self.is_cut = true;
                return Ok(());
            }
            self.names.person(&message.author);
            self.missed(message)?;
            self.shown += 1;
            self.caught.insert(message.channel_id, message.id);
            self.came_to(message.channel_id, message.id);
        }
        Ok(())
    }

    /// From which message on each channel is read: from the last one that was shown, or, in one that was empty or not there, from the newest
    /// of all.
    fn places(&self, sync: &Sync) -> HashMap<ChannelId, MessageId> {
        let mut places = self.last.clone();
        let newest = self.newest.unwrap_or(MessageId(Uuid::nil()));
        for one in followed(sync, self.home).filter(|one| one.channel.last_message_id.is_some()) {
            places.entry(one.channel.id).or_insert(newest);
        }
        places.retain(|place, _| self.channels.is_empty() || self.channels.contains(place));
        places
    }

    /// What was said in a channel after a message.
    async fn said_since(&self, place: ChannelId, last: MessageId) -> Result<Vec<Message>, Failure> {
        let (mut said, mut after) = (Vec::new(), last.0);
        loop {
            let query = PageQuery { before: None, after: Some(after), limit: Some(PAGE) };
            let page = match self.app.client()?.messages(place, &query).await {
                Ok(page) => page,
                // One that the person can't see any more.
                Err(error) if matches!(error.status(), Some(403 | 404)) => return Ok(said),
                Err(error) => return Err(error.into()),
            };
            let Some(newest) = page.items.last() else { return Ok(said) };
            after = newest.id.0;
            said.extend(page.items);
            if !page.has_more {
                return Ok(said);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::app;

    #[test]
    fn a_run_goes_on_where_the_last_one_ended() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("cursor");
        assert_eq!(Kept::read(&path).expect("no run before"), Kept::default());
        for last in [None, Some(MessageId(id(7)))] {
            let came = HashMap::from([(StreamId(id(1)), EventId(id(8))), (StreamId(id(2)), EventId(id(9)))]);
            let caught = HashMap::from([(ChannelId(id(3)), MessageId(id(7)))]);
            let kept = Kept { cursor: Some("abc".into()), last, came, caught };
            kept.write(&path).expect("is kept");
            assert_eq!(Kept::read(&path).expect("is read"), kept);
        }
    }

    const AT: &str = "2026-11-26T10:00:00.000Z";

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn user() -> Value {
        json!({ "id": id(1), "username": "ann", "display_name": "Ann", "avatar_url": null, "status_text": null,
                "bot": false, "created_at": AT })
    }

    fn said(place: u128, n: u128) -> Envelope {
        let message = json!({ "id": id(n), "channel_id": id(place), "author": user(), "parent_id": null, "body_md": "x",
            "body_html": "<p>x</p>", "attachments": [], "mentions": [], "seq": 1, "client_mutation_id": "k",
            "created_at": AT, "edited_at": null, "deleted": false, "poll": null });
        let envelope = json!({ "v": 1, "id": id(n), "type": "message.created", "ts": AT, "stream": id(place), "seq": 1,
            "community_id": null, "channel_id": id(place), "actor_id": id(1), "payload": { "message": message } });
        serde_json::from_value(envelope).expect("an envelope")
    }

    fn dm(n: u128, last: Option<u128>) -> Value {
        json!({ "id": id(n), "community_id": null, "name": "", "type": "dm", "visibility": "private", "topic": null,
            "category_id": null, "position": 0, "members": [], "last_message_id": last.map(id),
            "unread": { "count": 0, "mentions": 0 }, "muted": false, "notify": "all", "created_at": AT,
            "last_read_id": null, "joined": true })
    }

    fn following(app: &App) -> Following<'_> {
        Following {
            app,
            channels: HashSet::new(),
            home: None,
            types: Vec::new(),
            count: None,
            names: KnownNames::default(),
            last: HashMap::new(),
            newest: None,
            came: HashMap::new(),
            caught: HashMap::new(),
            shown: 0,
            is_cut: false,
        }
    }

    #[test]
    fn what_the_history_showed_does_not_show_once_more() {
        let app = app(std::io::empty());
        let mut following =
            Following { caught: [(ChannelId(id(4)), MessageId(id(101)))].into(), ..following(&app) };
        for (place, n, shown) in [(4, 100, 0), (4, 101, 0), (4, 102, 1), (5, 90, 2)] {
            following.event(&said(place, n)).expect("is taken");
            assert_eq!(following.shown, shown, "{n}");
        }
    }

    #[test]
    fn channels_that_were_empty_are_read_from_the_newest_message_on() {
        let app = app(std::io::empty());
        let mut me = user();
        (me["email"], me["presence"]) = (Value::Null, json!("auto"));
        let sync = json!({ "cursor": "c", "user": me, "communities": [], "channels": [],
            "dms": [dm(4, Some(50)), dm(5, Some(60)), dm(6, None)], "notifications": { "unread": 0 }, "blocks": [],
            "drafts": [] });
        let sync: Sync = serde_json::from_value(sync).expect("a snapshot");
        let place = |n| ChannelId(id(n));
        let last = HashMap::from([(place(4), MessageId(id(40)))]);
        let mut following = Following { last, newest: Some(MessageId(id(41))), ..following(&app) };
        let expected = [(place(4), MessageId(id(40))), (place(5), MessageId(id(41)))];
        assert_eq!(following.places(&sync), HashMap::from(expected));
        following.channels = HashSet::from([place(5)]);
        assert_eq!(following.places(&sync), HashMap::from([expected[1]]));
    }
}
