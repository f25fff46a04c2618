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
    use serde_json::{Value, json};
    use uuid::Uuid;

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

    const AT: &str = "2026-11-26T10:00:00.000Z";
    /// A name that would set a terminal's title, empty its screen and turn a line around.
    const HOSTILE: &str = "evil\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}";

    fn person(name: &str) -> Value {
        json!({ "id": Uuid::from_u128(1), "username": "ann", "display_name": name, "avatar_url": null, "status_text": null,
                "bot": false, "created_at": AT })
    }

    /// The names of a snapshot in which a channel and a person are called so.
    fn called(name: &str) -> KnownNames {
        let mut me = person(name);
        (me["email"], me["presence"]) = (Value::Null, json!("auto"));
        let channel = json!({ "id": Uuid::from_u128(4), "community_id": Uuid::from_u128(9), "name": name, "type": "text",
            "visibility": "public", "topic": null, "category_id": null, "position": 0, "members": [], "last_message_id": null,
            "unread": { "count": 0, "mentions": 0 }, "muted": false, "notify": "all", "created_at": AT, "last_read_id": null,
            "joined": true });
        let sync = json!({ "cursor": "c", "user": me, "communities": [], "channels": [channel], "dms": [],
            "notifications": { "unread": 0 }, "blocks": [], "drafts": [] });
        KnownNames::of(&serde_json::from_value(sync).expect("a snapshot"))
    }

    fn envelope(kind: &str, payload: &Value) -> Envelope {
        let envelope = json!({ "v": 1, "id": Uuid::from_u128(8), "type": kind, "ts": AT, "stream": Uuid::from_u128(4), "seq": 1,
            "community_id": Uuid::from_u128(9), "channel_id": Uuid::from_u128(4), "actor_id": Uuid::from_u128(1),
            "payload": payload });
        serde_json::from_value(envelope).expect("an envelope")
    }

    /// An event of each type that people are shown.
    fn events(name: &str) -> [Envelope; 5] {
        let id = Uuid::from_u128(7);
        let message = json!({ "id": id, "channel_id": Uuid::from_u128(4), "author": person(name), "parent_id": null,
            "body_md": name, "body_html": "", "attachments": [], "mentions": [], "seq": 1, "client_mutation_id": "k",
            "created_at": AT, "edited_at": null, "deleted": false, "poll": null });
        let reaction = json!({ "message_id": id, "user_id": Uuid::from_u128(1), "emoji": name });
        [
            envelope("message.created", &json!({ "message": message })),
            envelope("message.edited", &json!({ "message": message })),
            envelope("message.deleted", &json!({ "message_id": id })),
            envelope("reaction.added", &reaction),
            envelope("reaction.removed", &reaction),
        ]
    }

    #[test]
    fn an_event_is_told_with_its_place_and_without_what_names_hide() {
        for (name, colour) in
            [("general", Colour::Never), (HOSTILE, Colour::Never), (HOSTILE, Colour::Always)]
        {
            let (names, look) = (called(name), look(colour));
            for event in events(name) {
                let lines = line_of_event(&event, &names, &look).expect("is shown");
                let shown = safe::styled(&lines.join("\n"));
                let start = if name == HOSTILE { "#evil\u{fffd}]0;owned" } else { "#general" };
                assert!(shown.contains(start), "{}: {shown:?}", event.kind);
                assert!(shown == lines.join("\n"), "only styles of our own: {lines:?}");
                let bare = unstyled(&shown);
                assert!(!bare.chars().any(|c| safe::acts(c) && c != '\n'), "{}: {bare:?}", event.kind);
            }
        }
        let deleted = line_of_event(&events("x")[2], &called("x"), &look(Colour::Never)).expect("is shown");
        assert_eq!(deleted, [format!("#x x deleted {}", Uuid::from_u128(7))]);
        let pinned = json!({ "message_id": Uuid::from_u128(7), "user_id": Uuid::from_u128(1) });
        let pinned = envelope("message.pinned", &pinned);
        assert_eq!(line_of_event(&pinned, &called("x"), &look(Colour::Never)), None);
    }
}
