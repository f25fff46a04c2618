//! What clients did and saw, as JSON lines: one line when a request is sent, one when its outcome is known, one per event.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::registers::Register;

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Post {
        channel: Uuid,
        key: String,
        body: String,
    },
    Edit {
        message: Uuid,
        body: String,
    },
    Delete {
        message: Uuid,
    },
    /// Reads a message that this client was just told is there.
    Read {
        message: Uuid,
    },
    /// Signs in by name.
    SignIn {
        name: String,
    },
    /// Makes an invite.
    Invite {
        community: Uuid,
    },
    /// Takes back an invite that no one came by.
    Revoke {
        code: String,
    },
    /// Joins a channel.
    Join {
        channel: Uuid,
    },
    /// Leaves a channel: nothing sent later reaches this client.
    Leave {
        channel: Uuid,
    },
    /// Accepts an invite that may serve so many.
    Accept {
        code: String,
        most: u64,
    },
    /// Removes a person from a community; they may come back by an invite.
    Kick {
        community: Uuid,
        person: String,
    },
    /// Removes a person from a community, and keeps them out.
    Ban {
        community: Uuid,
        person: String,
    },
    /// Lifts a ban: the person may come back by an invite.
    Unban {
        community: Uuid,
        person: String,
    },
    /// Changes who may know of a channel: those who joined it, or all of the community.
    Visibility {
        channel: Uuid,
        private: bool,
    },
    /// Lists what was said in a channel.
    List {
        channel: Uuid,
    },
    /// Gives a register a value, or none.
    Set {
        register: Register,
        value: Option<String>,
    },
    /// Marks so many messages of a channel as read, or, going back, all the others as unread.
    Mark {
        channel: Uuid,
        back: bool,
        read: usize,
    },
    /// Makes a channel or a custom role of this name.
    Make {
        name: String,
    },
    /// Opens the direct message of these people, sorted, the client among them.
    OpenDm {
        people: Vec<Uuid>,
    },
    /// Schedules a message, which is to be sent at this moment of the run. No text is given twice.
    Schedule {
        channel: Uuid,
        key: String,
        body: String,
        due_us: u64,
    },
    /// Drops the message that was scheduled under this key.
    Unschedule {
        key: String,
    },
    /// Signs out: nothing at all reaches this client any more.
    SignOut,
    /// Asks for something as who has signed out.
    Knock,
}

impl Action {
    /// Whether it changes a message.
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self, Action::Post { .. } | Action::Edit { .. } | Action::Delete { .. })
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done; a message that was made or read.
    Ok { message: Option<Uuid>, seq: Option<u64>, body: Option<String> },
    /// Refused for good: nothing was done.
    Refused { status: u16, code: String },
    /// The outcome is unknown.
    Unknown { why: String },
}

