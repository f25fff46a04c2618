//! The list of communities, channels and direct messages.

use ajet_protocol::{ChannelId, SyncedChannel};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::draw::{right, text};
use super::theme::Theme;
use crate::state::places::{self, Row};
use crate::state::{Pane, State};

/// Draws the list.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let inside = Rect { width: area.width.saturating_sub(1), ..area };
    for line in 0..area.height {
        right(buffer, area, line, "│", theme.dim);
    }
    let Some(model) = &state.model else { return };
    let rows = places::rows(model, state.open);
    for (line, row) in (0..area.height).zip(rows.iter().skip(first(state, &rows, area.height))) {
        match row {
            Row::Head(name) => {
                text(buffer, inside, line, name, theme.accent.add_modifier(Modifier::BOLD));
            }
            Row::Category(name) => {
                text(buffer, inside, line, &format!(" {name}"), theme.dim);
            }
            Row::Channel(one) => channel(state, one, (inside, line), buffer, theme),
        }
    }
}

/// The first row that is shown: the chosen one is among those that are.
fn first(state: &State, rows: &[Row<'_>], height: u16) -> usize {
    let chosen = state.chosen_place.or(state.open);
    let is_chosen = |row: &Row<'_>| matches!(row, Row::Channel(one) if Some(one.channel.id) == chosen);
    let at = rows.iter().position(is_chosen).unwrap_or(0);
    let height = usize::from(height);
    at.saturating_sub(height / 2).min(rows.len().saturating_sub(height))
}

/// The channel in a line of the list, for the mouse.
#[must_use]
pub fn channel_at(state: &State, area: Rect, line: u16) -> Option<ChannelId> {
    let rows = places::rows(state.model.as_ref()?, state.open);
    let first = first(state, &rows, area.height);
    match rows.get(first + usize::from(line.checked_sub(area.y)?))? {
        Row::Channel(one) => Some(one.channel.id),
        Row::Head(_) | Row::Category(_) => None,
    }
}

fn channel(
    state: &State,
    one: &SyncedChannel,
    (area, line): (Rect, u16),
    buffer: &mut Buffer,
    theme: &Theme,
) {
    let channel = &one.channel;
    let (count, mentions) = (channel.unread.count, channel.unread.mentions);
    let style = match (mentions > 0, count > 0 && !channel.muted, state.open == Some(channel.id)) {
        (true, ..) => theme.mention,
        (false, true, _) => theme.unread,
        (false, false, true) => theme.accent,
        (false, false, false) => theme.dim,
    };
    let badge = match (mentions, count) {
        (1.., _) => format!("@{mentions}"),
        (_, 1_000..) => "999+".to_owned(),
        (_, 1..) if !channel.muted => count.to_string(),
        _ => String::new(),
    };
    let taken = right(buffer, area, line, &badge, style);
    let is_online = channel.members.len() == 2
        && channel
            .members
            .iter()
            .any(|person| Some(person.id) != state.me() && state.people.online.contains(&person.id));
    let mark = if is_online { "•" } else { " " };
    let room = Rect { width: area.width.saturating_sub(taken + u16::from(taken > 0)), ..area };
    text(buffer, room, line, mark, theme.online);
    let room = Rect { x: room.x + room.width.min(1), width: room.width.saturating_sub(1), ..room };
    text(buffer, room, line, &state.title_of(channel), style);
    if state.pane == Pane::Places && state.chosen_place.or(state.open) == Some(channel.id) {
        buffer.set_style(Rect { y: area.y + line, height: 1, ..area }, theme.selected);
    }
}
