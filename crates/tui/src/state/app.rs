//! All that the client knows, and what it shows of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use ajet_client::Model;
use ajet_markup::Names;
use ajet_protocol::{
    Channel, ChannelId, CommandInfo, CommunityId, MessageId, Permission, RoleId, SyncedChannel, UserId,
};
use jiff::tz::TimeZone;

use super::composer::{Composer, Target};
use super::outbox::Outbox;
use super::overlay::Overlay;
use super::people::People;
use super::places;
use super::timeline::Timeline;
use super::timers::Timers;
use crate::keys::press::Press;
use crate::settings::{Settings, ThemeName};

/// Channels whose messages are kept, the open one included.
pub const TIMELINES: usize = 12;
/// Channels that one was in before, for the way back.
pub const EARLIER: usize = 50;
/// Messages whose spoilers are open.
const REVEALED: usize = 500;

/// How the client stands to its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It has fetched nothing yet; the reason, after a failure.
    Connecting(Option<String>),
    Live,
    /// The stream is lost since then, in ms; it comes back by itself.
    Away(u64),
    /// The session is over.
    Over(String),
}

/// A part of the screen that takes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Places,
    Messages,
    Thread,
    Compose,
    Members,
}

/// A thread that is open beside its channel.
#[derive(Debug, Clone)]
pub struct OpenThread {
    pub root: MessageId,
    pub timeline: Timeline,
    pub selected: Option<MessageId>,
}

/// A slash command as it was sent to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub channel: ChannelId,
    pub text: String,
    /// Its idempotency key.
    pub key: String,
}

/// A line that tells of something for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// All of it.
#[derive(Debug)]
pub struct State {
    pub settings: Settings,
    pub theme: ThemeName,
    pub zone: TimeZone,
    /// The server's address, for links.
    pub base: String,
    /// Now, in ms since the Unix epoch.
    pub now: u64,
    /// When the last key was pressed.
    pub last_key: u64,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Whether the terminal has the focus, as far as it says.
    pub focused: bool,
    pub link: Link,
    pub model: Option<Model>,
    pub pane: Pane,
    pub shows_places: bool,
    pub shows_members: bool,
    /// The place that is chosen in the list, which need not be open.
    pub chosen_place: Option<ChannelId>,
    pub chosen_member: usize,
    pub open: Option<ChannelId>,
    /// What is to be opened as soon as it is known, as the command line said.
    pub opens: Option<String>,
    pub earlier: Vec<ChannelId>,
    timelines: Vec<(ChannelId, Timeline)>,
    /// The message that is chosen; `None` at the end, which new messages then move.
    pub selected: Option<MessageId>,
    /// Lines by which what is chosen is moved, for messages longer than the screen.
    pub nudge: i32,
    /// What was read when the channel was opened: the line `new` stands behind it.
    pub read_until: Option<MessageId>,
    /// The last message that was read, behind which the first unread one is chosen as soon as that is here.
    pub seeks: Option<MessageId>,
    /// The message up to which one has said to have read a channel: it is said once.
    pub marked_read: Option<(ChannelId, MessageId)>,
    pub thread: Option<OpenThread>,
    pub people: People,
    /// Who is typing where, and until when that is believed.
    pub typing: Vec<(ChannelId, UserId, u64)>,
    /// Since when one has told others that one types, and where.
    pub told_typing: Option<(ChannelId, u64)>,
    pub composer: Composer,
    pub overlay: Option<Overlay>,
    pub outbox: Outbox,
    pub notice: Option<Notice>,
    pub timers: Timers,
    /// Messages to be fetched, and the one that is on its way.
    pub refresh: BTreeSet<MessageId>,
    pub refreshing: Option<MessageId>,
    pub commands: HashMap<Option<CommunityId>, Vec<CommandInfo>>,
    /// The last command of which it is not known whether it was carried out: sent again, it has the same key.
    pub unanswered: Option<Command>,
    /// Keys that may begin something.
    pub keys: Vec<Press>,
    revealed: HashSet<MessageId>,
    pub saved: HashSet<MessageId>,
    /// Whether the runtime shows pictures itself, by sequences beside the frame: then none is drawn into it.
    pub pictures_beside: bool,
    /// The title of the terminal as it was set last.
    pub title: String,
    /// What the keys of this run begin with, and how many there were.
    pub serial: (u64, u64),
}

impl State {
    /// A client that has just begun.
    #[must_use]
    pub fn new(settings: Settings, base: &str, seed: u64) -> Self {
        let shows_members = settings.members;
        // Where letters are commands, one looks first.
        let pane = if settings.keymap.preset.typing_writes() { Pane::Compose } else { Pane::Messages };
        Self {
            theme: settings.theme.unwrap_or_default(),
            settings,
            zone: TimeZone::UTC,
            base: base.to_owned(),
            now: 0,
            last_key: 0,
            size: (80, 24),
            focused: true,
            link: Link::Connecting(None),
            model: None,
            pane,
            shows_places: true,
            shows_members,
            chosen_place: None,
            chosen_member: 0,
            open: None,
            opens: None,
            earlier: Vec::new(),
            timelines: Vec::new(),
            selected: None,
            nudge: 0,
            read_until: None,
            seeks: None,
            marked_read: None,
            thread: None,
            people: People::default(),
            typing: Vec::new(),
            told_typing: None,
            composer: Composer::default(),
            overlay: None,
            outbox: Outbox::default(),
            notice: None,
            timers: Timers::default(),
            refresh: BTreeSet::new(),
            refreshing: None,
            commands: HashMap::new(),
            unanswered: None,
            keys: Vec::new(),
            revealed: HashSet::new(),
            saved: HashSet::new(),
            pictures_beside: false,
            title: String::new(),
            serial: (seed, 0),
        }
    }

