//! What of a message is found by a search. The same function is used where messages are written and where those are indexed that stood
//! there before.

use ajet_protocol::{AttachmentStatus, Message, MessageKind, UserId};
use ajet_search::Mark;

/// How a link that leads to a page begins in rendered text.
const LINK: &str = "<a href=\"http";

/// A message, as far as it is found by.
pub struct Indexed<'a> {
    pub author: UserId,
    pub body_md: &'a str,
    /// Its HTML, with or without names.
    pub html: &'a str,
    /// What its poll asks, and what can be chosen.
    pub poll: Vec<&'a str>,
    /// The name and the media type of each of its files.
    pub files: Vec<(&'a str, &'a str)>,
}

impl<'a> Indexed<'a> {
    /// A message with its HTML; `None` for one that the system wrote.
    pub fn of(message: &'a Message, html: &'a str) -> Option<Self> {
        let poll = message.poll.iter();
        let poll = poll.flat_map(|poll| {
            std::iter::once(poll.question.as_str()).chain(poll.options.iter().map(|one| one.text.as_str()))
        });
        // Of one that is kept from everybody nothing is found.
        let files = message.attachments.iter().filter(|file| file.status != AttachmentStatus::Infected);
        let files = files.map(|file| (file.filename.as_str(), file.content_type.as_str()));
        let indexed = Self {
            author: message.author.id,
            body_md: &message.body_md,
            html,
            poll: poll.collect(),
            files: files.collect(),
        };
        (message.kind == MessageKind::Text).then_some(indexed)
    }

    /// What is stored of it, as PostgreSQL reads it.
    pub fn vector(&self) -> String {
        let mut text = ajet_markup::nameless(self.body_md);
        for part in self.poll.iter().copied().chain(self.files.iter().map(|(name, _)| *name)) {
            text.push('\n');
            text.push_str(part);
        }
        let mut marks = vec![Mark::By(self.author.0)];
        marks.extend(self.html.contains(LINK).then_some(Mark::Link));
        marks.extend((!self.files.is_empty()).then_some(Mark::File));
        let has_picture = self.files.iter().any(|(_, media_type)| media_type.starts_with("image/"));
        marks.extend(has_picture.then_some(Mark::Image));
        ajet_search::vector(&text, &marks)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_message_is_found_by_its_text_its_poll_and_its_files() {
        let author = UserId(Uuid::from_u128(7));
        let by = "':by:00000000000000000000000000000007'";
        let text = format!("*Hello* @<user:{author}> ||secret||");
        let plain = Indexed { author, body_md: &text, html: "<p>Hello</p>", poll: vec![], files: vec![] };
        assert_eq!(plain.vector(), format!("{by} 'hello':1 'secret':2"), "no name, which may change");
        let html = "<p><a href=\"https://a.example\">x</a></p>";
        let files = vec![("cat.png", "image/png")];
        let full = Indexed { author, body_md: "x", html, poll: vec!["Lunch?", "Yes"], files };
        let words = "'x':1 'lunch':2 'yes':3 'cat':4 'png':5";
        assert_eq!(full.vector(), format!("{by} ':has:link' ':has:file' ':has:image' {words}"));
    }
}
