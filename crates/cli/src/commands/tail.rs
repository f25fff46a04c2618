//! `ajet-chat tail`: what is said, as it is said.
//!
//! The stream is the SDK's, which goes on exactly where a lost connection was. With `--resume FILE` the next run goes on exactly where this one
//! ended. What a stream can't make up for (`resync`) is read from the history of the channels, from the last message on that was shown.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use ajet_client::News;
use ajet_protocol::{
    ChannelId, Envelope, Event, EventId, EventType, Message, MessageId, PageQuery, StreamId, SyncedChannel,
};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

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
    types: Vec<String>,
    names: KnownNames,
    /// The last message of each channel that was shown.
    last: HashMap<ChannelId, MessageId>,
    /// The newest of all.
    newest: Option<MessageId>,
    /// The last event of each stream, of those that are replayed. A cursor may lie before it.
    came: HashMap<StreamId, EventId>,
    shown: u64,
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
    let is_followed =
        |one: &&SyncedChannel| home.is_none() || one.channel.community_id.is_none_or(|id| Some(id) == home);
    let all = || sync.channels.iter().chain(&sync.dms).filter(is_followed);
    // The first run begins behind what is there.
    let there = all().filter_map(|one| one.channel.last_message_id).max().filter(|_| kept.cursor.is_none());
    let last = all().filter_map(|one| Some((one.channel.id, kept.last.or(one.channel.last_message_id)?)));
    let mut following = Following {
        app,
        channels,
        types: args.types,
        names: KnownNames::of(sync),
        last: last.collect(),
        newest: kept.last.or(there),
        came: kept.came,
        shown: 0,
    };
    let mut events = app.client()?.events(Some(kept.cursor.as_deref().unwrap_or(&sync.cursor)));
    if let Some(home) = home {
        events = events.in_community(home);
    }
    while args.count.is_none_or(|count| following.shown < count) {
        let Some(news) = events.next().await else { break };
        following.took(news?).await?;
        if let Some(path) = &args.resume {
            let cursor = events.cursor().map(str::to_owned);
            Kept { cursor, last: following.newest, came: following.came.clone() }.write(path)?;
        }
    }
    Ok(())
}

/// How far a run came: the cursor of the stream, on the next line the newest message that was shown, and on a line each the last event of
/// each stream. The stream goes on from the cursor, which may bring events again that came before; where the server can't do that any more,
/// the history goes on from the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Kept {
    cursor: Option<String>,
    last: Option<MessageId>,
    came: HashMap<StreamId, EventId>,
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
        let pair = |line: &str| {
            let (stream, event) = line.split_once(' ')?;
            Some((stream.parse().ok()?, event.parse().ok()?))
        };
        Ok(Self { cursor, last, came: lines.filter_map(pair).collect() })
    }

    fn write(&self, path: &Path) -> Done {
        let Some(cursor) = &self.cursor else { return Ok(()) };
        let last = self.last.map(|id| id.to_string()).unwrap_or_default();
        let came = self.came.iter().map(|(stream, event)| format!("{stream} {event}\n"));
        let text = format!("{cursor}\n{last}\n{}", came.collect::<String>());
        write_private(path, &text).map_err(|error| Failure::file(path, &error))
    }
}

impl Following<'_> {
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
            self.names.person(&posted.message.author);
            self.came_to(posted.message.channel_id, posted.message.id);
        }
        let screen = &self.app.screen;
        let lines = line_of_event(envelope, &self.names, screen.look());
        if lines.is_none() && !screen.takes_everything() {
            return Ok(());
        }
        self.shown += 1;
        if screen.streamed(envelope, &EVENT)? { Ok(()) } else { screen.lines(&lines.unwrap_or_default()) }
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

    /// Shows what was said in the meantime, from the last message on that was shown.
    async fn caught_up(&mut self) -> Done {
        if !self.takes(EventType::MessageCreated.as_str()) {
            return Ok(());
        }
        let places: Vec<(ChannelId, MessageId)> =
            self.last.iter().map(|(place, last)| (*place, *last)).collect();
        for (place, mut last) in places {
            if !self.channels.is_empty() && !self.channels.contains(&place) {
                continue;
            }
            loop {
                let query = PageQuery { before: None, after: Some(last.0), limit: Some(PAGE) };
                let page = match self.app.client()?.messages(place, &query).await {
                    Ok(page) => page,
                    // One that the person can't see any more.
                    Err(error) if matches!(error.status(), Some(403 | 404)) => break,
                    Err(error) => return Err(error.into()),
                };
                for message in &page.items {
                    self.names.person(&message.author);
                    self.missed(message)?;
                    self.shown += 1;
                    last = message.id;
                }
                self.came_to(place, last);
                if !page.has_more || page.items.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_where_the_last_one_ended() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("cursor");
        assert_eq!(Kept::read(&path).expect("no run before"), Kept::default());
        let id = uuid::Uuid::from_u128;
        for last in [None, Some(MessageId(id(7)))] {
            let came = HashMap::from([(StreamId(id(1)), EventId(id(8))), (StreamId(id(2)), EventId(id(9)))]);
            let kept = Kept { cursor: Some("abc".into()), last, came };
            kept.write(&path).expect("is kept");
            assert_eq!(Kept::read(&path).expect("is read"), kept);
        }
    }
}
