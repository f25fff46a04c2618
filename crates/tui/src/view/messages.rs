//! The messages of a channel or a thread, around what is chosen.
//!
//! What is looked at is told by the chosen message alone, so that no view has to remember where it was: without one the end is seen, and
//! else that message in the middle. Only messages that can be seen are laid out.

use ajet_protocol::{Message, MessageId};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::draw::{rule, spans, text};
use super::entry::{self, Look};
use super::theme::Theme;
use crate::state::timeline::Timeline;
use crate::state::{Pane, State};
use crate::when;

/// What is drawn of a timeline.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    pub timeline: &'a Timeline,
    pub selected: Option<MessageId>,
    pub nudge: i32,
    /// The line `new` stands behind this message.
    pub read_until: Option<MessageId>,
    /// The thread that it is, if it is one.
    pub thread: Option<MessageId>,
    pub has_focus: bool,
}

/// Draws the open channel with its head.
pub fn channel(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let Some(place) = state.open_channel() else {
        text(buffer, area, 0, "no channel is open", theme.dim);
        return;
    };
    let channel = &place.channel;
    let has_focus = state.pane == Pane::Messages;
    head(state, area, buffer, theme);
    let below = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area };
    let Some(timeline) = state.timeline(channel.id) else { return };
    let sight = Sight {
        timeline,
        selected: state.selected,
        nudge: state.nudge,
        read_until: state.read_until,
        thread: None,
        has_focus,
    };
    timeline_in(state, below, buffer, theme, sight);
}

fn head(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let Some(place) = state.open_channel() else { return };
    let channel = &place.channel;
    let style = if state.pane == Pane::Messages { theme.focus } else { theme.accent };
    let end = text(buffer, area, 0, &state.title_of(channel), style);
    let mut rest = channel.topic.clone().unwrap_or_default();
    for (is_so, words) in [
        (channel.archived, "archived"),
        (!place.joined && channel.community_id.is_some(), "not joined: you read along"),
        (channel.muted, "muted"),
    ] {
        if is_so {
            rest = if rest.is_empty() { words.to_owned() } else { format!("{words} · {rest}") };
        }
    }
    let behind = end.saturating_add(2);
    if behind < area.right() {
        text(buffer, Rect { x: behind, width: area.right() - behind, ..area }, 0, &rest, theme.dim);
    }
}

/// Draws what can be seen of a timeline.
pub fn timeline_in(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme, sight: Sight<'_>) {
    if area.height == 0 || area.width < 4 {
        return;
    }
    if sight.timeline.is_empty() && sight.timeline.stale {
        text(buffer, area, 0, "loading …", theme.dim);
        return;
    }
    let columns = usize::from(area.width);
    let height = usize::from(area.height);
    let seen = seen(state, theme, sight, (columns, height));
    let total = seen.lines.len();
    let first = match seen.chosen {
        None => total.saturating_sub(height),
        Some((from, to)) => {
            let middle = from + (to - from).min(height) / 2;
            let moved = (middle as i64 - height as i64 / 2 + i64::from(sight.nudge)).max(0) as usize;
            moved.min(total.saturating_sub(height))
        }
    };
    // Fewer lines than there is room for stand at the bottom.
    let above = height.saturating_sub(total) as u16;
    for (line, content) in (above..area.height).zip(seen.lines.iter().skip(first)) {
        spans(buffer, area, line, content);
    }
    if let Some((from, to)) = seen.chosen.filter(|_| sight.has_focus) {
        let top = from.max(first) - first;
        let bottom = to.min(first + height).saturating_sub(first);
        let marked =
            Rect { y: area.y + above + top as u16, height: bottom.saturating_sub(top) as u16, ..area };
        buffer.set_style(marked.intersection(area), theme.selected);
    }
}

/// Lines around what is chosen, and which of them are it.
struct Seen {
    lines: Vec<Line<'static>>,
    chosen: Option<(usize, usize)>,
}

