//! What is printed, and what a typed line means. Pure.

use std::collections::HashMap;

use ajet_protocol::{ChannelId, Message, MessageId};

use crate::state::outbox::Fate;
use crate::state::{Link, State};
use crate::text::clean;
use crate::update::choosing::channel_names;
use crate::view::entry::author;
use crate::when;

/// Messages that are printed of a channel when one comes into it.
const SOME: usize = 15;
/// Channels whose last printed message is known.
const KNOWN: usize = 500;

/// What a typed line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// It is a message, or a command of the server.
    Say(String),
    /// Another channel or person.
    Open(String),
    /// A list, to be printed.
    Print(Vec<String>),
    /// A file is to be sent.
    File(String),
    /// One's last message is to say this instead.
    Edit(String),
    Leave,
    Nothing,
}

/// What stands at the beginning, and at `/help`.
pub const HELP: [&str; 9] = [
    "Type a line to send it to the open channel.",
    "/open NAME goes to a channel or a person. /channels lists them.",
    "/people lists who is here. /again prints the last messages once more.",
    "/edit TEXT changes your last message.",
    "/file PATH sends a file.",
    "/quit leaves.",
    "Everything else that begins with a slash is for the server, such as /topic or /poll.",
    "Two slashes begin a message that begins with one.",
    "",
];

/// What a line means.
#[must_use]
pub fn typed(state: &State, line: &str) -> Typed {
    let line = line.trim();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "" => Typed::Nothing,
        "/quit" => Typed::Leave,
        "/open" => Typed::Open(rest.trim().to_owned()),
        "/edit" => Typed::Edit(rest.trim().to_owned()),
        "/file" if !rest.trim().is_empty() => Typed::File(rest.trim().to_owned()),
        "/channels" => Typed::Print(channel_names(state)),
        "/people" => Typed::Print(people(state)),
        "/again" => Typed::Print(again(state)),
        "/help" if rest.is_empty() => Typed::Print(HELP.map(str::to_owned).to_vec()),
        _ => Typed::Say(line.to_owned()),
    }
}

fn people(state: &State) -> Vec<String> {
    let here = state.people.here.iter().flat_map(|here| &here.members).map(|member| &member.user);
    let dm = state.open_channel().into_iter().flat_map(|one| &one.channel.members);
    let name = |user: &ajet_protocol::User| {
        let is_online = state.people.online.contains(&user.id);
        format!("{} ({}){}", user.display_name, user.username, if is_online { ", online" } else { "" })
    };
    here.chain(dm).map(name).collect()
}

fn again(state: &State) -> Vec<String> {
    let Some(timeline) = state.open.and_then(|channel| state.timeline(channel)) else { return Vec::new() };
    let skipped = timeline.len().saturating_sub(SOME);
    timeline.iter().skip(skipped).map(|message| said(state, message)).collect()
}

/// A message as one line: when, who, what.
#[must_use]
pub fn said(state: &State, message: &Message) -> String {
    let time = when::clock(&state.zone, message.created_at);
    let who = author(state, &message.author);
    if message.deleted {
        return format!("{time} {who}: (deleted)");
    }
    let mut text = ajet_markup::preview(&message.body_md, state, 4_000);
    for file in &message.attachments {
        let alt = file.alt.as_deref().map(|alt| format!(": {alt}")).unwrap_or_default();
        text.push_str(&format!(" (file {}{alt})", file.filename));
    }
    if let Some(poll) = &message.poll {
        let options: Vec<&str> = poll.options.iter().map(|option| option.text.as_str()).collect();
        text.push_str(&format!(" (poll: {}; {})", poll.question, options.join(", ")));
    }
    format!("{time} {who}: {text}")
}

/// What was printed already.
#[derive(Debug, Default)]
pub struct Printed {
    open: Option<ChannelId>,
    last: HashMap<ChannelId, MessageId>,
    link: Option<Link>,
    notice: Option<String>,
    refused: usize,
}

impl Printed {
    /// What is to be printed now, a line each. No line holds what controls a terminal.
    pub fn news(&mut self, state: &State) -> Vec<String> {
        let mut out = Vec::new();
        self.link(state, &mut out);
        self.messages(state, &mut out);
        let notice = state.notice.as_ref().map(|notice| notice.text.clone());
        if notice != self.notice {
            out.extend(notice.iter().map(|text| format!("* {text}")));
            self.notice = notice;
        }
        let refused = state.outbox.iter().filter(|(_, fate)| matches!(fate, Fate::Refused(_))).count();
        if refused > self.refused {
            out.push(format!("* {refused} messages were refused"));
        }
        self.refused = refused;
        out.iter().map(|line| clean::line(line).into_owned()).collect()
    }

    fn link(&mut self, state: &State, out: &mut Vec<String>) {
        if self.link.as_ref() == Some(&state.link) {
            return;
        }
        out.push(match &state.link {
            Link::Connecting(None) => "* connecting".to_owned(),
            Link::Connecting(Some(why)) => format!("* connecting: {why}"),
            Link::Live => "* connected".to_owned(),
            Link::Away(_) => "* away; what you write is sent once the server is back".to_owned(),
            Link::Over(why) => format!("* signed out: {why}"),
        });
        self.link = Some(state.link.clone());
    }

    fn messages(&mut self, state: &State, out: &mut Vec<String>) {
        let Some(channel) = state.open else { return };
        let Some(timeline) = state.timeline(channel).filter(|timeline| !timeline.stale) else { return };
        if self.open != Some(channel) {
            let title = state.open_channel().map(|one| state.title_of(&one.channel)).unwrap_or_default();
            out.push(format!("* in {title}"));
            self.open = Some(channel);
        }
        let known = self.last.get(&channel).copied();
        let skipped = if known.is_some() { 0 } else { timeline.len().saturating_sub(SOME) };
        let new = timeline.iter().skip(skipped).filter(|message| Some(message.id) > known);
        out.extend(new.map(|message| said(state, message)));
        if let Some(newest) = timeline.newest() {
            if self.last.len() >= KNOWN && !self.last.contains_key(&channel) {
                self.last.clear();
            }
            let last = self.last.entry(channel).or_insert(newest);
            *last = (*last).max(newest);
        }
    }
}
