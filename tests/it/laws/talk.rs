//! What is said, as events make it: each message that a reader was told of and all that was told of it since, held against what the server
//! answers about it in the end.

use std::collections::{BTreeMap, BTreeSet};

use ajet_protocol::events::ReactionPayload;
use ajet_protocol::{
    Event, Message, MessageId, MessageShown, Poll, PollCounted, PollOption, Timestamp, UserId,
};

/// How many of those who replied a thread shows.
const REPLIERS: usize = 3;

/// The messages that somebody was told of.
#[derive(Debug)]
pub struct Talk {
    me: UserId,
    messages: BTreeMap<MessageId, Message>,
    reactions: BTreeMap<(MessageId, String), BTreeSet<UserId>>,
}

impl Talk {
    pub fn of(me: UserId) -> Self {
        Self { me, messages: BTreeMap::new(), reactions: BTreeMap::new() }
    }

    /// The messages that were told of.
    pub fn ids(&self) -> impl Iterator<Item = MessageId> {
        self.messages.keys().copied()
    }

    /// Takes an event in. What concerns a message that was not told of is no matter of this reader's.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::MessageCreated(said) => {
                self.messages.insert(said.message.id, said.message.into());
            }
            Event::MessageEdited(said) => self.edited(said.message),
            Event::MessageDeleted(gone) => self.deleted(gone.message_id),
            Event::MessagePinned(pin) => self.change(pin.message_id, |message| message.pinned = true),
            Event::MessageUnpinned(pin) => self.change(pin.message_id, |message| message.pinned = false),
            Event::ReactionAdded(ReactionPayload { message_id, user_id, emoji }) => {
                self.reactions.entry((message_id, emoji)).or_default().insert(user_id);
            }
            Event::ReactionRemoved(ReactionPayload { message_id, user_id, emoji }) => {
                self.reactions.entry((message_id, emoji)).or_default().remove(&user_id);
            }
            Event::PollUpdated(told) => {
                self.change(told.message_id, |message| message.poll = told.poll.map(counted));
            }
            _ => {}
        }
    }

    fn change(&mut self, id: MessageId, change: impl FnOnce(&mut Message)) {
        if let Some(message) = self.messages.get_mut(&id) {
            change(message);
        }
    }

    /// A deleted message keeps its place, and loses all else without further events.
    fn deleted(&mut self, id: MessageId) {
        self.reactions.retain(|(message, _), _| *message != id);
        self.change(id, |message| {
            message.deleted = true;
            message.body_md.clear();
            message.body_html.clear();
            message.attachments.clear();
            message.mentions.clear();
            message.previews.clear();
            message.poll = None;
            message.pinned = false;
        });
    }

    /// Events show messages without what other events tell.
    fn edited(&mut self, shown: MessageShown) {
        self.change(shown.id, |known| {
            let poll = known.poll.take();
            let pinned = known.pinned;
            *known = Message { poll, pinned, ..shown.into() };
        });
    }

    /// Where what is answered about a message differs from what was told of it.
    pub fn differences(&self, fresh: &Message) -> Vec<String> {
        let (id, known) = (fresh.id, &self.messages[&fresh.id]);
        let (mut told, mut is) = (facts(known), facts(fresh));
        told.push(("reactions", format!("{:?}", self.reactions_to(id))));
        let reactions = fresh.reactions.iter().map(|one| (&*one.emoji, (one.count, one.reacted_by_me)));
        is.push(("reactions", format!("{:?}", reactions.collect::<BTreeMap<_, _>>())));
        told.push(("replies", format!("{:?}", self.replies_to(id))));
        is.push(("replies", format!("{:?}", replies(fresh))));
        let differing = told.iter().zip(&is).filter(|(told, is)| told != is);
        differing.map(|((what, told), (_, is))| format!("{id}: {what} told as {told}, and is {is}")).collect()
    }

    /// By emoji how many people chose it, and whether the reader is one of them.
    fn reactions_to(&self, id: MessageId) -> BTreeMap<&str, (i64, bool)> {
        let of_it = self.reactions.iter().filter(|((message, _), by)| *message == id && !by.is_empty());
        let count = |by: &BTreeSet<UserId>| i64::try_from(by.len()).expect("a count");
        of_it.map(|((_, emoji), by)| (&**emoji, (count(by), by.contains(&self.me)))).collect()
    }

    /// How many replies there are, who replied last, and when.
    fn replies_to(&self, id: MessageId) -> (usize, Vec<UserId>, Option<Timestamp>) {
        let replies: Vec<&Message> =
            self.messages.values().rev().filter(|it| it.parent_id == Some(id) && !it.deleted).collect();
        let mut repliers = Vec::new();
        for reply in &replies {
            if !repliers.contains(&reply.author.id) && repliers.len() < REPLIERS {
                repliers.push(reply.author.id);
            }
        }
        (replies.len(), repliers, replies.first().map(|newest| newest.created_at))
    }
}

/// How many replies an answer says that there are, who replied last, and when.
fn replies(fresh: &Message) -> (usize, Vec<UserId>, Option<Timestamp>) {
    let count = usize::try_from(fresh.reply_count).expect("a count");
    let thread = fresh.thread.as_ref();
    let repliers = thread.iter().flat_map(|it| &it.repliers).map(|user| user.id).collect();
    (count, repliers, thread.and_then(|it| it.last_reply_at))
}

/// What there is to a message itself.
fn facts(it: &Message) -> Vec<(&'static str, String)> {
    // Names are filled in for each reader.
    let html = if it.body_md.contains('<') { "" } else { &it.body_html };
    vec![
        ("place", format!("{:?}", (it.channel_id, it.parent_id, it.also_to_channel))),
        ("maker", format!("{:?}", (it.author.id, it.kind))),
        ("creation", format!("{:?}", (it.seq, &it.client_mutation_id, it.created_at))),
        ("deleted", it.deleted.to_string()),
        ("text", format!("{:?}", (&it.body_md, html, it.edited_at))),
        ("mentions", format!("{:?}", it.mentions)),
        ("files", format!("{:?}", it.attachments)),
        ("previews", format!("{:?}", it.previews)),
        ("poll", format!("{:?}", it.poll.clone().map(unchosen))),
        ("pinned", it.pinned.to_string()),
    ]
}

/// A poll with the votes that an event tells, which does not say what one reader chose.
fn counted(told: PollCounted) -> Poll {
    let PollCounted { question, options, multiple, closes_at, closed } = told;
    let options = options
        .into_iter()
        .map(|it| PollOption { votes: it.votes, ..PollOption::unchosen(it.text) })
        .collect();
    Poll { question, options, multiple, closes_at, closed }
}

fn unchosen(mut poll: Poll) -> Poll {
    poll.options.iter_mut().for_each(|option| option.voted_by_me = false);
    poll
}
