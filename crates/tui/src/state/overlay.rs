//! What lies over the screen: a list to choose from, a question, a text to read, a picture.

use std::sync::Arc;

use ajet_protocol::{AttachmentId, ChannelId, MessageId, NotificationId, UserId};

use crate::fuzzy;
use crate::keys::action::Action;
use crate::pictures::Picture;
use crate::text::buffer::Buffer;

/// Lines of a list at most.
pub const ITEMS: usize = 2000;

/// What lies over the screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys; the first line that is shown.
    Help(usize),
    Picker(Box<Picker>),
    Question(Question),
    /// A text for the person alone, as Markdown, and the first line of it that is shown.
    Reader {
        title: String,
        text: String,
        first: usize,
        /// Whether it stays while one types: the text is nowhere else.
        stays: bool,
    },
    Picture {
        name: String,
        id: AttachmentId,
        picture: Shown,
    },
}

/// How far a picture has come.
#[derive(Debug, Clone)]
pub enum Shown {
    Coming,
    Here(Arc<Picture>),
    Failed(String),
}

/// Which list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Switcher,
    Palette,
    /// What is typed is looked for by the server.
    Search,
    Inbox,
    Saved,
    Pins,
    /// An emoji for this message.
    React(MessageId),
    /// Who put which emoji under this message.
    Reactions(MessageId),
    /// Links and files of a message.
    Links,
    /// Options of the poll of this message.
    Vote(MessageId),
    /// The link of a message is typed.
    GoTo,
    /// The path of a file is typed, which is to be sent along.
    Attach,
}

impl Kind {
    /// Whether what is typed narrows the list down.
    #[must_use]
    pub fn is_filtered(self) -> bool {
        !matches!(self, Self::Search | Self::GoTo | Self::Attach)
    }

    /// What stands above it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Switcher => "Go to",
            Self::Palette => "Do",
            Self::Search => "Search messages",
            Self::Inbox => "Inbox",
            Self::Saved => "Saved",
            Self::Pins => "Pinned",
            Self::React(_) => "React",
            Self::Reactions(_) => "Who reacted (Enter writes to them)",
            Self::Links => "Open",
            Self::Vote(_) => "Vote (Enter chooses, Esc is done)",
            Self::GoTo => "Link of a message",
            Self::Attach => "Send a file along (Enter opens a folder)",
        }
    }
}

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Channel(ChannelId),
    Person(UserId),
    Message(MessageId),
    Do(Action),
    /// This is put into the composer.
    Write(String),
    React(String),
    Link(String),
    Picture(AttachmentId, String),
    Option(i64),
    /// A file of this machine, by its path.
    File(String),
    /// What is in this folder is listed.
    Folder(String),
    /// This notification counts as read, and then the other thing is done.
    Told(NotificationId, Box<Choice>),
    /// There is nothing to choose; the line tells something.
    Nothing,
}

/// A line to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub label: String,
    /// What stands at its right side.
    pub detail: String,
    pub choice: Choice,
    /// Whether it stands out: it is unread, or chosen already.
    pub marked: bool,
}

impl Item {
    /// A line that does not stand out.
    #[must_use]
    pub fn new(label: impl Into<String>, detail: impl Into<String>, choice: Choice) -> Self {
        Self { label: label.into(), detail: detail.into(), choice, marked: false }
    }
}

/// A list to choose from, which what is typed narrows down.
#[derive(Debug, Clone)]
pub struct Picker {
    pub kind: Kind,
    pub input: Buffer,
    all: Vec<Item>,
    /// The places of those that fit, the best first.
    fitting: Vec<usize>,
    /// Which of them is chosen.
    pub at: usize,
    /// Whether more is on its way.
    pub waits: bool,
}

impl Picker {
    /// A list of these.
    #[must_use]
    pub fn of(kind: Kind, all: Vec<Item>) -> Self {
        let mut picker = Self {
            kind,
            input: Buffer::default(),
            all: Vec::new(),
            fitting: Vec::new(),
            at: 0,
            waits: false,
        };
        picker.set(all);
        picker
    }

    /// Replaces the lines.
    pub fn set(&mut self, mut all: Vec<Item>) {
        all.truncate(ITEMS);
        self.all = all;
        self.narrow();
    }

    /// Narrows the list down to what fits to what is typed. The best one is chosen.
    pub fn narrow(&mut self) {
        let typed = self.input.text().trim();
        if typed.is_empty() || !self.kind.is_filtered() {
            self.fitting = (0..self.all.len()).collect();
        } else {
            let scored = self.all.iter().enumerate().filter_map(|(place, item)| {
                let label = fuzzy::score(typed, &item.label);
                // Of two that fit alike the label counts more.
                let detail = fuzzy::score(typed, &item.detail).map(|score| score - score / 8);
                Some((label.max(detail)?, place))
            });
            let mut scored: Vec<(u32, usize)> = scored.collect();
            scored.sort_by_key(|(score, place)| (std::cmp::Reverse(*score), *place));
            self.fitting = scored.into_iter().map(|(_, place)| place).collect();
        }
        self.at = 0;
    }

    /// The lines that fit.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.fitting.iter().filter_map(|place| self.all.get(*place))
    }

    /// How many lines fit.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fitting.len()
    }

    /// Whether none fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fitting.is_empty()
    }

    /// The line that is chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<&Item> {
        self.all.get(*self.fitting.get(self.at)?)
    }

    /// The same, to mark it.
    pub fn chosen_mut(&mut self) -> Option<&mut Item> {
        self.all.get_mut(*self.fitting.get(self.at)?)
    }

    /// The lines that stand out, wherever they are.
    pub fn marked(&self) -> impl Iterator<Item = &Item> {
        self.all.iter().filter(|item| item.marked)
    }

    /// No other line stands out.
    pub fn unmark_all(&mut self) {
        self.all.iter_mut().for_each(|item| item.marked = false);
    }

    /// The place of the line that a digit names, in lists whose lines are numbered.
    #[must_use]
    pub fn numbered(&self, c: char) -> Option<usize> {
        let is_numbered = matches!(self.kind, Kind::Links | Kind::Vote(_)) && self.input.is_empty();
        let place = c.to_digit(10).filter(|_| is_numbered)?.checked_sub(1)? as usize;
        (place < self.len()).then_some(place)
    }

    /// So many lines down; up where it is negative. It stops at the ends.
    pub fn step(&mut self, lines: isize) {
        self.at = self.at.saturating_add_signed(lines).min(self.len().saturating_sub(1));
    }
}

/// A question that is answered by `y` or `n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    pub then: Then,
}

/// What a yes does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    Delete(MessageId),
    Leave(ChannelId),
    /// A text of many lines was pasted.
    Paste(String),
    Quit,
}
