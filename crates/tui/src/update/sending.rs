//! Sending: a message stands in the outbox, on the disk too, from the moment in which Enter is pressed until the server has it.

use ajet_protocol::{ChannelId, Message, limits};

use super::{drafts, notices, opening};
use crate::effect::Effect;
use crate::message::Failure;
use crate::state::outbox::Unsent;
use crate::state::timers::Timer;
use crate::state::{Link, State};

/// The longest pause between tries, in ms.
const LONGEST_PAUSE: u64 = 60_000;

/// Sends what the composer holds: an edit, a command or a message.
pub fn send(state: &mut State, out: &mut Vec<Effect>) {
    let text = state.composer.buffer.text().trim().to_owned();
    let Some((channel, parent)) = state.target() else { return };
    let has_files = !state.composer.files.is_empty() && state.composer.editing.is_none();
    if text.is_empty() && !has_files {
        return;
    }
    if text.chars().count() > limits::BODY_CHARS {
        let over = text.chars().count() - limits::BODY_CHARS;
        return notices::complain(state, format!("{over} characters too long"));
    }
    if let Some(message) = state.composer.editing {
        // No edit waits on the disk: it may be older than what another session makes of the message meanwhile.
        if state.link != Link::Live {
            return notices::complain(state, "not edited: there is no connection, and no edit waits for one");
        }
        out.push(Effect::Edit { message, text });
        return end_edit(state);
    }
    if let Some(command) = text.strip_prefix('/').filter(|rest| !rest.starts_with('/')) {
        let text = format!("/{command}");
        let key = key_of_command(state, channel, &text);
        out.push(Effect::Run { channel, text, key });
        return sent(state, out);
    }
    if !state.channel(channel).is_some_and(|one| one.joined) {
        return notices::complain(state, "you have not joined this channel");
    }
    // Two slashes are the text that begins with one.
    let body = if text.starts_with("//") { text[1..].to_owned() } else { text };
    let (key, files) = (state.next_key(), state.composer.files.clone());
    let unsent = Unsent { key, channel, parent, body, files, written_at: state.now, refused: None };
    if !state.outbox.add(unsent.clone()) {
        return notices::complain(state, "too many messages wait to be sent");
    }
    state.composer.take_files((channel, parent));
    out.push(Effect::KeepUnsent(unsent));
    sent(state, out);
    pump(state, out);
}

/// The key of a command: the one that it had already, where it may have been carried out without an answer.
fn key_of_command(state: &mut State, channel: ChannelId, text: &str) -> String {
    let known = state.unanswered.as_ref().filter(|known| known.channel == channel && known.text == text);
    match known.map(|known| known.key.clone()) {
        Some(key) => key,
        None => state.next_key(),
    }
}

/// What was written is on its way: the composer is empty, and its draft gone.
fn sent(state: &mut State, out: &mut Vec<Effect>) {
    state.composer.buffer.take();
    (state.composer.completion, state.composer.completes) = (None, false);
    if let Some(target) = state.target() {
        state.composer.forget(target);
    }
    drafts::stop_typing(state, out);
    drafts::keep(state, out);
    if let Some(thread) = &mut state.thread {
        thread.selected = None;
    }
    // What was sent stands at the end, which may not be here.
    if let (Some(channel), Some(_)) = (state.open, state.selected) {
        opening::to_end(state, channel, out);
    }
}

/// The composer holds a new message again.
pub fn end_edit(state: &mut State) {
    let (target, kept) = (state.target(), state.composer.kept.clone());
    state.composer.turn(None, target, &kept);
}

/// Sends what waits, if there is a connection and no pause.
pub fn pump(state: &mut State, out: &mut Vec<Effect>) {
    if state.link == Link::Live && !state.timers.is_set(Timer::Resend) {
        out.extend(state.outbox.begin_sending(state.now).into_iter().map(Effect::Post));
    }
}

/// There is a connection again.
pub fn pump_now(state: &mut State, out: &mut Vec<Effect>) {
    state.timers.clear(Timer::Resend);
    pump(state, out);
}

/// A message was posted, or was not.
pub fn posted(state: &mut State, key: &str, result: Result<Box<Message>, Failure>, out: &mut Vec<Effect>) {
    match result {
        Ok(message) => {
            state.outbox.failures = 0;
            state.timers.clear(Timer::Resend);
            arrived(state, key, out);
            put(state, *message);
            pump(state, out);
        }
        Err(failure) if failure.is_passing => {
            state.outbox.waits(key);
            state.outbox.failures += 1;
            let pause = 1_000_u64.saturating_mul(1 << state.outbox.failures.min(6));
            state.timers.set(Timer::Resend, state.now + pause.min(LONGEST_PAUSE));
        }
        Err(failure) => {
            let refused = state.outbox.refused(key, failure.text.clone());
            out.extend(refused.map(Effect::KeepUnsent));
            notices::complain(state, format!("not sent: {}", failure.text));
            pump(state, out);
        }
    }
}

/// The server has a message: it need not be kept any more.
pub fn arrived(state: &mut State, key: &str, out: &mut Vec<Effect>) {
    if state.outbox.remove(key).is_some() {
        out.push(Effect::ForgetUnsent(key.to_owned()));
    }
}

/// A message of an answer takes its place.
pub fn put(state: &mut State, message: Message) {
    if let Some(thread) = &mut state.thread
        && message.parent_id == Some(thread.root)
    {
        thread.timeline.put(message.clone());
    }
    if (message.parent_id.is_none() || message.also_to_channel)
        && let Some(timeline) = state.timeline_mut(message.channel_id)
    {
        timeline.put(message);
    }
}

/// What was refused is sent again.
pub fn retry(state: &mut State, out: &mut Vec<Effect>) {
    let again = state.outbox.retry_refused(state.now);
    if again.is_empty() {
        return notices::say(state, "nothing was refused");
    }
    out.extend(again.into_iter().map(Effect::KeepUnsent));
    pump_now(state, out);
}

/// The last one that was refused here, or for a channel that is gone, is taken back, into the composer: it has to be empty.
pub fn drop_refused(state: &mut State, out: &mut Vec<Effect>) {
    let here = state.outbox.last_refused(|channel| Some(channel) == state.open);
    let gone = || state.outbox.last_refused(|channel| state.channel(channel).is_none());
    let Some(refused) = here.or_else(gone).cloned() else {
        return notices::say(state, "nothing was refused here");
    };
    let composer = &state.composer;
    if !composer.buffer.is_empty() || !composer.files.is_empty() || composer.editing.is_some() {
        return notices::complain(state, "not taken back: something else is being written");
    }
    arrived(state, &refused.key, out);
    state.composer.buffer.set(&refused.body);
    state.composer.files = refused.files;
    drafts::changed(state, out);
}
