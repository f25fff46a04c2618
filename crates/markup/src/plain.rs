//! The text that a reader sees, without styles.

use ajet_protocol::{ChannelId, RoleId, UserId};

use crate::piece::{Piece, Tag};
use crate::{Names, NoNames, named, walk};

/// What stands for a spoiler where nothing can be clicked open.
const COVER: &str = "…";

/// The text of a message; blocks and lines end at LF, and numbers of lists stand before their items.
pub fn render(text: &str) -> String {
    Renderer::new(text, &NoNames, Spoilers::Shown).render()
}

/// The same with names and without what spoilers hide; at most so many characters of it.
pub fn preview(text: &str, names: &dyn Names, most: usize) -> String {
    let mut shown = Renderer::new(text, names, Spoilers::Covered).render();
    if let Some((end, _)) = shown.char_indices().nth(most) {
        shown.truncate(end);
    }
    shown
}

/// The text without names, and with what spoilers hide.
pub fn nameless(text: &str) -> String {
    Renderer::new(text, &Nameless, Spoilers::Shown).render()
}

/// Everything is called nothing.
struct Nameless;

impl Names for Nameless {
    fn user(&self, _: UserId) -> Option<&str> {
        Some("")
    }
    fn channel(&self, _: ChannelId) -> Option<&str> {
        Some("")
    }
    fn role(&self, _: RoleId) -> Option<&str> {
        Some("")
    }
}

/// What becomes of spoilers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spoilers {
    Shown,
    Covered,
}

struct Renderer<'a> {
    text: &'a str,
    names: &'a dyn Names,
    spoilers: Spoilers,
    out: String,
    /// The next number of every open list; `None` for bullets.
    lists: Vec<Option<u32>>,
    /// Open spoilers that hide what is in them.
    covers: usize,
}

impl<'a> Renderer<'a> {
    fn new(text: &'a str, names: &'a dyn Names, spoilers: Spoilers) -> Self {
        let out = String::with_capacity(text.len());
        Self { text, names, spoilers, out, lists: Vec::new(), covers: 0 }
    }

    fn render(mut self) -> String {
        walk(self.text, |piece| self.covered(piece));
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out
    }

    /// A piece, unless a spoiler hides it. Pieces nest, so whatever begins in a spoiler ends in it.
    fn covered(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(Tag::Spoiler) if self.spoilers == Spoilers::Covered => {
                if self.covers == 0 {
                    self.out.push_str(COVER);
                }
                self.covers += 1;
            }
            Piece::End(Tag::Spoiler) if self.spoilers == Spoilers::Covered => self.covers -= 1,
            piece if self.covers == 0 => self.piece(piece),
            _ => {}
        }
    }

    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) | Piece::Code(text) => self.out.push_str(text),
            Piece::CodeBlock { code, .. } => {
                self.out.push_str(code);
                self.end_line();
            }
            Piece::Break => self.out.push('\n'),
            Piece::Mention(mention) => {
                let (sign, name) = named::shown(mention, self.names);
                self.out.push(sign);
                self.out.push_str(name);
            }
            Piece::Start(Tag::List(number)) => self.lists.push(number),
            Piece::End(Tag::List(_)) => drop(self.lists.pop()),
            Piece::Start(Tag::Item) => {
                if let Some(Some(number)) = self.lists.last_mut() {
                    self.out.push_str(&format!("{number}. "));
                    *number = number.saturating_add(1);
                }
            }
            Piece::End(Tag::Paragraph | Tag::Heading(_)) => self.end_line(),
            Piece::Start(_) | Piece::End(_) => {}
        }
    }

    fn end_line(&mut self) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }
}
