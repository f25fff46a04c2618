//! The words of a command's text: parted by blanks, several together in double quotes.

/// What is left of a text, read word by word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    rest: &'a str,
}

/// Phones write the second and the third.
const QUOTES: [char; 3] = ['"', '\u{201c}', '\u{201d}'];

impl<'a> Line<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { rest: text.trim_start() }
    }

    /// The next word, without the quotes in it; `None` at the end. Inside quotes a backslash takes the meaning from a quote or a backslash. A
    /// quote that is never closed is a character like others.
    pub fn word(&mut self) -> Option<String> {
        if self.rest.is_empty() {
            return None;
        }
        let (word, rest) = quoted(self.rest).unwrap_or_else(|| {
            let (word, rest) =
                self.rest.split_at(self.rest.find(char::is_whitespace).unwrap_or(self.rest.len()));
            (word.to_owned(), rest)
        });
        self.rest = rest.trim_start();
        Some(word)
    }

    /// All that is left, as it was typed; if that is one word in quotes, without them.
    pub fn rest(self) -> Option<String> {
        let rest = self.rest.trim_end();
        if rest.is_empty() {
            return None;
        }
        match quoted(rest) {
            Some((word, "")) if rest.starts_with(QUOTES) && rest.ends_with(QUOTES) => Some(word),
            _ => Some(rest.to_owned()),
        }
    }

    /// Whether nothing is left.
    pub fn is_empty(self) -> bool {
        self.rest.is_empty()
    }
}

/// The first word of a text and what follows it; `None` where a quote in it is not closed.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut word, mut is_inside) = (String::new(), false);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if QUOTES.contains(&c) => is_inside = !is_inside,
            '\\' if is_inside => {
                let next = chars.clone().next().map(|(_, next)| next);
                match next.filter(|next| *next == '\\' || QUOTES.contains(next)) {
                    Some(next) => {
                        chars.next();
                        word.push(next);
                    }
                    None => word.push(c),
                }
            }
            c if c.is_whitespace() && !is_inside => return Some((word, &text[at..])),
            c => word.push(c),
        }
    }
    (!is_inside).then_some((word, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut line = Line::new(text);
        std::iter::from_fn(|| line.word()).collect()
    }

    #[test]
    fn words_are_parted_by_blanks_and_kept_together_by_quotes() {
        for (text, expected) in [
            ("", &[] as &[&str]),
            ("  ", &[]),
            ("one two", &["one", "two"]),
            (" one\t\n two ", &["one", "two"]),
            (r#""one two" three"#, &["one two", "three"]),
            (r#"@"Ann Lee" hi"#, &["@Ann Lee", "hi"]),
            (r#""" x"#, &["", "x"]),
            (r#""a \"b\" \\ \n""#, &[r#"a "b" \ \n"#]),
            ("\u{201c}one two\u{201d} three", &["one two", "three"]),
            // Not closed: quotes are characters like others.
            (r#""one two"#, &["\"one", "two"]),
            (r#"5" "a b""#, &["5 a", "b\""]),
            (r"it's a\b", &["it's", r"a\b"]),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_rest_is_as_it_was_typed() {
        for (text, expected) in [
            ("", None),
            (" a  b \n c ", Some("a  b \n c")),
            (r#"say "hi" twice"#, Some(r#"say "hi" twice"#)),
            (r#""hi there""#, Some("hi there")),
            (r#""hi" and "there""#, Some(r#""hi" and "there""#)),
            (r#""""#, Some("")),
            (r#""hi"#, Some(r#""hi"#)),
        ] {
            assert_eq!(Line::new(text).rest().as_deref(), expected, "{text:?}");
        }
        let mut line = Line::new("one  two three");
        assert_eq!(line.word().as_deref(), Some("one"));
        assert_eq!(line.rest().as_deref(), Some("two three"));
        assert!(!line.is_empty());
    }

    proptest! {
        /// It ends, and never loses what is no quote, backslash or blank.
        #[test]
        fn no_text_breaks_it(text in "[\\PC\\s\"\\\\]{0,60}") {
            let kept = |text: &str| {
                let is_kept = |c: &char| !c.is_whitespace() && *c != '\\' && !QUOTES.contains(c);
                text.chars().filter(is_kept).collect::<String>()
            };
            prop_assert_eq!(kept(&words(&text).concat()), kept(&text));
            let _ = Line::new(&text).rest();
        }
    }
}
