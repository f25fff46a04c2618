//! Inline text: code spans, links, mentions, emoji and emphasis of one paragraph.
//!
//! Two passes, each linear. The first ([`scan`]) cuts the text into tokens: what is code, an address or a mention is decided
//! there and holds no marks. The second ([`marks`]) pairs the marks that are left. Whatever turns out to be no markup is
//! text, mark by mark.

pub mod address;
mod link;
mod marks;
mod mention;
mod scan;
mod shortcode;
mod token;

pub use mention::written;
pub use scan::is_escaped;
pub use shortcode::{chain as shortcodes_at, is_shortcode};

use crate::piece::{Piece, Tag};
use token::{Kind, Token};

/// Parses the text of a paragraph.
pub fn parse(text: &str, out: &mut dyn FnMut(Piece<'_>)) {
    let mut tokens = scan::tokens(text);
    marks::pair(&mut tokens);
    let mut in_link = false;
    for token in &tokens {
        match token {
            Token::Text(text) => out(Piece::Text(text)),
            Token::Code(code) => out(Piece::Code(code)),
            Token::Break => out(Piece::Break),
            Token::Mention(mention) => out(Piece::Mention(*mention)),
            Token::Address(address) if in_link => out(Piece::Text(address)),
            Token::Address(address) => {
                out(Piece::Start(Tag::Link(address)));
                out(Piece::Text(address));
                out(Piece::End(Tag::Link(address)));
            }
            Token::Marks(run) => {
                run.closes.iter().for_each(|style| out(Piece::End(style.tag())));
                for _ in 0..run.count {
                    out(Piece::Text(run.kind.mark()));
                }
                run.opens.iter().rev().for_each(|style| out(Piece::Start(style.tag())));
            }
            Token::LinkStart(target) => {
                in_link = true;
                out(Piece::Start(Tag::Link(target)));
            }
            Token::LinkEnd(target) => {
                in_link = false;
                out(Piece::End(Tag::Link(target)));
            }
        }
    }
}

impl Kind {
    fn mark(self) -> &'static str {
        match self {
            Kind::Star => "*",
            Kind::Line => "_",
            Kind::Strike => "~~",
            Kind::Spoiler => "||",
        }
    }
}
