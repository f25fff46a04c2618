//! The whole screen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::draw::{right, text};
use super::theme::Theme;
use super::{composer, guard, layout, messages, overlay, side, sidebar};
use crate::keys::action::Action;
use crate::state::{Link, State};
use crate::when;

/// Draws the state.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    let cursor = screen(state, frame.area(), frame.buffer_mut());
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// Draws the state into cells; where the cursor is to stand, if anywhere.
pub fn screen(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = Theme::of(state.theme);
    // The terminal may have another size than it last said.
    let areas = layout::areas(state);
    let fits = areas.all().all(|one| area.union(one) == area);
    if !fits || area.width < 4 || area.height < 2 {
        return None;
    }
    if let Some(area) = areas.banner {
        banner(state, area, buffer, &theme);
    }
    if let Some(area) = areas.places {
        sidebar::draw(state, area, buffer, &theme);
    }
    if let Some(area) = areas.messages {
        messages::channel(state, area, buffer, &theme);
    }
    if let Some(area) = areas.side {
        side::draw(state, area, buffer, &theme);
    }
    let cursor = composer::draw(state, areas.composer, buffer, &theme);
    composer::completion(state, area, areas.composer, buffer, &theme);
    status(state, areas.status, buffer, &theme);
    let over = overlay::draw(state, area, buffer, &theme);
    guard::guard(buffer);
    if state.overlay.is_some() { over } else { cursor }
}

/// What the client says of its connection. It is quiet: what is known stays on the screen and can be read and answered.
fn banner(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let (words, style) = match &state.link {
        Link::Connecting(None) => ("connecting …".to_owned(), theme.dim),
        Link::Connecting(Some(why)) => (format!("connecting … ({why})"), theme.dim),
        Link::Away(since) => {
            let since = ajet_protocol::Timestamp::from_unix_millis(*since);
            let since = when::clock(&state.zone, since);
            (format!("away since {since}: what you write is sent once the server is back"), theme.unread)
        }
        Link::Over(why) => (format!("signed out: {why}"), theme.error),
        Link::Live => return,
    };
    text(buffer, area, 0, &words, style);
}

/// What was told last, who is typing, what is waiting, and how help is reached.
fn status(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let mut hints = Vec::new();
    let waiting = state.outbox.iter().count();
    if waiting > 0 {
        hints.push(format!("{waiting} unsent"));
    }
    let unread = state.model.as_ref().map_or(0, |model| model.state().notifications.unread);
    if unread > 0 {
        hints.push(format!("inbox {unread}"));
    }
    if !state.keys.is_empty() {
        hints.push(crate::keys::press::written(&state.keys));
    }
    if let Some(keys) = state.settings.keymap.keys_of(Action::Help) {
        hints.push(format!("{keys} help"));
    }
    let taken = right(buffer, area, 0, &hints.join(" · "), theme.dim);
    let room = Rect { width: area.width.saturating_sub(taken + 1), ..area };
    match (&state.notice, messages::typing(state)) {
        (Some(notice), _) => {
            let style = if notice.is_error { theme.error } else { theme.text };
            text(buffer, room, 0, &notice.text, style);
        }
        (None, Some(typing)) => {
            text(buffer, room, 0, &typing, theme.dim);
        }
        (None, None) => {}
    }
}
