//! What is done with the chosen message.

use ajet_protocol::{Message, Permission};

use super::{choosing, compose, notices, opening};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::state::overlay::{Choice, Item, Kind, Overlay, Picker, Question, Then};
use crate::state::{Pane, State};
use crate::text::clean;
use crate::{links, markdown};

/// Emoji of a message of which it is asked who put them there.
const EMOJI: usize = 20;

/// Does something with it; false for what is not about a message, and without one.
pub fn perform(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    if action == Action::EditLast {
        edit_last(state);
        return true;
    }
    let Some(message) = state.active_message().cloned() else { return false };
    match action {
        Action::Thread | Action::Select => opening::open_thread(state, &message, out),
        Action::React => choosing::open(state, Kind::React(message.id), out),
        Action::Reactions => who_reacted(state, &message, out),
        Action::Edit => edit(state, &message),
        Action::Quote => quote(state, &message, out),
        Action::Delete => delete(state, &message),
        Action::Pin => out.push(Effect::Pin { message: message.id, on: !message.pinned }),
        Action::Save => {
            out.push(Effect::Save { message: message.id, on: !state.saved.contains(&message.id) });
        }
        Action::Follow => follow(state, &message, out),
        Action::CopyText => {
            // It may be pasted into a shell.
            out.push(Effect::Copy(clean::lines(&ajet_markup::visible(&message.body_md))));
            notices::say(state, "copied");
        }
        Action::CopyLink => {
            out.push(Effect::Copy(format!("{}/m/{}", state.base, message.id)));
            notices::say(state, "its link is copied");
        }
        Action::Open => open(state, &message, out),
        Action::Reveal => state.reveal(message.id),
        Action::Vote => vote(state, &message),
        Action::MarkUnread => mark_unread(state, &message, out),
        _ => return false,
    }
    true
}

fn is_own(state: &State, message: &Message) -> bool {
    state.me() == Some(message.author.id)
}

/// Lists who put which emoji under it.
fn who_reacted(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    if message.reactions.is_empty() {
        return notices::say(state, "no emoji stands under it");
    }
    let mut picker = Picker::of(Kind::Reactions(message.id), Vec::new());
    picker.waits = true;
    state.overlay = Some(Overlay::Picker(Box::new(picker)));
    let emoji = message.reactions.iter().map(|one| one.emoji.clone()).take(EMOJI).collect();
    out.push(Effect::WhoReacted { message: message.id, emoji });
}

fn edit(state: &mut State, message: &Message) {
    if !is_own(state, message) || message.deleted {
        return notices::say(state, "only your own messages can be edited");
    }
    compose::edit(state, message);
}

/// Edits one's last message here.
pub fn edit_last(state: &mut State) {
    let me = state.me();
    let timeline = match &state.thread {
        Some(thread) => Some(&thread.timeline),
        None => state.open.and_then(|channel| state.timeline(channel)),
    };
    let own = |message: &&Message| Some(message.author.id) == me && !message.deleted;
    let last = timeline.and_then(|timeline| timeline.iter().rev().find(own)).cloned();
    match last {
        Some(message) => compose::edit(state, &message),
        None => notices::say(state, "you wrote nothing here lately"),
    }
}

/// Puts what somebody said into the composer, as a quote.
fn quote(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let text = crate::complete::typed_mentions(state, &message.body_md);
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    compose::insert(state, &quoted, out);
}

fn delete(state: &mut State, message: &Message) {
    if !is_own(state, message) && !state.may(Permission::ManageMessages) {
        return notices::say(state, "you may not delete it");
    }
    let beginning = markdown::beginning(message, state, 40);
    let text = format!("Delete \u{201c}{beginning}\u{201d}?");
    state.overlay = Some(Overlay::Question(Question { text, then: Then::Delete(message.id) }));
}

fn follow(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let root = message.parent_id.unwrap_or(message.id);
    let thread = state.find(root).and_then(|message| message.thread.as_ref());
    let follows = thread.is_some_and(|thread| thread.following);
    out.push(Effect::Follow { message: root, on: !follows });
    notices::say(
        state,
        if follows { "you don't follow this thread any more" } else { "you follow this thread" },
    );
}

/// Opens its link or file, or lets one choose.
fn open(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let found = links::of(message);
    match found.as_slice() {
        [] => notices::say(state, "no links and no files"),
        [one] => choosing::choose(state, one.choice(), out),
        all => {
            let numbered = all.iter().enumerate();
            let items = numbered.map(|(at, link)| {
                Item::new(format!("{} {}", at + 1, link.label()), link.detail(), link.choice())
            });
            state.overlay = Some(Overlay::Picker(Box::new(Picker::of(Kind::Links, items.collect()))));
        }
    }
}

fn vote(state: &mut State, message: &Message) {
    let Some(poll) = &message.poll else { return notices::say(state, "it has no poll") };
    if poll.closed {
        return notices::say(state, "the poll is closed");
    }
    let items = poll.options.iter().zip(0_i64..).map(|(option, place)| Item {
        marked: option.voted_by_me,
        ..Item::new(
            format!("{} {}", place + 1, option.text),
            markdown::votes(option.votes),
            Choice::Option(place),
        )
    });
    state.overlay = Some(Overlay::Picker(Box::new(Picker::of(Kind::Vote(message.id), items.collect()))));
}

/// It and what follows is unread again. The channel is left alone until something new comes, or it would be read at once.
fn mark_unread(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let channel = message.channel_id;
    out.push(Effect::MarkUnread { channel, message: message.id });
    let last = state.channel(channel).and_then(|one| one.channel.last_message_id);
    let newest = last.max(state.timeline(channel).and_then(crate::state::timeline::Timeline::newest));
    state.marked_read = newest.map(|newest| (channel, newest));
    notices::say(state, "unread from here on");
    if let (Some(open), Some(_), Pane::Messages) = (state.open, state.selected, state.pane) {
        opening::to_end(state, open, out);
    }
}
