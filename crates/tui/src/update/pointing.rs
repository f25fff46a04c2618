//! The mouse, where the user lets the client have it: it goes where it points.

use ratatui::layout::Position;

use super::{moving, opening};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::message::Mouse;
use crate::state::{Pane, State};
use crate::view::{layout, sidebar};

/// Something was done with it.
pub fn pointed(state: &mut State, mouse: Mouse, out: &mut Vec<Effect>) {
    let (column, line) = match mouse {
        Mouse::Pressed(column, line)
        | Mouse::ScrolledUp(column, line)
        | Mouse::ScrolledDown(column, line) => (column, line),
    };
    if state.overlay.is_some() {
        return scroll(state, mouse, out);
    }
    let areas = layout::areas(state);
    let at = Position::new(column, line);
    let side = if state.thread.is_some() { Pane::Thread } else { Pane::Members };
    let panes = [
        (areas.places, Pane::Places),
        (areas.messages, Pane::Messages),
        (areas.side, side),
        (Some(areas.composer), Pane::Compose),
    ];
    let found =
        panes.into_iter().find_map(|(area, pane)| Some((area.filter(|area| area.contains(at))?, pane)));
    let Some((area, pane)) = found else { return };
    if mouse != Mouse::Pressed(column, line) {
        // Scrolling looks, and takes no keys away from what is written.
        let before = state.pane;
        state.pane = pane;
        scroll(state, mouse, out);
        state.pane = before;
        return;
    }
    state.pane = pane;
    if pane == Pane::Places
        && let Some(channel) = sidebar::channel_at(state, area, line)
    {
        opening::open(state, channel, out);
    }
}

fn scroll(state: &mut State, mouse: Mouse, out: &mut Vec<Effect>) {
    let action = match mouse {
        Mouse::ScrolledUp(..) => Action::Up,
        Mouse::ScrolledDown(..) => Action::Down,
        Mouse::Pressed(..) => return,
    };
    if state.overlay.is_some() {
        super::overlays::perform(state, action, out);
    } else {
        moving::perform(state, action, out);
    }
}
