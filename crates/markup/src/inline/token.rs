//! Tokens of inline text.

use ajet_protocol::Mention;

use crate::piece::Tag;

/// A part of a paragraph.
#[derive(Debug)]
pub enum Token<'a> {
    Text(&'a str),
    Code(&'a str),
    Break,
    Mention(Mention),
    /// An address that links to itself.
    Address(&'a str),
    Marks(Run),
    LinkStart(&'a str),
    LinkEnd(&'a str),
}

/// Marks that enclose text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Star,
    Line,
    Strike,
    Spoiler,
}

impl Kind {
    /// Its place in a table of all kinds.
    pub const COUNT: usize = 4;
}

/// A style that a pair of marks gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Strong,
    Emphasis,
    Underline,
    Strike,
    Spoiler,
}

impl Style {
    pub fn tag(self) -> Tag<'static> {
        match self {
            Style::Strong => Tag::Strong,
            Style::Emphasis => Tag::Emphasis,
            Style::Underline => Tag::Underline,
            Style::Strike => Tag::Strike,
            Style::Spoiler => Tag::Spoiler,
        }
    }
}

/// A run of marks in a row. What is left of it after pairing is text.
#[derive(Debug)]
pub struct Run {
    pub kind: Kind,
    /// Marks that are not paired: single ones of `*` and `_`, pairs of the others.
    pub count: usize,
    pub may_open: bool,
    pub may_close: bool,
    /// What it closes, innermost first.
    pub closes: Vec<Style>,
    /// What it opens, innermost first.
    pub opens: Vec<Style>,
}