    /// The person whose client it is.
    #[must_use]
    pub fn me(&self) -> Option<UserId> {
        self.model.as_ref().map(|model| model.state().user.user.id)
    }

    /// A channel as the model has it.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&SyncedChannel> {
        places::channel(self.model.as_ref()?, id)
    }

    /// The open channel.
    #[must_use]
    pub fn open_channel(&self) -> Option<&SyncedChannel> {
        self.channel(self.open?)
    }

    /// What a channel is called, with its sign.
    #[must_use]
    pub fn title_of(&self, channel: &Channel) -> String {
        let me = self.me().unwrap_or(UserId(uuid::Uuid::nil()));
        format!("{}{}", places::sign(channel), places::name(channel, me))
    }

    /// The messages of a channel, if they are here.
    #[must_use]
    pub fn timeline(&self, channel: ChannelId) -> Option<&Timeline> {
        self.timelines.iter().find(|(id, _)| *id == channel).map(|(_, timeline)| timeline)
    }

    /// The same, to be changed.
    pub fn timeline_mut(&mut self, channel: ChannelId) -> Option<&mut Timeline> {
        self.timelines.iter_mut().find(|(id, _)| *id == channel).map(|(_, timeline)| timeline)
    }

    /// The messages of a channel that is looked at; those of the one that was looked at least recently make way.
    pub fn timeline_of(&mut self, channel: ChannelId) -> &mut Timeline {
        let found = self.timelines.iter().position(|(id, _)| *id == channel);
        let entry = match found {
            Some(at) => self.timelines.remove(at),
            None => (channel, Timeline::opened_at(self.now)),
        };
        if self.timelines.len() >= TIMELINES {
            self.timelines.remove(0);
        }
        self.timelines.push(entry);
        let last = self.timelines.len() - 1;
        &mut self.timelines[last].1
    }

    /// All timelines, that of the open thread included.
    pub fn all_timelines(&mut self) -> impl Iterator<Item = &mut Timeline> {
        let thread = self.thread.iter_mut().map(|thread| &mut thread.timeline);
        self.timelines.iter_mut().map(|(_, timeline)| timeline).chain(thread)
    }

    /// A channel is there no more.
    pub fn forget_channel(&mut self, channel: ChannelId) {
        self.timelines.retain(|(id, _)| *id != channel);
    }

    /// Where what is written goes.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        Some((self.open?, self.thread.as_ref().map(|thread| thread.root)))
    }

    /// The timeline that keys are about: that of the thread while it has them, else that of the open channel.
    #[must_use]
    pub fn active(&self) -> Option<&Timeline> {
        match (&self.thread, self.pane) {
            (Some(thread), Pane::Thread) => Some(&thread.timeline),
            _ => self.timeline(self.open?),
        }
    }

    /// The message that keys are about: the chosen one, or the last one.
    #[must_use]
    pub fn active_message(&self) -> Option<&ajet_protocol::Message> {
        let timeline = self.active()?;
        let selected = match (&self.thread, self.pane) {
            (Some(thread), Pane::Thread) => thread.selected,
            _ => self.selected,
        };
        timeline.get(selected.or_else(|| timeline.newest())?)
    }

    /// A message wherever it is.
    #[must_use]
    pub fn find(&self, id: MessageId) -> Option<&ajet_protocol::Message> {
        let thread = self.thread.iter().map(|thread| &thread.timeline);
        self.timelines.iter().map(|(_, timeline)| timeline).chain(thread).find_map(|one| one.get(id))
    }

    /// Whether one may do something in the open channel.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let (Some(model), Some(channel)) = (&self.model, self.open_channel()) else { return false };
        model.state().permissions_in(channel).contains(&permission)
    }

    /// Opens or covers the spoilers of a message.
    pub fn reveal(&mut self, id: MessageId) {
        if !self.revealed.remove(&id) && self.revealed.len() < REVEALED {
            self.revealed.insert(id);
        }
    }

    /// Whether the spoilers of a message are open.
    #[must_use]
    pub fn is_revealed(&self, id: MessageId) -> bool {
        self.revealed.contains(&id)
    }

    /// Another idempotency key.
    pub fn next_key(&mut self) -> String {
        self.serial.1 += 1;
        format!("tui-{:016x}-{}", self.serial.0, self.serial.1)
    }

    /// Who else is typing in a channel.
    pub fn typing_in(&self, channel: ChannelId) -> impl Iterator<Item = UserId> {
        let me = self.me();
        let there = self.typing.iter().filter(move |(place, who, _)| *place == channel && Some(*who) != me);
        there.map(|(_, who, _)| *who)
    }

    /// How a person is called, as far as that is known.
    #[must_use]
    pub fn name_of(&self, person: UserId) -> &str {
        self.user(person).unwrap_or(ajet_markup::UNKNOWN_USER)
    }
}

/// The names that mentions show.
impl Names for State {
    fn user(&self, id: UserId) -> Option<&str> {
        self.people.get(id).map(|person| person.display_name.as_str())
    }

    fn channel(&self, id: ChannelId) -> Option<&str> {
        State::channel(self, id).map(|one| one.channel.name.as_str())
    }

    fn role(&self, id: RoleId) -> Option<&str> {
        let mut communities = self.model.as_ref()?.state().communities.iter();
        communities.find_map(|one| one.roles.iter().find(|role| role.id == id)).map(|role| role.name.as_str())
    }
}
