//! One message as lines.

use ajet_protocol::{Attachment, AttachmentStatus, Message, MessageKind, Poll, User};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::theme::Theme;
use crate::links;
use crate::markdown::{self, Reader};
use crate::state::State;
use crate::state::outbox::{Fate, Unsent};
use crate::text::{clean, width};
use crate::when;

/// Columns in front of a message's text.
const INDENT: usize = 2;
/// Messages of one person within this time, in ms, stand below one name.
const TOGETHER: u64 = 5 * 60 * 1000;

/// How a message is called for.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub theme: &'a Theme,
    pub columns: usize,
    /// Whether it stands below the name of the message before.
    pub follows: bool,
    /// Whether replies are told of.
    pub with_thread: bool,
}

/// Whether a message stands below the name of the one before it.
#[must_use]
pub fn follows(before: &Message, message: &Message) -> bool {
    let same = before.author.id == message.author.id
        && before.author.display_name == message.author.display_name
        && before.kind == MessageKind::Text;
    let apart = message.created_at.unix_millis().saturating_sub(before.created_at.unix_millis());
    same && apart < TOGETHER && message.kind == MessageKind::Text && !before.deleted
}

/// What a person is called: as they are known now, but for bots, which speak under names of their own.
#[must_use]
pub fn author<'a>(state: &'a State, author: &'a User) -> &'a str {
    let known = state.people.get(author.id).filter(|_| !author.bot);
    &known.unwrap_or(author).display_name
}

/// The lines of a message.
#[must_use]
pub fn lines(state: &State, message: &Message, look: Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let mut out = Vec::new();
    if !look.follows {
        out.push(head(state, message, look));
    }
    if message.deleted {
        out.push(Line::from(Span::styled("  deleted", theme.dim.add_modifier(Modifier::ITALIC))));
        return out;
    }
    let reader = Reader { names: state, me: state.me(), theme, reveals: state.is_revealed(message.id) };
    let body = markdown::lines(&message.body_md, look.columns.saturating_sub(INDENT), reader);
    out.extend(body.into_iter().map(indented));
    let text_end = out.len();
    out.extend(message.attachments.iter().map(|file| attachment(file, look)));
    out.extend(message.previews.iter().filter_map(|one| {
        let title = one.title.as_deref()?;
        let site = one.site_name.as_deref().map(|site| format!(" · {site}")).unwrap_or_default();
        Some(one_line(&format!("▎ {title}{site}"), theme.dim, look.columns))
    }));
    out.extend(message.poll.iter().flat_map(|one| poll(one, look)));
    out.extend(reactions(message, look));
    if look.with_thread && message.reply_count > 0 {
        out.push(one_line(&thread(state, message), theme.accent, look.columns));
    }
    if look.follows {
        mark(&mut out, text_end.saturating_sub(1), &marks(state, message, look), look);
    }
    out
}

/// Puts the marks of a message that has no head behind one of its lines, or below it where they don't fit.
fn mark(out: &mut Vec<Line<'static>>, place: usize, marks: &str, look: Look<'_>) {
    let Some(line) = out.get_mut(place).filter(|_| !marks.is_empty()) else { return };
    if line.width() + width::of(marks) <= look.columns {
        line.spans.push(Span::styled(marks.to_owned(), look.theme.dim));
    } else {
        out.insert(place + 1, one_line(marks.trim_start(), look.theme.dim, look.columns));
    }
}

/// What is told of a message beside its text, each word with a blank in front.
fn marks(state: &State, message: &Message, look: Look<'_>) -> String {
    let all = [
        (message.pinned, " pinned"),
        (state.saved.contains(&message.id), " saved"),
        (message.edited_at.is_some() && !message.deleted, " (edited)"),
        (message.parent_id.is_some() && look.with_thread, " in a thread"),
    ];
    all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark).collect()
}

fn head(state: &State, message: &Message, look: Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let name = clean::line(author(state, &message.author)).into_owned();
    let name = width::cut(&name, look.columns.saturating_sub(8).max(4));
    let bot = if message.author.bot { " bot" } else { "" };
    let marks =
        format!("{}{bot}{}", when::clock(&state.zone, message.created_at), marks(state, message, look));
    let is_own = Some(message.author.id) == state.me();
    let style = if is_own { theme.text } else { theme.accent };
    Line::from(vec![
        Span::styled(name, style.add_modifier(Modifier::BOLD)),
        Span::styled(format!(" {marks}"), theme.dim),
    ])
}

fn indented(line: Line<'static>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(INDENT))];
    spans.extend(line.spans);
    Line::from(spans)
}