impl Outcome {
    /// Whether it was answered that it may not be done.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Outcome::Refused { .. })
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Invoked {
        op: u64,
        node: usize,
        action: Action,
    },
    /// An attempt had no answer of use, and the next one begins: the first may still take effect later.
    Again {
        op: u64,
        node: usize,
    },
    Returned {
        op: u64,
        outcome: Outcome,
    },
    /// How many bytes of its streams this client's machine had received when an answer arrived, those included that nothing had
    /// read yet.
    Received {
        op: u64,
        bytes: u64,
    },
    /// A channel that people here use.
    Channel {
        channel: Uuid,
        community: Uuid,
        /// Those who come into the community are in it.
        on_arrival: bool,
    },
    /// Who a client is to the server.
    Person {
        id: Uuid,
    },
    /// The client is in these channels and holds these custom roles all the time, and silences nothing.
    Belongs {
        channels: Vec<Uuid>,
        roles: Vec<Uuid>,
    },
    /// What is posted under this key is a reply to this message.
    Reply {
        key: String,
        parent: Uuid,
    },
    /// The client is not in this channel.
    Outside {
        channel: Uuid,
    },
    /// What a register has before its first write; of what was made just now, what it was made with.
    Register {
        register: Register,
        value: Option<String>,
    },
    /// What a register has in the end, as one node shows it.
    Stands {
        node: usize,
        register: Register,
        value: Option<String>,
    },
    /// How many messages of a channel are read and unread for this client, as one node shows it in the end; without a node, at first.
    Marked {
        node: Option<usize>,
        channel: Uuid,
        read: usize,
        unread: usize,
    },
    /// What the answer to a request showed of a register that this client writes.
    Showed {
        op: u64,
        register: Register,
        value: Option<String>,
    },
    /// How many people had chosen each option of a message's poll, as the answer to a request showed it.
    Counted {
        op: u64,
        message: Uuid,
        votes: Vec<i64>,
    },
    /// What one node shows of a message in the end, for every reader: how many people reacted with each emoji, how many chose each option
    /// of its poll, and whether it is pinned.
    Tallied {
        node: usize,
        message: Uuid,
        reactions: BTreeMap<String, i64>,
        votes: Vec<i64>,
        pinned: bool,
    },
    /// The direct message that a request of this client opened.
    Dm {
        op: u64,
        channel: Uuid,
    },
    /// A channel whose messages a program is told of by an outgoing webhook.
    Wired {
        channel: Uuid,
    },
    /// The program was told of a message under this id.
    Delivered {
        delivery: String,
        message: Uuid,
    },
    /// A channel that is seen by those who hold a role: by these people at most, whatever happens.
    Behind {
        channel: Uuid,
        role: Uuid,
        people: Vec<Uuid>,
    },
    /// A stream was opened, from a cursor or afresh.
    Opened {
        node: usize,
        resumed: bool,
    },
    /// The client stopped listening of its own will.
    Closed,
    /// The client was told to refetch: what it saw before and what it sees now need not join.
    Resync {
        reason: String,
    },
    /// The client was told that its rights had changed while it was away.
    Rights {
        communities: Vec<Uuid>,
        channels: Vec<Uuid>,
    },
    Event(Seen),
    /// The whole of a channel as one node shows it in the end.
    Final {
        node: usize,
        channel: Uuid,
        messages: Vec<Stored>,
    },
    /// The messages that a search for this phrase finds at a node in the end, for who owns all rooms.
    Found {
        node: usize,
        phrase: String,
        messages: Vec<Uuid>,
    },
    /// All notifications of this client's person, as one node lists them in the end. The last such line of a person counts.
    Notifications {
        node: usize,
        listed: Vec<Listed>,
    },
    /// An epoch and the head written under it, as operators see them.
    Epoch {
        stream: Uuid,
        epoch: u64,
        seq: u64,
    },
    /// What a node's process holds in memory.
    Memory {
        node: String,
        kib: u64,
    },
    /// A fault began or ended.
    Fault {
        name: String,
        begins: bool,
    },
}

/// An event as it reached a client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub id: Uuid,
    pub stream: Uuid,
    /// A community's own stream shows no numbers.
    pub seq: Option<u64>,
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Uuid>,
    /// Who joined or is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// A message, or the one that a notification tells of.
    pub message: Option<Uuid>,
    /// Why a notification tells of its message; none where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A message's or a draft's text, the emoji of a reaction, or a channel's name.
    pub body: Option<String>,
    /// How many people have chosen each option of a poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<i64>,
    /// Where it began among all bytes that the client received, where they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_byte: Option<u64>,
}

impl Seen {
    /// Its number, on a stream that shows numbers to everybody who gets it: a channel's.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        // A node of the release before numbers what happens in a community as well.
        self.seq.filter(|_| self.community != Some(self.stream))
    }
}

/// A message as it stands in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub id: Uuid,
    pub author: Uuid,
    pub key: String,
    pub seq: u64,
    pub body: String,
    pub deleted: bool,
}

