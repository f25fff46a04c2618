//! One key, as it is pressed and as it is written in the user's file: `g`, `C-x`, `A-Enter`, `S-Tab`, `F1`, `Space`.

use std::fmt;
use std::str::FromStr;

/// Which key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// The keys that have a name, but for characters and `F1` to `F12`.
const NAMED: [(&str, Code); 14] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Insert", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
];

/// A key with what was held along with it. Of a character that needs it Shift is not told apart: the character says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Press {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Press {
    /// The key alone.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// The character that it types, if it types one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The key in the one form in which keys are compared.
    #[must_use]
    pub fn normal(self) -> Self {
        match self.code {
            Code::Char(c) if self.ctrl => {
                Self { code: Code::Char(c.to_ascii_lowercase()), shift: false, ..self }
            }
            Code::Char(_) => Self { shift: false, ..self },
            _ => self,
        }
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_held, mark) in [(self.ctrl, "C-"), (self.alt, "A-"), (self.shift, "S-")] {
            if is_held {
                f.write_str(mark)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "F{number}"),
            code => {
                let name = NAMED.iter().find(|(_, known)| *known == code).map_or("?", |(name, _)| *name);
                f.write_str(name)
            }
        }
    }
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key; keys are written as g, C-x, A-Enter, S-Tab, F1 or Space")]
pub struct NoKey(pub String);

impl FromStr for Press {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let mut press = Self::of(Code::Esc);
        let mut rest = text;
        // A key may be the dash itself.
        while let Some((mark, behind)) = rest.split_once('-').filter(|(_, behind)| !behind.is_empty()) {
            match mark {
                "C" => press.ctrl = true,
                "A" => press.alt = true,
                "S" => press.shift = true,
                _ => return Err(NoKey(text.to_owned())),
            }
            rest = behind;
        }
        press.code = code(rest).ok_or_else(|| NoKey(text.to_owned()))?;
        Ok(press.normal())
    }
}

fn code(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(Code::Char(c));
    }
    if name.eq_ignore_ascii_case("space") {
        return Some(Code::Char(' '));
    }
    if let Some(number) = name.strip_prefix(['F', 'f']).and_then(|number| number.parse().ok()) {
        return (1..=12).contains(&number).then_some(Code::F(number));
    }
    NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code)
}

/// Keys one after another, as `g g` or `C-x C-c`.
///
/// # Errors
/// [`NoKey`]
pub fn sequence(text: &str) -> Result<Vec<Press>, NoKey> {
    let keys: Vec<Press> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(NoKey(text.to_owned())) } else { Ok(keys) }
}

/// Keys as they are written.
#[must_use]
pub fn written(keys: &[Press]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