fn one_line(text: &str, style: Style, columns: usize) -> Line<'static> {
    let text = width::cut(&clean::line(text), columns.saturating_sub(INDENT));
    Line::from(vec![Span::raw(" ".repeat(INDENT)), Span::styled(text, style)])
}

fn attachment(file: &Attachment, look: Look<'_>) -> Line<'static> {
    let size = links::size(file.size_bytes);
    let pixels = match (file.width, file.height) {
        (Some(width), Some(height)) => format!(", {width}×{height}"),
        _ => String::new(),
    };
    let state = match file.status {
        AttachmentStatus::Pending => ", not checked yet",
        AttachmentStatus::Infected => ", held back",
        AttachmentStatus::Clean => "",
    };
    let alt = file.alt.as_deref().map(|alt| format!(": {alt}")).unwrap_or_default();
    let text = format!("▣ {} ({size}{pixels}{state}){alt}", file.filename);
    one_line(&text, look.theme.link, look.columns)
}

/// A poll: what is asked, and a bar for each option.
fn poll(poll: &Poll, look: Look<'_>) -> Vec<Line<'static>> {
    const BAR: i64 = 10;
    let theme = look.theme;
    let all: i64 = poll.options.iter().map(|option| option.votes).sum();
    let how = match (poll.closed, poll.multiple) {
        (true, _) => " (closed)",
        (false, true) => " (choose several)",
        (false, false) => "",
    };
    let mut out = vec![one_line(&format!("▤ {}{how}", poll.question), theme.unread, look.columns)];
    for option in &poll.options {
        let full = if all > 0 { (option.votes * BAR / all).clamp(0, BAR) } else { 0 };
        let (full, empty) = ("█".repeat(full as usize), "░".repeat((BAR - full) as usize));
        let mark = if option.voted_by_me { "●" } else { "○" };
        let text = format!("{mark} {full}{empty} {}  {}", option.votes, option.text);
        out.push(one_line(&text, if option.voted_by_me { theme.accent } else { theme.text }, look.columns));
    }
    out
}

/// Reactions side by side, in as many lines as they need.
fn reactions(message: &Message, look: Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let room = look.columns.saturating_sub(INDENT);
    let (mut out, mut line, mut used) = (Vec::new(), Vec::new(), 0);
    for reaction in &message.reactions {
        let text = format!("{} {}", clean::line(&reaction.emoji), reaction.count);
        let columns = width::of(&text) + 2;
        if used + columns > room && !line.is_empty() {
            out.push(indented(Line::from(std::mem::take(&mut line))));
            used = 0;
        }
        let style = if reaction.reacted_by_me { theme.mention } else { theme.dim };
        line.extend([Span::styled(text, style), Span::raw("  ")]);
        used += columns;
    }
    if !line.is_empty() {
        out.push(indented(Line::from(line)));
    }
    out
}

fn thread(state: &State, message: &Message) -> String {
    let count = message.reply_count;
    let replies = if count == 1 { "1 reply".to_owned() } else { format!("{count} replies") };
    let Some(thread) = &message.thread else { return format!("↳ {replies}") };
    let last =
        thread.last_reply_at.map(|at| format!(", last {}", when::short(state, at))).unwrap_or_default();
    let names: Vec<&str> = thread.repliers.iter().map(|person| author(state, person)).collect();
    format!("↳ {replies} by {}{last}", names.join(", "))
}

/// A message that is not sent yet.
#[must_use]
pub fn unsent(state: &State, (unsent, fate): &(Unsent, Fate), look: Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let (text, style) = match fate {
        Fate::Waiting => ("waiting to be sent".to_owned(), theme.dim),
        Fate::Sending => ("sending …".to_owned(), theme.dim),
        Fate::Refused(why) => {
            let keys = state.settings.keymap.keys_of(crate::keys::action::Action::RetryUnsent);
            let keys = keys.map(|keys| format!(" ({keys} sends it again)")).unwrap_or_default();
            (format!("not sent: {why}{keys}"), theme.error)
        }
    };
    let faint = Theme { text: theme.dim, ..*theme };
    let reader = Reader { names: state, me: state.me(), theme: &faint, reveals: false };
    let body = markdown::lines(&unsent.body, look.columns.saturating_sub(INDENT), reader);
    let mut out: Vec<Line<'static>> = body.into_iter().map(indented).collect();
    let files = unsent.files.iter().map(|path| format!("▣ {}", links::file_name(path)));
    out.extend(files.map(|file| one_line(&file, theme.dim, look.columns)));
    out.push(one_line(&text, style, look.columns));
    out
}
