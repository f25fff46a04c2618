//! Emphasis in Slack's markup: `*bold*`, `_italic_` and `~strike~` at the edges of words, paired within one line.

use super::mrkdwn::Piece;

/// A single mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    kind: Kind,
    lean: Lean,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bold,
    Italic,
    Strike,
}

/// What a mark can do where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lean {
    Open,
    Close,
    Neither,
}

/// What a mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Text,
    Opens,
    Closes,
}

impl Mark {
    /// The mark as Slack writes it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self.kind {
            Kind::Bold => "*",
            Kind::Italic => "_",
            Kind::Strike => "~",
        }
    }

    /// The mark as we write it.
    #[must_use]
    pub fn markdown(self) -> &'static str {
        match self.kind {
            Kind::Bold => "**",
            Kind::Italic => "*",
            Kind::Strike => "~~",
        }
    }
}

/// The mark at a place, and its length there. Several in a row mark nothing in Slack.
pub fn at(text: &str, at: usize) -> (Piece<'_>, usize) {
    let byte = text.as_bytes()[at];
    let length = text.as_bytes()[at..].iter().take_while(|one| **one == byte).count();
    let kind = match byte {
        b'*' => Kind::Bold,
        b'_' => Kind::Italic,
        _ => Kind::Strike,
    };
    if length > 1 {
        return (Piece::Text(&text[at..at + length]), length);
    }
    let lean = lean(text[..at].chars().next_back(), text[at + 1..].chars().next());
    (Piece::Mark(Mark { kind, lean, role: Role::Text }), 1)
}

/// What a mark between two characters can do: it opens before a word and closes behind one. Between two characters that
/// both end words, brackets and punctuation decide; if they disagree, as in `(*.rs|*.toml)`, it is text.
fn lean(before: Option<char>, behind: Option<char>) -> Lean {
    let opens = before.is_none_or(precedes_word) && behind.is_some_and(|c| !c.is_whitespace());
    let closes = behind.is_none_or(follows_word) && before.is_some_and(|c| !c.is_whitespace());
    let leans_open = before.is_none_or(|c| c.is_whitespace() || "([{".contains(c));
    let leans_close = behind.is_none_or(|c| c.is_whitespace() || ")]}.,;!?".contains(c));
    match (opens, closes) {
        (true, false) => return Lean::Open,
        (false, true) => return Lean::Close,
        (false, false) => return Lean::Neither,
        (true, true) => {}
    }
    match (leans_open, leans_close) {
        (true, false) => Lean::Open,
        (false, true) => Lean::Close,
        // A colon may begin an emoji, so it counts less than the others.
        (false, false) if behind == Some(':') => Lean::Close,
        _ => Lean::Neither,
    }
}

fn precedes_word(c: char) -> bool {
    separates(c) || "([{".contains(c)
}

fn follows_word(c: char) -> bool {
    separates(c) || ")]}.!?&".contains(c)
}

/// Blanks, and punctuation that stands on either side of a word; `/`, `=` and the like are parts of paths and code.
fn separates(c: char) -> bool {
    c.is_whitespace() || "<>\"'`_~*-:,;|".contains(c) || !(c.is_ascii() || c.is_alphanumeric())
}

/// Pairs each closing mark with the nearest open one of its kind on the same line. What opened in between is text, so
/// pairs nest.
pub fn pair(pieces: &mut [Piece<'_>]) {
    // At most one of each kind.
    let mut open: Vec<(Kind, usize)> = Vec::new();
    for index in 0..pieces.len() {
        let Some(mark) = mark_of(&pieces[index]) else {
            if ends_line(&pieces[index]) {
                open.clear();
            }
            continue;
        };
        let place = open.iter().position(|(kind, _)| *kind == mark.kind);
        match (mark.lean, place) {
            (Lean::Close, Some(place)) => {
                let (_, from) = open[place];
                open.truncate(place);
                set(&mut pieces[from], Role::Opens);
                set(&mut pieces[index], Role::Closes);
            }
            (Lean::Open, _) => {
                open.retain(|(kind, _)| *kind != mark.kind);
                open.push((mark.kind, index));
            }
            _ => {}
        }
    }
}

fn mark_of(piece: &Piece<'_>) -> Option<Mark> {
    if let Piece::Mark(mark) = piece { Some(*mark) } else { None }
}

fn ends_line(piece: &Piece<'_>) -> bool {
    match piece {
        Piece::Line(_) | Piece::Fence(_) => true,
        Piece::Text(text) => text.contains('\n'),
        _ => false,
    }
}

fn set(piece: &mut Piece<'_>, role: Role) {
    if let Piece::Mark(mark) = piece {
        mark.role = role;
    }
}
