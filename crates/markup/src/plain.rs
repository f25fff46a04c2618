//! The text that a reader sees, without styles.

use ajet_protocol::{Mention, MentionType};

use crate::piece::{Piece, Tag};
use crate::{HIDDEN_CHANNEL, UNKNOWN_USER, walk};

/// The text of a message; blocks and lines end at LF, and numbers of lists stand before their items.
pub fn render(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lists: Vec<Option<u32>> = Vec::new();
    walk(text, |piece| match piece {
        Piece::Text(text) | Piece::Code(text) => out.push_str(text),
        Piece::CodeBlock { code, .. } => {
            out.push_str(code);
            end_line(&mut out);
        }
        Piece::Break => out.push('\n'),
        Piece::Mention(mention) => out.push_str(&nameless(mention)),
        Piece::Start(Tag::List(number)) => lists.push(number),
        Piece::End(Tag::List(_)) => drop(lists.pop()),
        Piece::Start(Tag::Item) => {
            if let Some(Some(number)) = lists.last_mut() {
                out.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
        }
        Piece::End(Tag::Paragraph | Tag::Heading(_)) => end_line(&mut out),
        Piece::Start(_) | Piece::End(_) => {}
    });
    out.truncate(out.trim_end_matches('\n').len());
    out
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// A mention as it shows where no name is known.
fn nameless(mention: Mention) -> String {
    match mention.kind {
        MentionType::User => format!("@{UNKNOWN_USER}"),
        MentionType::Channel => format!("#{HIDDEN_CHANNEL}"),
        MentionType::Here => "@here".to_owned(),
    }
}
