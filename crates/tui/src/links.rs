//! Links and files of a message, by number.

use ajet_markup::{Piece, Tag};
use ajet_protocol::{Attachment, Message};

use crate::state::overlay::Choice;

/// A link, or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Address(String),
    File(Attachment),
}

impl Link {
    /// What is shown of it.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Address(address) => address.clone(),
            Self::File(file) => file.filename.clone(),
        }
    }

    /// What is shown beside it.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Address(_) => String::new(),
            Self::File(file) => size(file.size_bytes),
        }
    }

    /// What opening it does: a picture is shown, anything else is for the browser.
    #[must_use]
    pub fn choice(&self) -> Choice {
        match self {
            Self::Address(address) => Choice::Link(address.clone()),
            Self::File(file) if file.content_type.starts_with("image/") => {
                Choice::Picture(file.id, file.filename.clone())
            }
            Self::File(file) => Choice::Link(file.url.clone()),
        }
    }
}

/// Links of the text, then files, each once.
#[must_use]
pub fn of(message: &Message) -> Vec<Link> {
    let mut all = Vec::new();
    ajet_markup::walk(&message.body_md, |piece| {
        if let Piece::Start(Tag::Link(address)) = piece {
            let link = Link::Address(address.to_owned());
            if !all.contains(&link) {
                all.push(link);
            }
        }
    });
    all.extend(message.attachments.iter().cloned().map(Link::File));
    all
}

/// An address as the browser takes it: one of the server itself is given its base. `None` for what is no address of the web.
#[must_use]
pub fn absolute(base: &str, address: &str) -> Option<String> {
    let full = if address.starts_with('/') && !address.starts_with("//") {
        format!("{base}{address}")
    } else {
        address.to_owned()
    };
    ajet_markup::is_web_address(&full).then_some(full)
}

/// What a file of this machine is called: the end of its path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A size as people read it.
#[must_use]
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::message;

    #[test]
    fn links_of_a_text_are_found_once_each() {
        let said =
            message(1, "see https://a.example/x and [this](https://b.example) or https://a.example/x.");
        let labels: Vec<String> = of(&said).iter().map(Link::label).collect();
        assert_eq!(labels, ["https://a.example/x", "https://b.example"]);
        assert!(of(&message(1, "`https://a.example`")).is_empty(), "code is no link");
    }

    #[test]
    fn only_the_web_is_opened() {
        let base = "https://chat.example";
        assert_eq!(absolute(base, "/m/1").as_deref(), Some("https://chat.example/m/1"));
        assert_eq!(absolute(base, "https://x.example").as_deref(), Some("https://x.example"));
        for bad in
            ["file:///etc/passwd", "javascript:alert(1)", "//evil.example", "-rf", "https://a b", "x\n"]
        {
            assert_eq!(absolute(base, bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!([size(12), size(12_345), size(1_234_567)], ["12 B", "12 kB", "1.2 MB"]);
    }
}
