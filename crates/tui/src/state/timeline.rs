//! The messages of a channel or of a thread, as far as they are here: one stretch without a hole.
//!
//! It is made of pages that were fetched, and of the events since. A page may be older than an event that came before it: what events
//! told while a page was on its way is applied to it once more, and each of them says how things are, so that twice is the same as once.
//! What events tell only as a change (reactions, replies) is fetched ([`Timer::Refresh`](super::timers::Timer::Refresh)).

use std::collections::BTreeMap;

use ajet_protocol::{Message, MessageId, MessageShown, Page, PollCounted};

/// Messages of one timeline at most; the ones farthest from what is looked at go first.
pub const MOST: usize = 500;
/// What events told that is kept while a page is on its way.
const TOLD: usize = 200;

/// Whether there is more beyond the first or the last message that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    More,
    End,
}

impl Edge {
    fn of(has_more: bool) -> Self {
        if has_more { Self::More } else { Self::End }
    }
}

/// Which page is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The newest one. What is here makes way.
    Newest,
    Before(MessageId),
    After(MessageId),
    /// The one with this message in its middle. What is here makes way.
    Around(MessageId),
}

/// What an event told of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Edited(Box<MessageShown>),
    Gone(MessageId),
    Pinned(MessageId, bool),
    Polled(MessageId, Option<PollCounted>),
}

/// One stretch of messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    messages: BTreeMap<MessageId, Message>,
    pub before: Edge,
    pub after: Edge,
    /// What is being fetched.
    pub loading: Option<Way>,
    /// The number of the last fetch, which its answer bears: those of others are not waited for any more.
    turn: u64,
    /// Whether something was missed, so that it has to be fetched anew before it is relied on.
    pub stale: bool,
    told: Vec<Told>,
    /// The newest message that an event told of.
    newest_told: Option<MessageId>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            messages: BTreeMap::new(),
            before: Edge::More,
            after: Edge::More,
            loading: None,
            turn: 0,
            stale: true,
            told: Vec::new(),
            newest_told: None,
        }
    }
}

/// A message without its HTML, which no terminal shows.
fn slim(message: Message) -> Message {
    Message { body_html: String::new(), ..message }
}

impl Timeline {
    /// One that nothing was fetched of yet. Its fetches have other numbers than those of an earlier one of the same messages.
    #[must_use]
    pub fn opened_at(now: u64) -> Self {
        Self { turn: now, ..Self::default() }
    }

