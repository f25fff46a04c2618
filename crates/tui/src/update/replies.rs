//! What comes of effects.

use ajet_protocol::{ChannelId, CommandResult, Message, MessageId, Page, User};

use super::{attaching, choosing, compose, events, notices, opening, reading, sending, stream, timing};
use crate::effect::Effect;
use crate::message::{Failure, FoundFile, Reply};
use crate::state::overlay::{Choice, Item, Kind, Overlay, Shown};
use crate::state::people::Here;
use crate::state::timeline::Way;
use crate::state::{Command, OpenThread, Pane, State};
use crate::text::width;
use crate::{fuzzy, when};

/// What [`Reply::Done`] says of a read marker.
pub const MARKED_READ: &str = "mark as read";

/// Takes an answer in.
pub fn reply(state: &mut State, reply: Reply, out: &mut Vec<Effect>) {
    match reply {
        Reply::Page { channel, way, turn, result } => page(state, channel, (way, turn), result, out),
        Reply::Replies { root, way, turn, result } => replies(state, root, (way, turn), result, out),
        Reply::Message { id, result } => refreshed(state, id, result, out),
        Reply::Found(result) => match result {
            Ok(message) => opening::go_to(state, &message, out),
            Err(failure) => failed(state, "go there", &failure),
        },
        Reply::Posted { key, result } => sending::posted(state, &key, result, out),
        Reply::Left(left) => {
            state.outbox.adopt(left);
            sending::pump(state, out);
        }
        Reply::Edited { message, text, result } => edited(state, message, text, result),
        Reply::Changed { what, result } => match result {
            Ok(message) => sending::put(state, *message),
            Err(failure) => failed(state, what, &failure),
        },
        Reply::Ran { command, result } => ran(state, command, result, out),
        other => known(state, other, out),
    }
}

/// Answers to what was asked about people and places.
fn known(state: &mut State, reply: Reply, out: &mut Vec<Effect>) {
    match reply {
        Reply::Person(person) => {
            state.people.answered();
            if let Ok(person) = person {
                state.people.meet(&person);
            }
            stream::ask(state, out);
        }
        Reply::Members { channel, result: Ok(page) } if state.open == Some(channel) => {
            page.items.iter().for_each(|member| state.people.meet(&member.user));
            state.people.here = Some(Here { channel, members: page.items, has_more: page.has_more });
        }
        Reply::Online(Ok(people)) => state.people.online.extend(people.online),
        Reply::Commands { community, result: Ok(commands) } => {
            state.commands.insert(community, commands);
            choosing::commands_came(state);
        }
        // Who is here is not worth an error: it comes again.
        Reply::Members { .. } | Reply::Online(_) | Reply::Commands { .. } => {}
        Reply::DmOpened(Ok(channel)) | Reply::Joined(Ok(channel)) => opened(state, channel, out),
        Reply::DmOpened(Err(failure)) => failed(state, "write to them", &failure),
        Reply::Joined(Err(failure)) => failed(state, "join", &failure),
        Reply::Picture { id, result } => pictured(state, id, result),
        Reply::Saved(message) => {
            state.saved.insert(message);
        }
        Reply::Done { what, result: Err(failure) } => {
            // What is done again by itself is not told.
            if what == MARKED_READ {
                reading::failed(state, &failure);
            } else if !what.is_empty() {
                failed(state, what, &failure);
            }
        }
        other => listed(state, other),
    }
}

/// Fills the list that was opened for it.
fn listed(state: &mut State, reply: Reply) {
    let (kind, items) = match reply {
        Reply::Search { text, result } => {
            let is_current = matches!(&state.overlay, Some(Overlay::Picker(picker))
                if picker.kind == Kind::Search && picker.input.text().trim() == text);
            if !is_current {
                return;
            }
            let items = |page: ajet_protocol::SearchPage| {
                let found = page.items.iter().filter_map(|hit| hit.message.as_deref());
                found.map(|one| choosing::item_of(state, one)).collect()
            };
            (Kind::Search, result.map(items))
        }
        Reply::Inbox(result) => {
            (Kind::Inbox, result.map(|page| page.items.iter().map(|one| told(state, one)).collect()))
        }
        Reply::SavedOnes(result) => {
            if let Ok(page) = &result {
                state.saved.extend(page.items.iter().map(|one| one.message.id));
            }
            let items =
                |page: Page<ajet_protocol::Saved>| page.items.iter().map(|one| kept(state, one)).collect();
            (Kind::Saved, result.map(items))
        }
        Reply::Pins(result) => (
            Kind::Pins,
            result.map(|page| page.items.iter().map(|one| choosing::item_of(state, one)).collect()),
        ),
        Reply::Files { typed, result } => return files(state, &typed, result),
        Reply::Reacted { message, result } => {
            (Kind::Reactions(message), result.map(|all| all.iter().flat_map(reacted).collect()))
        }
        _ => return,
    };
    fill(state, kind, items);
}

