//! The second pass: which marks belong together.
//!
//! Each closing run takes the nearest open run of its kind, one of as many marks before others. What opened in between is text,
//! so pairs always nest; each run is dropped once, so the work is linear.

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
                let count = left(tokens, index);
                if may_open && count > 0 {
                    open.push(Opener { kind, count, token: index });
                }
            }
            _ => {}
        }
    }
}

/// Marks of a run at most; longer runs are text.
const LONGEST: usize = 3;

/// The runs that are open, by their tokens.
#[derive(Default)]
struct Open {
    all: Vec<Opener>,
    /// For each kind and number of marks that are left, where its runs stand in `all`.
    places: [[Vec<usize>; LONGEST]; Kind::COUNT],
    /// How many runs were open where the link began in which we are.
    floor: usize,
}

#[derive(Clone, Copy)]
struct Opener {
    kind: Kind,
    count: usize,
    token: usize,
}

impl Open {
    fn push(&mut self, opener: Opener) {
        self.places[opener.kind as usize][opener.count - 1].push(self.all.len());
        self.all.push(opener);
    }

    /// The run that a closing one belongs to: the nearest one of as many marks, or else the nearest one.
    fn nearest(&self, kind: Kind, count: usize) -> Option<usize> {
        let of_kind = &self.places[kind as usize];
        let within = |places: &Vec<usize>| places.last().copied().filter(|place| *place >= self.floor);
        within(&of_kind[count - 1]).or_else(|| of_kind.iter().filter_map(within).max())
    }

    /// Takes a run away with all that opened behind it.
    fn take(&mut self, place: usize) -> Opener {
        let opener = self.all[place];
        self.truncate(place);
        opener
    }

    fn truncate(&mut self, length: usize) {
        for Opener { kind, count, .. } in self.all.drain(length..) {
            self.places[kind as usize][count - 1].pop();
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
        let Some(place) = open.nearest(closer.kind, closer.count) else { return };
        let found = open.all[place];
        let Token::Marks(opener) = &mut before[found.token] else { return };
        // As in `2**3*4`: marks within a word are a pair only if they are alike.
        let within_word = closer.may_open || opener.may_close;
        if within_word && opener.count != closer.count || found.token + 1 == index {
            return;
        }
        let (style, marks) = style(closer.kind, opener.count.min(closer.count));
        opener.count -= marks;
        closer.count -= marks;
        opener.opens.push(style);
        closer.closes.push(style);
        let found = open.take(place);
        if found.count > marks {
            open.push(Opener { count: found.count - marks, ..found });
        }
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
