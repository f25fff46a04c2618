//! Moving: between the panes, and up and down in each of them.

use super::opening;
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::state::{Pane, State, places};

/// Moves; false for what does not.
pub fn perform(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    match action {
        Action::FocusNext => state.pane = pane_beside(state, 1),
        Action::FocusPrevious => state.pane = pane_beside(state, -1),
        Action::FocusPlaces => {
            state.pane = Pane::Places;
            state.shows_places = true;
        }
        Action::FocusMessages => {
            state.pane = if state.thread.is_some() { Pane::Thread } else { Pane::Messages };
        }
        Action::FocusCompose => state.pane = Pane::Compose,
        Action::Up => step(state, -1, out),
        Action::Down => step(state, 1, out),
        Action::PageUp => step(state, -page(state), out),
        Action::PageDown => step(state, page(state), out),
        Action::First => step(state, isize::MIN, out),
        Action::Last => step(state, isize::MAX, out),
        Action::ScrollUp => state.nudge = state.nudge.saturating_sub(1),
        Action::ScrollDown => state.nudge = state.nudge.saturating_add(1),
        Action::Select => return select(state, out),
        _ => return false,
    }
    true
}

/// The pane so many places further, of those that are there.
#[must_use]
pub fn pane_beside(state: &State, by: isize) -> Pane {
    let mut panes = vec![Pane::Compose, Pane::Messages];
    if state.shows_places {
        panes.insert(1, Pane::Places);
    }
    if state.thread.is_some() {
        panes.push(Pane::Thread);
    } else if state.shows_members {
        panes.push(Pane::Members);
    }
    let at = panes.iter().position(|pane| *pane == state.pane).unwrap_or(0) as isize;
    panes[(at + by).rem_euclid(panes.len() as isize) as usize]
}

/// How many messages a page has, about.
fn page(state: &State) -> isize {
    (isize::from(i16::try_from(state.size.1).unwrap_or(24)) / 4).max(1)
}

fn step(state: &mut State, by: isize, out: &mut Vec<Effect>) {
    match state.pane {
        Pane::Places => {
            let Some(model) = &state.model else { return };
            let from = state.chosen_place.or(state.open);
            state.chosen_place = places::beside(model, from, by);
        }
        Pane::Members => {
            let count = state.people.here.as_ref().map_or(0, |here| here.members.len());
            let to = state.chosen_member.saturating_add_signed(by);
            state.chosen_member = to.min(count.saturating_sub(1));
        }
        Pane::Messages | Pane::Compose | Pane::Thread => step_message(state, by, out),
    }
}

/// Another message is chosen; none behind the last one, so that new ones are followed.
fn step_message(state: &mut State, by: isize, out: &mut Vec<Effect>) {
    let in_thread = state.pane == Pane::Thread;
    let Some(timeline) = state.active() else { return };
    let before = match &state.thread {
        Some(thread) if in_thread => thread.selected,
        _ => state.selected,
    };
    let count = by.unsigned_abs();
    let at_end = timeline.is_at_end();
    let to = if by < 0 {
        // The first step goes to the last message itself.
        let from = before.or_else(|| timeline.newest());
        let steps = count - usize::from(before.is_none());
        let found = from.and_then(|from| timeline.up_to(from).rev().take(steps.saturating_add(1)).last());
        found.map(|message| message.id)
    } else {
        let found = before.and_then(|from| timeline.starting_at(from).nth(count)).map(|message| message.id);
        // What comes next may be on its way.
        found.or_else(|| timeline.newest().filter(|_| !at_end))
    };
    match &mut state.thread {
        Some(thread) if in_thread => thread.selected = to,
        _ => (state.selected, state.nudge) = (to, 0),
    }
    match state.open {
        Some(channel) if !in_thread && by == isize::MAX => opening::to_end(state, channel, out),
        _ => opening::load_near(state, out),
    }
}

/// Opens what is chosen in a list; false where nothing is.
fn select(state: &mut State, out: &mut Vec<Effect>) -> bool {
    match state.pane {
        Pane::Places => {
            if let Some(channel) = state.chosen_place {
                opening::open(state, channel, out);
            }
        }
        Pane::Members => {
            let members = state.people.here.as_ref().map(|here| &here.members);
            let person = members.and_then(|members| members.get(state.chosen_member));
            let other = person.map(|member| member.user.id).filter(|id| Some(*id) != state.me());
            out.extend(other.map(Effect::OpenDm));
        }
        Pane::Messages | Pane::Thread | Pane::Compose => return false,
    }
    true
}
