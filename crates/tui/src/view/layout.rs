//! Where things stand, from 20x5 to as large as terminals are. What does not fit is left out; the pane that has the keys is always there.

use ratatui::layout::Rect;

use super::composer;
use crate::state::{Link, Pane, State};

/// Columns from which on the list of channels stands beside the messages.
const WITH_PLACES: u16 = 56;
/// Columns for messages from which on a thread or the members stand beside them.
const WITH_SIDE: u16 = 76;
/// Columns of the members.
const MEMBERS: u16 = 22;

/// The areas of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// What the client has to say of itself; none when all is well.
    pub banner: Option<Rect>,
    pub places: Option<Rect>,
    /// The open channel, its head included.
    pub messages: Option<Rect>,
    /// The thread, or who is here.
    pub side: Option<Rect>,
    pub composer: Rect,
    pub status: Rect,
}

/// The areas of the screen as it is now.
#[must_use]
pub fn areas(state: &State) -> Areas {
    let (width, height) = state.size;
    let screen = Rect::new(0, 0, width, height);
    let status = Rect::new(0, height.saturating_sub(1), width, height.min(1));
    let has_banner = !matches!(state.link, Link::Live) && height > 4;
    let banner = has_banner.then(|| Rect::new(0, 0, width, 1));
    let top = u16::from(has_banner);
    let body = Rect::new(0, top, width, height.saturating_sub(1 + top));
    let (places, main) = split_places(state, body);
    let lines = composer::height(state, main.width, body.height);
    let above = main.height.saturating_sub(lines);
    let composer = Rect::new(main.x, main.y + above, main.width, lines.min(main.height));
    let (messages, side) = split_side(state, Rect { height: above, ..main });
    let areas = Areas { banner, places, messages, side, composer, status };
    debug_assert!(areas.all().all(|area| screen.union(area) == screen), "{areas:?} in {screen:?}");
    areas
}

/// Whether messages of the open channel are seen: a thread, the list of channels or who is here may stand in their place.
#[must_use]
pub fn shows_channel(state: &State) -> bool {
    areas(state).messages.is_some_and(has_room)
}

/// Whether the open thread is seen.
#[must_use]
pub fn shows_thread(state: &State) -> bool {
    state.thread.is_some() && areas(state).side.is_some_and(has_room)
}

/// Whether there is room for a head and a line of a message.
fn has_room(area: Rect) -> bool {
    area.width >= 4 && area.height >= 2
}

impl Areas {
    /// Those that are there.
    pub fn all(&self) -> impl Iterator<Item = Rect> {
        let maybe = [self.banner, self.places, self.messages, self.side].into_iter().flatten();
        maybe.chain([self.composer, self.status])
    }
}

fn split_places(state: &State, body: Rect) -> (Option<Rect>, Rect) {
    let has_focus = state.pane == Pane::Places;
    if body.width < WITH_PLACES {
        // There is room for one of them.
        let main = Rect { x: body.right(), width: 0, ..body };
        return if has_focus { (Some(body), main) } else { (None, body) };
    }
    if !state.shows_places && !has_focus {
        return (None, body);
    }
    let columns = state.settings.places_width.min(body.width / 3);
    let places = Rect { width: columns, ..body };
    (Some(places), Rect { x: body.x + columns, width: body.width - columns, ..body })
}

fn split_side(state: &State, area: Rect) -> (Option<Rect>, Option<Rect>) {
    let is_thread = state.thread.is_some();
    let has_focus = matches!(state.pane, Pane::Thread | Pane::Members);
    if area.width < WITH_SIDE {
        // The composer writes to the thread, so it is the thread that is seen.
        let covers = is_thread && state.pane != Pane::Messages || has_focus;
        return if covers { (None, Some(area)) } else { (Some(area), None) };
    }
    if !is_thread && !state.shows_members && !has_focus {
        return (Some(area), None);
    }
    let columns = if is_thread { area.width / 2 } else { MEMBERS };
    let messages = Rect { width: area.width - columns, ..area };
    (Some(messages), Some(Rect { x: messages.right(), width: columns, ..area }))
}