/// Files of this machine, if they are still asked for.
fn files(state: &mut State, typed: &str, result: Result<Vec<FoundFile>, String>) {
    let is_current = matches!(&state.overlay, Some(Overlay::Picker(picker))
        if picker.kind == Kind::Attach && picker.input.text().trim() == typed);
    if is_current {
        let items = result.map(|all| all.iter().map(attaching::item).collect());
        fill(state, Kind::Attach, items.map_err(|text| Failure { text, code: None, is_passing: false }));
    }
}

fn fill(state: &mut State, kind: Kind, items: Result<Vec<Item>, Failure>) {
    let Some(Overlay::Picker(picker)) = &mut state.overlay else { return };
    if picker.kind != kind {
        return;
    }
    // One that is filled anew keeps the line that is chosen.
    let at = if picker.waits { 0 } else { picker.at };
    picker.waits = false;
    picker.set(match items {
        Ok(items) if items.is_empty() => vec![Item::new("nothing", "", Choice::Nothing)],
        Ok(items) => items,
        Err(failure) => vec![Item::new(failure.text, "", Choice::Nothing)],
    });
    picker.at = at.min(picker.len().saturating_sub(1));
}

/// The lines of an emoji: who put it there.
fn reacted((emoji, people): &(String, Page<User>)) -> Vec<Item> {
    let line = |person: &User| {
        let label = format!("{emoji} {}", person.display_name);
        Item::new(label, person.username.clone(), Choice::Person(person.id))
    };
    let more = people.has_more.then(|| Item::new(format!("{emoji} and more"), "", Choice::Nothing));
    people.items.iter().map(line).chain(more).collect()
}

/// A line of what one saved, with one's note, and when one is reminded of it.
fn kept(state: &State, one: &ajet_protocol::Saved) -> Item {
    let mut item = choosing::item_of(state, &one.message);
    if let Some(note) = &one.note {
        item.label = format!("{} · {note}", item.label);
    }
    if let Some(at) = one.remind_at {
        item.detail = format!("{} · reminds {}", item.detail, when::short(state, at));
    }
    item
}

/// A line of the inbox.
fn told(state: &State, one: &ajet_protocol::Notification) -> Item {
    let (who, what) = (&one.actor.display_name, notices::words(one.kind, one.reason));
    let preview = one.preview.as_deref().unwrap_or_default();
    let label = if preview.is_empty() { format!("{who} {what}") } else { format!("{who} {what}: {preview}") };
    let place = one.channel_id.and_then(|id| state.channel(id)).map(|one| state.title_of(&one.channel));
    let choice = match one.channel_id {
        _ if one.reason.leads_to_message() => Choice::Message(MessageId(one.source_id)),
        Some(channel) => Choice::Channel(channel),
        None => Choice::Nothing,
    };
    let detail = format!("{} {}", place.unwrap_or_default(), when::short(state, one.created_at));
    let choice = if one.read { choice } else { Choice::Told(one.id, Box::new(choice)) };
    Item { marked: !one.read, ..Item::new(label, detail, choice) }
}

fn failed(state: &mut State, what: &str, failure: &Failure) {
    notices::complain(state, format!("can't {what}: {}", failure.text));
}

fn page(
    state: &mut State,
    channel: ChannelId,
    (way, turn): (Way, u64),
    result: Result<Page<Message>, Failure>,
    out: &mut Vec<Effect>,
) {
    // One that was given up may be older than what is fetched in its place.
    if state.timeline(channel).is_none_or(|timeline| timeline.turn() != turn) {
        return;
    }
    match result {
        Ok(page) => {
            page.items.iter().for_each(|message| stream::meet(state, message, out));
            if let Some(timeline) = state.timeline_mut(channel) {
                timeline.page(way, page);
            }
            after_page(state, channel, out);
        }
        Err(failure) => {
            if let Some(timeline) = state.timeline_mut(channel) {
                timeline.failed();
            }
            if state.open == Some(channel) {
                failed(state, "read this channel", &failure);
            }
        }
    }
}

/// What was chosen may be gone, and more may be needed.
fn after_page(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    if state.open != Some(channel) {
        return;
    }
    opening::seek_unread(state, channel);
    if let (Some(selected), Some(timeline)) = (state.selected, state.timeline(channel))
        && timeline.get(selected).is_none()
    {
        let nearest = timeline.starting_at(selected).next().map(|message| message.id);
        state.selected = nearest;
    }
    match state.selected {
        Some(_) => opening::load_near(state, out),
        None => opening::follow_on(state, channel, out),
    }
}

