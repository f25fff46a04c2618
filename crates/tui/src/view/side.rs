//! What stands beside the messages: the open thread, or who is here.

use ajet_protocol::{Member, Role};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::draw::{rule, spans, text};
use super::entry;
use super::messages::{Sight, timeline_in};
use super::theme::Theme;
use crate::state::{OpenThread, Pane, State};

/// Draws it.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let style = if matches!(state.pane, Pane::Thread | Pane::Members) { theme.focus } else { theme.dim };
    for line in 0..area.height {
        text(buffer, area, line, "│", style);
    }
    let inside = Rect { x: area.x + area.width.min(1), width: area.width.saturating_sub(1), ..area };
    match &state.thread {
        Some(thread) => self::thread(state, thread, inside, buffer, theme),
        None => members(state, inside, buffer, theme),
    }
}

fn thread(state: &State, thread: &OpenThread, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let has_focus = state.pane == Pane::Thread;
    text(buffer, area, 0, "Thread", if has_focus { theme.focus } else { theme.accent });
    let mut line = 1;
    if let Some(root) = state.find(thread.root) {
        let columns = usize::from(area.width);
        let look = entry::Look { theme, columns, follows: false, with_thread: false };
        // However long it is, there is room for replies.
        let most = usize::from(area.height / 3).max(2);
        for content in entry::lines(state, root, look).iter().take(most) {
            spans(buffer, area, line, content);
            line += 1;
        }
        spans(buffer, area, line, &rule(columns, "replies", theme.dim, theme.dim));
        line += 1;
    }
    let line = line.min(area.height);
    let below = Rect { y: area.y + line, height: area.height - line, ..area };
    let sight = Sight {
        timeline: &thread.timeline,
        selected: thread.selected,
        nudge: if has_focus { state.nudge } else { 0 },
        read_until: None,
        thread: Some(thread.root),
        has_focus,
    };
    timeline_in(state, below, buffer, theme, sight);
}

/// Those who are here, with a dot in front of those who are online.
fn members(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let Some(place) = state.open_channel() else { return };
    let has_focus = state.pane == Pane::Members;
    text(buffer, area, 0, "People", if has_focus { theme.focus } else { theme.accent });
    let below = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area };
    let Some(here) = state.people.here.as_ref().filter(|here| here.channel == place.channel.id) else {
        for (line, person) in (0..below.height).zip(&place.channel.members) {
            let is_online = state.people.online.contains(&person.id);
            one(is_online, &person.display_name, (below, line), buffer, theme);
        }
        return;
    };
    let first = state.chosen_member.saturating_sub(usize::from(below.height / 2));
    for (line, (place, member)) in (0..below.height).zip(here.members.iter().enumerate().skip(first)) {
        let is_online = state.people.online.contains(&member.user.id);
        one(is_online, &name(member), (below, line), buffer, theme);
        if has_focus && place == state.chosen_member {
            buffer.set_style(Rect { y: below.y + line, height: 1, ..below }, theme.selected);
        }
    }
    let shown = here.members.len().saturating_sub(first);
    if here.has_more && shown < usize::from(below.height) {
        text(buffer, below, shown as u16, "  and more", theme.dim);
    }
}

fn name(member: &Member) -> String {
    let name = member.nickname.as_ref().unwrap_or(&member.user.display_name);
    match member.role {
        Role::Owner => format!("{name} (owner)"),
        Role::Admin => format!("{name} (admin)"),
        Role::Member if member.user.bot => format!("{name} (bot)"),
        Role::Member => name.clone(),
    }
}

fn one(is_online: bool, name: &str, (area, line): (Rect, u16), buffer: &mut Buffer, theme: &Theme) {
    text(buffer, area, line, if is_online { "•" } else { " " }, theme.online);
    let behind = Rect { x: area.x + area.width.min(2), width: area.width.saturating_sub(2), ..area };
    text(buffer, behind, line, name, if is_online { theme.text } else { theme.dim });
}