fn seen(state: &State, theme: &Theme, sight: Sight<'_>, (columns, height): (usize, usize)) -> Seen {
    let anchor = sight.selected.filter(|id| sight.timeline.get(*id).is_some());
    let from = anchor.or_else(|| sight.timeline.newest());
    let Some(from) = from else {
        let lines = end(state, theme, sight, columns);
        return Seen { lines, chosen: None };
    };
    let one = |message: &Message| block(state, theme, sight, columns, message);
    // Upwards from the chosen message, itself included.
    let mut upwards: Vec<Vec<Line<'static>>> = Vec::new();
    let (mut above, mut reached_top) = (0, true);
    let own_lines = sight.timeline.get(from).map_or(0, |message| one(message).len());
    for message in sight.timeline.up_to(from).rev() {
        if above >= 2 * height + own_lines {
            reached_top = false;
            break;
        }
        let lines = one(message);
        above += lines.len();
        upwards.push(lines);
    }
    let mut lines: Vec<Line<'static>> = Vec::new();
    if reached_top {
        lines.extend(top(sight, theme, columns));
    }
    lines.extend(upwards.into_iter().rev().flatten());
    let chosen = anchor.map(|_| (lines.len() - own_lines, lines.len()));
    let mut below = 0;
    for message in sight.timeline.starting_at(from).skip(1) {
        if below >= 2 * height {
            return Seen { lines, chosen };
        }
        let more = one(message);
        below += more.len();
        lines.extend(more);
    }
    lines.extend(end(state, theme, sight, columns));
    Seen { lines, chosen }
}

/// What stands above the first message.
fn top(sight: Sight<'_>, theme: &Theme, columns: usize) -> Option<Line<'static>> {
    use crate::state::timeline::Edge;
    match sight.timeline.before {
        Edge::More => Some(rule(columns, "…", theme.dim, theme.dim)),
        Edge::End if sight.thread.is_none() => Some(rule(columns, "the beginning", theme.dim, theme.dim)),
        Edge::End => None,
    }
}

/// What stands below the last message: what is not sent yet, or that there is more.
fn end(state: &State, theme: &Theme, sight: Sight<'_>, columns: usize) -> Vec<Line<'static>> {
    if !sight.timeline.is_at_end() && !sight.timeline.is_empty() {
        return vec![rule(columns, "newer messages below", theme.dim, theme.unread)];
    }
    let look = Look { theme, columns, follows: false, with_thread: false };
    let waiting = state.open.into_iter().flat_map(|channel| state.outbox.of(channel, sight.thread));
    waiting.flat_map(|one| entry::unsent(state, one, look)).collect()
}

/// A message with what stands before it: the day, and that what follows is new.
fn block(
    state: &State,
    theme: &Theme,
    sight: Sight<'_>,
    columns: usize,
    message: &Message,
) -> Vec<Line<'static>> {
    let before = sight.timeline.up_to(message.id).rev().nth(1);
    let is_new_day = before.is_none_or(|before| {
        when::day_of(&state.zone, before.created_at) != when::day_of(&state.zone, message.created_at)
    });
    let is_first_new = sight.read_until.is_some()
        && before.is_some_and(|before| Some(before.id) <= sight.read_until)
        && Some(message.id) > sight.read_until;
    let mut out = Vec::new();
    if is_new_day {
        out.push(rule(columns, &when::day(&state.zone, message.created_at), theme.dim, theme.dim));
    }
    if is_first_new {
        out.push(rule(columns, "new", theme.mention, theme.mention));
    }
    let follows =
        !is_new_day && !is_first_new && before.is_some_and(|before| entry::follows(before, message));
    let with_thread = sight.thread.is_none();
    out.extend(entry::lines(state, message, Look { theme, columns, follows, with_thread }));
    out
}

/// Who is typing here, in words.
#[must_use]
pub fn typing(state: &State) -> Option<String> {
    let channel = state.open?;
    let names: Vec<&str> = state.typing_in(channel).map(|id| state.name_of(id)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is typing …")),
        [one, other] => Some(format!("{one} and {other} are typing …")),
        [_, _, ..] => Some("several people are typing …".to_owned()),
    }
}
