//! Events, as far as they change what is on the screen beside the SDK's model.

use ajet_protocol::events::{DraftPayload, ReactionPayload};
use ajet_protocol::{Envelope, Event, Message, MessageId, MessageShown};

use super::{notices, sending, stream};
use crate::effect::Effect;
use crate::state::State;
use crate::state::overlay::{Kind, Overlay};
use crate::state::timeline::Told;
use crate::state::timers::Timer;

/// How long somebody is believed to type who says no more, in ms: the server's 15 s and a little.
const TYPING: u64 = 16_000;
/// How long changes of messages are gathered before these are fetched, in ms.
const GATHER: u64 = 150;
/// The same for the people of a channel.
const GATHER_MEMBERS: u64 = 700;
/// How long until what was written on here is kept again, where another session has changed the draft, in ms.
const KEEP_AGAIN: u64 = 10_000;

/// Takes an event in.
pub fn apply(state: &mut State, envelope: &Envelope, event: Event, out: &mut Vec<Effect>) {
    match event {
        Event::MessageCreated(said) => created(state, said.message, out),
        Event::MessageEdited(said) => tell(state, &Told::Edited(Box::new(said.message))),
        Event::MessageDeleted(gone) => deleted(state, gone.message_id),
        Event::MessagePinned(pin) => tell(state, &Told::Pinned(pin.message_id, true)),
        Event::MessageUnpinned(pin) => tell(state, &Told::Pinned(pin.message_id, false)),
        Event::ReactionAdded(ReactionPayload { message_id, .. })
        | Event::ReactionRemoved(ReactionPayload { message_id, .. }) => changed(state, message_id),
        Event::PollUpdated(poll) => tell(state, &Told::Polled(poll.message_id, poll.poll)),
        Event::TypingStart(who) => {
            if let Some(channel) = envelope.channel_id {
                state.typing.retain(|(place, one, _)| (*place, *one) != (channel, who.user_id));
                let until = state.now + TYPING;
                state.typing.push((channel, who.user_id, until));
                state.timers.set_first(Timer::TypingOver, until);
            }
        }
        Event::TypingStop(who) => {
            let there = envelope.channel_id;
            state.typing.retain(|(place, one, _)| Some(*place) != there || *one != who.user_id);
        }
        Event::MemberJoined(_)
        | Event::MemberUpdated(_)
        | Event::MemberLeft(_)
        | Event::MemberKicked(_)
        | Event::MemberBanned(_) => members_changed(state, envelope),
        Event::UserUpdated(updated) => state.people.meet(&updated.user),
        other => own(state, other, out),
    }
}

/// Events for the person alone.
fn own(state: &mut State, event: Event, out: &mut Vec<Effect>) {
    match event {
        Event::NotificationNew(new) => notices::notified(state, &new.notification, out),
        Event::SavedUpdated(saved) => {
            if saved.saved.is_some() {
                state.saved.insert(saved.message_id);
            } else {
                state.saved.remove(&saved.message_id);
            }
            // Its note, or the time of its reminder, may stand there.
            if matches!(&state.overlay, Some(Overlay::Picker(picker)) if picker.kind == Kind::Saved) {
                out.push(Effect::SavedOnes);
            }
        }
        Event::DraftUpdated(told) => drafted(state, told),
        Event::CommandAnswered(answer) => read_to(state, "Answer", answer.reply_md),
        Event::ScheduledFailed(failed) => {
            notices::complain(state, format!("a scheduled message was not sent: {}", failed.reason));
        }
        _ => {}
    }
}

/// Shows a text to the person alone, unless they are at something else: then it is told in a line.
pub fn read_to(state: &mut State, title: &str, text: String) {
    if state.overlay.is_none() {
        state.overlay = Some(Overlay::Reader { title: title.to_owned(), text, first: 0, stays: false });
    } else {
        let line = ajet_markup::preview(&text, state, 200);
        notices::say(state, line);
    }
}

fn created(state: &mut State, shown: MessageShown, out: &mut Vec<Effect>) {
    let message = Message::from(shown);
    stream::meet(state, &message, out);
    state.typing.retain(|(place, who, _)| (*place, *who) != (message.channel_id, message.author.id));
    if Some(message.author.id) == state.me() {
        sending::arrived(state, &message.client_mutation_id, out);
    }
    if let Some(parent) = message.parent_id {
        changed(state, parent);
    }
    if let Some(thread) = &mut state.thread
        && message.parent_id == Some(thread.root)
    {
        thread.timeline.created(message.clone());
    }
    if (message.parent_id.is_none() || message.also_to_channel)
        && let Some(timeline) = state.timeline_mut(message.channel_id)
    {
        timeline.created(message);
    }
}

fn deleted(state: &mut State, id: MessageId) {
    if let Some(parent) = state.find(id).and_then(|message| message.parent_id) {
        changed(state, parent);
    }
    tell(state, &Told::Gone(id));
    if state.composer.editing == Some(id) {
        sending::end_edit(state);
    }
}

fn tell(state: &mut State, told: &Told) {
    state.all_timelines().for_each(|timeline| timeline.tell(told.clone()));
}

/// A message that is here is fetched in a moment: no event tells what its reactions and replies come to.
pub fn changed(state: &mut State, id: MessageId) {
    if state.find(id).is_some() {
        state.refresh.insert(id);
        state.timers.set_first(Timer::Refresh, state.now + GATHER);
    }
}

fn members_changed(state: &mut State, envelope: &Envelope) {
    let open = state.open_channel().map(|one| (one.channel.id, one.channel.community_id));
    let is_here = open.is_some_and(|(channel, community)| {
        envelope.channel_id.map_or(envelope.community_id == community, |place| place == channel)
    });
    if is_here && open.is_some_and(|(_, community)| community.is_some()) {
        state.timers.set_first(Timer::Members, state.now + GATHER_MEMBERS);
    }
}

fn drafted(state: &mut State, told: DraftPayload) {
    let (target, text) = match told {
        DraftPayload::Kept { draft } => ((draft.channel_id, draft.parent_id), draft.body_md),
        DraftPayload::Gone { channel_id, parent_id, .. } => ((channel_id, parent_id), String::new()),
    };
    if state.composer.told_back(target, &text) {
        return;
    }
    if state.target() != Some(target) {
        return state.composer.forget(target);
    }
    state.composer.kept_elsewhere(target, &text);
    state.timers.set_first(Timer::KeepDraft, state.now + KEEP_AGAIN);
}