    /// The number of the last fetch.
    #[must_use]
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// The messages, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values()
    }

    /// Those from one on, itself included.
    pub fn starting_at(&self, id: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.range(id..).map(|(_, message)| message)
    }

    /// Those up to one, itself included.
    pub fn up_to(&self, id: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.range(..=id).map(|(_, message)| message)
    }

    /// A message.
    #[must_use]
    pub fn get(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(&id)
    }

    /// How many messages are here.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether none is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The first message that is here.
    #[must_use]
    pub fn oldest(&self) -> Option<MessageId> {
        self.messages.keys().next().copied()
    }

    /// The last message that is here.
    #[must_use]
    pub fn newest(&self) -> Option<MessageId> {
        self.messages.keys().next_back().copied()
    }

    /// Whether the newest message that there is, is here.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.after == Edge::End
    }

    /// A page is being fetched; false where one is already.
    pub fn begin(&mut self, way: Way) -> bool {
        if self.loading.is_some() {
            return false;
        }
        self.loading = Some(way);
        self.turn += 1;
        self.told.clear();
        true
    }

    /// The page was not to be had. What was told meanwhile is not here.
    pub fn failed(&mut self) {
        self.loading = None;
        if self.newest_told > self.newest() {
            self.after = Edge::More;
        }
        self.trim(false);
    }

    /// Takes a page in.
    pub fn page(&mut self, way: Way, page: Page<Message>) {
        if self.loading.take() != Some(way) {
            return;
        }
        if matches!(way, Way::Newest | Way::Around(_)) {
            self.messages.clear();
            self.stale = false;
        }
        let brings_nothing = page.items.is_empty();
        for message in page.items {
            self.merge(message);
        }
        match way {
            Way::Newest => (self.before, self.after) = (Edge::of(page.has_more), Edge::End),
            Way::Before(_) => self.before = Edge::of(page.has_more),
            Way::After(_) => self.after = Edge::of(page.has_more),
            Way::Around(_) => (self.before, self.after) = (Edge::More, Edge::More),
        }
        for told in std::mem::take(&mut self.told) {
            self.apply(&told);
        }
        // One that was told of and is gone is not waited for.
        if brings_nothing && matches!(way, Way::After(_)) {
            self.newest_told = self.newest();
        }
        // One that came after the page was made is fetched by the next page.
        if self.newest_told > self.newest() {
            self.after = Edge::More;
        }
        self.trim(matches!(way, Way::Before(_)));
    }

    /// A message was posted.
    pub fn created(&mut self, message: Message) {
        self.newest_told = self.newest_told.max(Some(message.id));
        let is_known = self.messages.contains_key(&message.id);
        if !is_known && self.is_at_end() && self.loading.is_none_or(|way| matches!(way, Way::Before(_))) {
            self.merge(message);
            // A page of older ones that is on its way belongs before the first one that is here, and is not waited for without an end.
            if self.messages.len() > 2 * MOST {
                self.loading = None;
            }
            if self.loading.is_none() {
                self.trim(false);
            }
        }
    }

    /// A message as an answer shows it, where it is here, or stands at the end.
    pub fn put(&mut self, message: Message) {
        if let Some(known) = self.messages.get_mut(&message.id) {
            *known = slim(message);
        } else if self.newest() < Some(message.id) {
            self.created(message);
        }
    }

    /// An event told something of a message.
    pub fn tell(&mut self, told: Told) {
        self.apply(&told);
        if self.loading.is_some() && self.told.len() < TOLD {
            self.told.push(told);
        }
    }

    fn apply(&mut self, told: &Told) {
        match told {
            Told::Edited(shown) => {
                if let Some(message) = self.messages.get_mut(&shown.id)
                    && !message.deleted
                    && shown.edited_at >= message.edited_at
                {
                    message.body_md.clone_from(&shown.body_md);
                    message.attachments.clone_from(&shown.attachments);
                    message.mentions.clone_from(&shown.mentions);
                    message.previews.clone_from(&shown.previews);
                    message.edited_at = shown.edited_at;
                }
            }
            Told::Gone(id) => {
                if let Some(message) = self.messages.get_mut(id) {
                    message.deleted = true;
                    message.body_md.clear();
                    message.attachments.clear();
                    message.reactions.clear();
                    message.previews.clear();
                    message.poll = None;
                }
            }
            Told::Pinned(id, pinned) => {
                if let Some(message) = self.messages.get_mut(id) {
                    message.pinned = *pinned;
                }
            }
            Told::Polled(id, counted) => self.polled(*id, counted.as_ref()),
        }
    }

    /// What one chose oneself no event tells: it stays.
    fn polled(&mut self, id: MessageId, counted: Option<&PollCounted>) {
        let poll = self.messages.get_mut(&id).and_then(|message| message.poll.as_mut());
        let (Some(poll), Some(counted)) = (poll, counted) else { return };
        poll.closed = counted.closed;
        for (option, now) in poll.options.iter_mut().zip(&counted.options) {
            option.votes = now.votes;
        }
    }

    /// Takes a message of a page in, unless a later state of it is here.
    fn merge(&mut self, message: Message) {
        let is_older =
            |known: &Message| !message.deleted && (known.deleted || known.edited_at > message.edited_at);
        if !self.messages.get(&message.id).is_some_and(is_older) {
            self.messages.insert(message.id, slim(message));
        }
    }

    fn trim(&mut self, upwards: bool) {
        while self.messages.len() > MOST {
            if upwards {
                self.messages.pop_last();
                self.after = Edge::More;
            } else {
                self.messages.pop_first();
                self.before = Edge::More;
            }
        }
    }

    /// Something was missed. What is here is shown until it is fetched anew.
    pub fn missed_something(&mut self) {
        self.stale = true;
        self.loading = None;
    }
}
