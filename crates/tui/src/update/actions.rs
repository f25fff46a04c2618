//! What an action does, by where one is.

use super::{attaching, choosing, compose, drafts, messages, moving, opening, overlays, sending};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::state::overlay::{Kind, Overlay, Question, Then};
use crate::state::{Pane, State, places};

/// Does it.
pub fn perform(state: &mut State, action: Action, out: &mut Vec<Effect>) {
    let is_done = match (&state.overlay, state.pane) {
        (Some(_), _) => overlays::perform(state, action, out),
        (None, Pane::Compose) => compose::perform(state, action, out),
        (None, Pane::Messages | Pane::Thread) => messages::perform(state, action, out),
        (None, Pane::Places | Pane::Members) => false,
    };
    if !is_done && !moving::perform(state, action, out) && !going(state, action, out) {
        anywhere(state, action, out);
    }
}

/// Goes to a channel; false for what does not.
fn going(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    let Some(model) = &state.model else { return false };
    let to = match action {
        Action::NextUnread => places::next_unread(model, state.open),
        Action::NextChannel => places::read_beside(model, state.open, 1),
        Action::PreviousChannel => places::read_beside(model, state.open, -1),
        Action::LastChannel => state.earlier.last().copied(),
        _ => return false,
    };
    match to {
        Some(channel) => opening::open(state, channel, out),
        None if action == Action::NextUnread => super::notices::say(state, "nothing new"),
        None => {}
    }
    true
}

/// What means the same wherever one is.
fn anywhere(state: &mut State, action: Action, out: &mut Vec<Effect>) {
    match action {
        Action::Help => state.overlay = Some(Overlay::Help(0)),
        Action::Palette => choosing::open(state, Kind::Palette, out),
        Action::Switcher => choosing::open(state, Kind::Switcher, out),
        Action::Search => choosing::open(state, Kind::Search, out),
        Action::Inbox => choosing::open(state, Kind::Inbox, out),
        Action::Saved => choosing::open(state, Kind::Saved, out),
        Action::Pins => choosing::open(state, Kind::Pins, out),
        Action::GoTo => choosing::open(state, Kind::GoTo, out),
        Action::TogglePlaces => state.shows_places = !state.shows_places,
        Action::ToggleMembers => state.shows_members = !state.shows_members,
        Action::Redraw => out.push(Effect::Redraw),
        Action::Suspend => out.push(Effect::Suspend),
        Action::Quit => quit(state, out),
        Action::Back => back(state, out),
        Action::RetryUnsent => sending::retry(state, out),
        Action::DropUnsent => sending::drop_refused(state, out),
        Action::Attach => choosing::open(state, Kind::Attach, out),
        Action::Browser => browse(state, out),
        Action::Detach => attaching::detach(state),
        Action::Editor | Action::Send => {
            state.pane = Pane::Compose;
            compose::perform(state, action, out);
        }
        other => of_channel(state, other, out),
    }
}

/// Opens the page of the channel that is chosen in the list, or else of the open one.
fn browse(state: &State, out: &mut Vec<Effect>) {
    let chosen = state.chosen_place.filter(|_| state.pane == Pane::Places);
    let address = chosen.or(state.open).and_then(|channel| opening::address(state, channel));
    out.extend(address.map(Effect::OpenUrl));
}

/// What is done with the open channel, or with its last message.
fn of_channel(state: &mut State, action: Action, out: &mut Vec<Effect>) {
    let Some(place) = state.open_channel() else { return };
    let (channel, muted) = (place.channel.id, place.channel.muted);
    match action {
        Action::Join => out.push(Effect::Join(channel)),
        Action::Leave => {
            let text = format!("Leave {}?", state.title_of(&place.channel));
            state.overlay = Some(Overlay::Question(Question { text, then: Then::Leave(channel) }));
        }
        Action::Mute => out.push(Effect::Mute { channel, on: !muted }),
        Action::JumpUnread => match state.read_until.or(place.last_read_id) {
            Some(read) => opening::show_unread(state, channel, read, out),
            None => super::notices::say(state, "all of it is unread, or none"),
        },
        other => {
            messages::perform(state, other, out);
        }
    }
}

/// Leaves, unless something would be lost that one may want to know of.
pub fn quit(state: &mut State, out: &mut Vec<Effect>) {
    let waiting = state.outbox.iter().count();
    let what = if waiting == 1 { "1 message is".to_owned() } else { format!("{waiting} messages are") };
    let text = match (drafts::would_lose(state), waiting) {
        (false, 0) => return leave(state, out),
        (false, _) => format!("{what} not sent yet, and kept until you are back. Leave?"),
        (true, 0) => "What you are writing would be lost. Leave?".to_owned(),
        (true, _) => format!("What you are writing would be lost, and {what} not sent yet. Leave?"),
    };
    state.overlay = Some(Overlay::Question(Question { text, then: Then::Quit }));
}

/// Leaves at once; what is begun is kept as a draft.
pub fn leave(state: &mut State, out: &mut Vec<Effect>) {
    drafts::keep(state, out);
    drafts::stop_typing(state, out);
    out.push(Effect::Quit);
}

fn back(state: &mut State, out: &mut Vec<Effect>) {
    state.notice = None;
    if state.composer.editing.is_some() {
        sending::end_edit(state);
    } else if state.selected.is_some() && state.pane == Pane::Messages {
        if let Some(channel) = state.open {
            opening::to_end(state, channel, out);
        }
    } else if state.thread.is_some() {
        opening::close_thread(state, out);
    } else if state.settings.keymap.preset.typing_writes() {
        state.pane = Pane::Compose;
    } else {
        state.pane = Pane::Messages;
    }
}
