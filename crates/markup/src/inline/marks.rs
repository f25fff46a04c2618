//! The second pass: which marks belong together.
//!
//! Each closing run looks at the nearest open run of its kind. What opened in between is text, so pairs always nest; each run
//! is looked at once and dropped once, so the work is linear.

use super::token::{Kind, Style, Token};

/// Pairs the marks of a paragraph.
pub fn pair(tokens: &mut [Token<'_>]) {
    let mut open = Open::default();
    for index in 0..tokens.len() {
        match &tokens[index] {
            // Marks don't reach into a link, nor out of it.
            Token::LinkStart(_) => open.enter(),
            Token::LinkEnd(_) => open.leave(),
            Token::Marks(run) => {
                let (kind, may_open) = (run.kind, run.may_open);
                if run.may_close {
                    close(tokens, index, &mut open);
                }
                if may_open && left(tokens, index) > 0 {
                    open.push(kind, index);
                }
            }
            _ => {}
        }
    }
}

/// The runs that are open, by their tokens.
#[derive(Default)]
struct Open {
    all: Vec<(Kind, usize)>,
    /// For each kind, where its runs stand in `all`.
    of_kind: [Vec<usize>; Kind::COUNT],
    /// How many runs were open where the link began in which we are.
    floor: usize,
}

impl Open {
    fn push(&mut self, kind: Kind, token: usize) {
        self.of_kind[kind as usize].push(self.all.len());
        self.all.push((kind, token));
    }

    /// The nearest run of a kind.
    fn nearest(&self, kind: Kind) -> Option<usize> {
        let place = self.of_kind[kind as usize].last().copied().filter(|place| *place >= self.floor)?;
        self.all.get(place).map(|(_, token)| *token)
    }

    /// Forgets what opened behind the nearest run of a kind, and that run too where it is used up.
    fn pop_to(&mut self, kind: Kind, with_it: bool) {
        let Some(place) = self.of_kind[kind as usize].last().copied() else { return };
        self.truncate(if with_it { place } else { place + 1 });
    }

    fn truncate(&mut self, length: usize) {
        for (kind, _) in self.all.drain(length..) {
            self.of_kind[kind as usize].pop();
        }
    }

    fn enter(&mut self) {
        self.floor = self.all.len();
    }

    fn leave(&mut self) {
        self.truncate(self.floor);
        self.floor = 0;
    }
}

fn left(tokens: &[Token<'_>], index: usize) -> usize {
    if let Token::Marks(run) = &tokens[index] { run.count } else { 0 }
}

/// Closes what a run can close.
fn close(tokens: &mut [Token<'_>], index: usize, open: &mut Open) {
    while left(tokens, index) > 0 {
        let (before, behind) = tokens.split_at_mut(index);
        let Token::Marks(closer) = &mut behind[0] else { return };
        let Some(opened) = open.nearest(closer.kind) else { return };
        let Token::Marks(opener) = &mut before[opened] else { return };
        // As in `2**3*4`: marks within a word are a pair only if they are alike.
        let within_word = closer.may_open || opener.may_close;
        if within_word && opener.count != closer.count || opened + 1 == index {
            return;
        }
        let (style, marks) = style(closer.kind, opener.count.min(closer.count));
        opener.count -= marks;
        closer.count -= marks;
        opener.opens.push(style);
        closer.closes.push(style);
        let used_up = opener.count == 0;
        open.pop_to(closer.kind, used_up);
    }
}

/// What a pair of marks means, and how many marks it takes on either side.
fn style(kind: Kind, marks: usize) -> (Style, usize) {
    match (kind, marks) {
        (Kind::Star, 1) => (Style::Emphasis, 1),
        (Kind::Star, _) => (Style::Strong, 2),
        (Kind::Line, 1) => (Style::Emphasis, 1),
        (Kind::Line, _) => (Style::Underline, 2),
        (Kind::Strike, _) => (Style::Strike, 1),
        (Kind::Spoiler, _) => (Style::Spoiler, 1),
    }
}
