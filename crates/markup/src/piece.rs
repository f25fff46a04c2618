//! What the parser finds, piece by piece in document order. Renderers take pieces; none of them sees the source.

use ajet_protocol::Mention;

/// A piece of a parsed text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Piece<'a> {
    Start(Tag<'a>),
    End(Tag<'a>),
    /// Text to be shown as it is.
    Text(&'a str),
    /// A code span.
    Code(&'a str),
    /// A fenced block; the language is empty where none was given.
    CodeBlock {
        language: &'a str,
        code: &'a str,
    },
    /// The end of a line within a paragraph.
    Break,
    Mention(Mention),
}

/// What encloses other pieces. Every start has its end, and they nest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag<'a> {
    Paragraph,
    /// Level 1 to 3.
    Heading(u8),
    Quote,
    /// The number of the first item; none for bullets.
    List(Option<u32>),
    Item,
    Strong,
    Emphasis,
    Underline,
    Strike,
    Spoiler,
    /// The address, already known to be safe.
    Link(&'a str),
}