fn replies(
    state: &mut State,
    root: MessageId,
    (way, turn): (Way, u64),
    result: Result<Page<Message>, Failure>,
    out: &mut Vec<Effect>,
) {
    let is_it = |thread: &OpenThread| thread.root == root && thread.timeline.turn() == turn;
    if !state.thread.as_ref().is_some_and(is_it) {
        return;
    }
    match result {
        Ok(page) => {
            page.items.iter().for_each(|message| stream::meet(state, message, out));
            let Some(thread) = &mut state.thread else { return };
            thread.timeline.page(way, page);
            let newest = thread.timeline.newest().filter(|_| !thread.timeline.is_at_end());
            if let Some(way) = newest.map(Way::After).filter(|way| thread.timeline.begin(*way)) {
                out.push(Effect::LoadReplies { root, way, turn: thread.timeline.turn() });
            }
        }
        Err(failure) => {
            if let Some(thread) = &mut state.thread {
                thread.timeline.failed();
            }
            failed(state, "read this thread", &failure);
        }
    }
}

fn refreshed(state: &mut State, id: MessageId, result: Result<Box<Message>, Failure>, out: &mut Vec<Effect>) {
    if state.refreshing == Some(id) {
        state.refreshing = None;
    }
    match result {
        Ok(message) => state.all_timelines().for_each(|timeline| {
            if timeline.get(id).is_some() {
                timeline.put((*message).clone());
            }
        }),
        Err(failure) if failure.is_passing => return timing::refresh_later(state, id),
        Err(_) => {}
    }
    timing::refresh(state, out);
}

fn opened(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    if state.channel(channel).is_some() {
        opening::open(state, channel, out);
        state.pane = Pane::Compose;
    } else {
        // It is new: the model learns of it by what is fetched.
        state.opens = Some(channel.to_string());
        out.push(Effect::Refetch);
    }
}

fn pictured(
    state: &mut State,
    id: ajet_protocol::AttachmentId,
    result: Result<std::sync::Arc<crate::pictures::Picture>, String>,
) {
    if let Some(Overlay::Picture { id: own, picture, .. }) = &mut state.overlay
        && *own == id
    {
        *picture = match result {
            Ok(here) => Shown::Here(here),
            Err(why) => Shown::Failed(why),
        };
    }
}

/// A message was edited, or was not: then what it was to say is there again.
fn edited(state: &mut State, id: MessageId, text: String, result: Result<Box<Message>, Failure>) {
    let failure = match result {
        Ok(message) => return sending::put(state, *message),
        Err(failure) => failure,
    };
    failed(state, "edit it", &failure);
    let composer = &state.composer;
    if composer.buffer.is_empty() && composer.editing.is_none() && composer.files.is_empty() {
        compose::begin_edit(state, id, &text);
    } else {
        state.overlay = Some(Overlay::Reader { title: "Not edited".to_owned(), text, first: 0, stays: true });
    }
}

/// A slash command was carried out, or was not: then it can be mended.
fn ran(
    state: &mut State,
    command: Command,
    result: Result<Box<CommandResult>, Failure>,
    out: &mut Vec<Effect>,
) {
    let text = command.text.as_str();
    if state.unanswered.as_ref().is_some_and(|known| known.key == command.key) {
        state.unanswered = None;
    }
    match result {
        Ok(done) => {
            let CommandResult { message, effect, reply_md, .. } = *done;
            if let Some(message) = message {
                sending::put(state, message);
            }
            match (reply_md.filter(|reply| !reply.trim().is_empty()), effect) {
                (Some(reply), _) => {
                    events::read_to(state, text, reply);
                    // It may hold a secret that is shown this once.
                    if let Some(Overlay::Reader { stays, .. }) = &mut state.overlay {
                        *stays = true;
                    }
                }
                (None, Some(_)) => notices::say(state, "done"),
                (None, None) => {}
            }
        }
        Err(failure) => not_run(state, command, &failure, out),
    }
}

/// It stands in the composer again, if nothing else does.
fn not_run(state: &mut State, command: Command, failure: &Failure, out: &mut Vec<Effect>) {
    let text = command.text.as_str();
    let known = state.commands.values().flatten().map(|command| command.name.as_str());
    let word = text.trim_start_matches('/').split(' ').next().unwrap_or_default();
    let near = known.filter_map(|name| Some((fuzzy::score(word, name)?, name))).max();
    let hint = match near {
        Some((_, name)) if name != word => format!(" (did you mean /{name}?)"),
        _ => String::new(),
    };
    let is_free = state.open == Some(command.channel)
        && state.composer.buffer.is_empty()
        && state.composer.editing.is_none();
    if is_free {
        state.composer.buffer.set(text);
        super::drafts::changed(state, out);
        notices::complain(state, format!("{}{hint}", failure.text));
    } else {
        notices::complain(state, format!("not run: {}: {}{hint}", width::cut(text, 40), failure.text));
    }
    if failure.is_passing {
        state.unanswered = Some(command);
    }
}
