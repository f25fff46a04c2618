//! Messages and events as people read them.

use ajet_markup::to_ansi;
use ajet_protocol::{Attachment, Envelope, Event, Message, MessageShown, Timestamp};

use super::{KnownNames, Look, safe, time};

/// A style of our own, around a text that was made safe.
fn styled(look: &Look, style: &str, text: &str) -> String {
    let text = safe::line(text);
    if look.colour { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.into_owned() }
}

/// A message for people: who, when, and its id to name it by; below it the text and what hangs on it.
#[must_use]
pub fn block(message: &Message, names: &KnownNames, look: &Look) -> Vec<String> {
    let mut lines =
        vec![head(&message.author.display_name, message.created_at, &message.id.to_string(), look)];
    if message.deleted {
        lines.push(styled(look, "2", "  (deleted)"));
        return lines;
    }
    lines.extend(body(&message.body_md, names, look));
    lines.extend(message.attachments.iter().map(|file| styled(look, "36", &of_file(file))));
    lines.extend(message.poll.iter().flat_map(|poll| {
        let options = poll.options.iter().enumerate().map(|(at, option)| {
            let mine = if option.voted_by_me { "*" } else { " " };
            format!("  {mine}{at}. {} ({})", safe::line(&option.text), option.votes)
        });
        [format!("  ? {}", safe::line(&poll.question))].into_iter().chain(options).collect::<Vec<_>>()
    }));
    lines.extend(marks(message).map(|marks| styled(look, "2", &format!("  {marks}"))));
    lines
}

fn head(author: &str, at: Timestamp, id: &str, look: &Look) -> String {
    let when = time::local(&at.to_string());
    format!("{}  {}  {}", styled(look, "1", author), styled(look, "2", &when), styled(look, "2", id))
}

fn body(text: &str, names: &KnownNames, look: &Look) -> Vec<String> {
    let rendered = to_ansi(text, names, look.width.saturating_sub(2));
    let rendered = safe::styled(&rendered);
    let rendered = if look.colour { rendered } else { unstyled(&rendered) };
    rendered.lines().map(|line| format!("  {line}")).collect()
}

/// A text without the styles in it.
fn unstyled(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut out, part| {
        out.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        out
    })
}

fn of_file(file: &Attachment) -> String {
    format!("  [{}, {} bytes, {}]", file.filename, file.size_bytes, file.id)
}

/// Reactions, replies and what else is told of a message in passing.
fn marks(message: &Message) -> Option<String> {
    let mut marks: Vec<String> =
        message.reactions.iter().map(|one| format!("{} {}", one.emoji, one.count)).collect();
    marks.extend((message.reply_count > 0).then(|| format!("replies: {}", message.reply_count)));
    marks.extend(message.parent_id.map(|parent| format!("reply to {parent}")));
    marks.extend(message.pinned.then(|| "pinned".to_owned()));
    marks.extend(message.edited_at.map(|_| "edited".to_owned()));
    (!marks.is_empty()).then(|| marks.join(" · "))
}

/// An event of the live stream for people; `None` for one that is not shown. Posts are whole, other events one line.
#[must_use]
pub fn line_of_event(envelope: &Envelope, names: &KnownNames, look: &Look) -> Option<Vec<String>> {
    let event = envelope.event().ok().flatten()?;
    let place = envelope.channel_id.map(|id| names.place(id)).unwrap_or_default();
    let who = envelope.actor_id.map(|id| names.called(id)).unwrap_or_default();
    let told = |what: String| Some(vec![styled(look, "2", &format!("{place} {who} {what}"))]);
    match event {
        Event::MessageCreated(posted) => Some(posted_in(&place, &posted.message, names, look)),
        Event::MessageEdited(edited) => {
            let mut lines = posted_in(&place, &edited.message, names, look);
            lines.push(styled(look, "2", "  edited"));
            Some(lines)
        }
        Event::MessageDeleted(gone) => told(format!("deleted {}", gone.message_id)),
        Event::ReactionAdded(added) => told(format!("reacted {} to {}", added.emoji, added.message_id)),
        Event::ReactionRemoved(gone) => told(format!("took {} back from {}", gone.emoji, gone.message_id)),
        _ => None,
    }
}

fn posted_in(place: &str, message: &MessageShown, names: &KnownNames, look: &Look) -> Vec<String> {
    let id = message.id.to_string();
    let head = head(&message.author.display_name, message.created_at, &id, look);
    let mut lines = vec![format!("{} {head}", styled(look, "34", place))];
    lines.extend(body(&message.body_md, names, look));
    lines.extend(message.attachments.iter().map(|file| styled(look, "36", &of_file(file))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::{Colour, Format};
    use crate::surroundings::{Surroundings, Variables};

    fn look(colour: Colour) -> Look {
        let around = Surroundings::piped(Variables::default(), "", Vec::new(), Vec::new());
        Look::of(Some(Format::Table), colour, false, &around)
    }

    #[test]
    fn a_text_is_rendered_without_what_its_author_hid_in_it() {
        let names = KnownNames::default();
        let text = "**bold** \u{1b}]0;owned\u{7}\u{1b}[2J";
        let coloured = body(text, &names, &look(Colour::Always)).join("\n");
        assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
        assert!(!coloured.contains("\u{1b}]") && !coloured.contains("\u{1b}[2J"), "{coloured:?}");
        let bare = body(text, &names, &look(Colour::Never)).join("\n");
        assert!(bare.contains("bold") && !bare.chars().any(|c| safe::acts(c) && c != '\n'), "{bare:?}");
    }

    #[test]
    fn a_name_with_an_escape_sequence_is_shown_without_it() {
        let shown = head("ann\u{1b}[31m", Timestamp::FAR, "id", &look(Colour::Never));
        assert!(shown.starts_with("ann\u{fffd}[31m"), "{shown:?}");
    }
}