/// A notification as its person lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub id: Uuid,
    /// What it tells of: the message, or where it is about none its own id.
    pub message: Uuid,
    /// Whether the message mentions the person: by name, by a role, or with all others.
    #[serde(default = "by_name")]
    pub by_name: bool,
}

/// All that was listed by nodes that know no other notifications.
fn by_name() -> bool {
    true
}

/// One line with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Microseconds since the run began, by the one clock of this program.
    pub at_us: u64,
    pub client: String,
    #[serde(flatten)]
    pub what: What,
}

/// Takes down a run as it happens. A look at a long history takes seconds, and nothing that is taken down waits for it: clients that did
/// would be slow because they are recorded.
pub struct Recorder {
    began: Instant,
    /// Lines from the first on, up to the last look. Locked before `inner`.
    looked_at: Mutex<Vec<Line>>,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Lines since the last look.
    lines: Vec<Line>,
    file: Option<BufWriter<File>>,
}

impl Recorder {
    /// Keeps lines in memory and, where a path is given, in a file.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn new(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(BufWriter::new);
        let inner = Mutex::new(Inner { lines: Vec::new(), file });
        Ok(Self { began: Instant::now(), looked_at: Mutex::default(), inner })
    }

    /// Takes one thing down, and says when it was.
    pub fn note(&self, client: &str, what: What) -> u64 {
        // The clock is read under the lock: lines stand in the order of their times.
        let mut inner = self.inner.lock();
        let at_us = self.now_us();
        let line = Line { at_us, client: client.to_owned(), what };
        if let Some(file) = &mut inner.file
            && let Ok(json) = serde_json::to_string(&line)
        {
            let _ = writeln!(file, "{json}");
        }
        inner.lines.push(line);
        at_us
    }

    /// Microseconds since the run began.
    pub fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Everything from that line on.
    pub fn since(&self, first: usize) -> Vec<Line> {
        self.look(|lines| lines.get(first..).map(<[Line]>::to_vec).unwrap_or_default())
    }

    /// Everything from that moment on, in microseconds of the run.
    pub fn since_us(&self, at_us: u64) -> Vec<Line> {
        self.look(|lines| lines[lines.partition_point(|line| line.at_us < at_us)..].to_vec())
    }

    /// What a look at everything so far finds.
    pub fn look<T>(&self, look: impl FnOnce(&[Line]) -> T) -> T {
        let mut lines = self.looked_at.lock();
        let mut since = std::mem::take(&mut self.inner.lock().lines);
        lines.append(&mut since);
        look(&lines)
    }

    /// Ends the history, and gives all of it.
    pub fn finish(&self) -> Vec<Line> {
        let mut looked_at = self.looked_at.lock();
        let mut lines = std::mem::take(&mut *looked_at);
        let mut inner = self.inner.lock();
        if let Some(file) = &mut inner.file {
            let _ = file.flush();
        }
        lines.append(&mut inner.lines);
        lines
    }
}

/// Reads a history back.
///
/// # Errors
/// Names the line that is none.
pub fn read(text: &str) -> anyhow::Result<Vec<Line>> {
    let parse = |(number, line)| {
        serde_json::from_str(line).map_err(|error| anyhow::anyhow!("line {}: {error}", number + 1))
    };
    text.lines().enumerate().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_during_a_look_is_taken_down() {
        let recorder = Recorder::new(None).expect("no file");
        let person = || What::Person { id: Uuid::from_u128(1) };
        recorder.note("a", person());
        let seen = recorder.look(|lines| {
            recorder.note("b", person());
            lines.len()
        });
        recorder.note("c", person());
        assert_eq!((seen, recorder.since(1).len()), (1, 2));
        let clients: Vec<String> = recorder.finish().into_iter().map(|line| line.client).collect();
        assert_eq!(clients, ["a", "b", "c"]);
    }
}
