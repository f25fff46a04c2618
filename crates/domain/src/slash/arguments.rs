//! The arguments of one command, taken one after the other; what is wrong with one names it, and says how the command is written.

use std::borrow::Cow;

use ajet_protocol::Trimmed;

use super::duration::seconds;
use super::misuse::Misuse;
use super::reference::{ChannelRef, PersonRef, channel, person};
use super::table::Spec;
use super::words::Line;

/// What is left of a command behind its name.
pub(super) struct Arguments<'a> {
    pub spec: &'static Spec,
    line: Line<'a>,
}

impl<'a> Arguments<'a> {
    pub fn new(spec: &'static Spec, line: Line<'a>) -> Self {
        Self { spec, line }
    }

    /// What is wrong with an argument.
    pub fn wrong(&self, argument: &'static str, rule: &str, message: impl Into<String>) -> Misuse {
        Misuse { argument, rule: rule.to_owned(), message: message.into(), usage: self.spec.usage() }
    }

    fn missing(&self, argument: &'static str) -> Misuse {
        self.wrong(argument, "required", "is missing")
    }

    /// The next word, if there is one.
    pub fn optional_word(&mut self) -> Option<String> {
        self.line.word()
    }

    pub fn word(&mut self, argument: &'static str) -> Result<String, Misuse> {
        self.line.word().ok_or_else(|| self.missing(argument))
    }

    pub fn person(&mut self) -> Result<PersonRef, Misuse> {
        let word = self.word("person")?;
        person(&word).ok_or_else(|| self.wrong("person", "bad_format", "must name a person, as @ann does"))
    }

    pub fn channel(&mut self) -> Result<ChannelRef, Misuse> {
        let word = self.word("channel")?;
        let bad = || self.wrong("channel", "bad_format", "must name a channel, as #general does");
        channel(&word).ok_or_else(bad)
    }

    /// A time in seconds, if there is a word left.
    pub fn optional_duration(&mut self) -> Result<Option<u64>, Misuse> {
        let Some(word) = self.line.word() else { return Ok(None) };
        let bad = || self.wrong("duration", "bad_format", "must be a time, as 10m, 2h or 3d are");
        seconds(&word).map(Some).ok_or_else(bad)
    }

    pub fn duration(&mut self) -> Result<u64, Misuse> {
        self.optional_duration()?.ok_or_else(|| self.missing("duration"))
    }

    /// All that is left, if there is anything.
    pub fn optional_rest(&mut self) -> Option<Trimmed> {
        let rest = self.line.rest();
        self.line = Line::new("");
        rest.map(|rest| Trimmed::from(rest.as_str()))
    }

    pub fn rest(&mut self, argument: &'static str) -> Result<Trimmed, Misuse> {
        self.optional_rest().ok_or_else(|| self.missing(argument))
    }

    /// Refuses what follows the last argument, and what breaks a rule.
    pub fn end(&self) -> Result<(), Misuse> {
        if self.line.is_empty() {
            return Ok(());
        }
        let last = self.spec.arguments.last().map_or("text", |argument| argument.name);
        Err(self.wrong(last, "too_many", "is followed by more than the command takes"))
    }

    /// Holds a value against a rule of requests, given as what the rule found: its name, and what is wrong.
    pub fn holds(
        &self,
        argument: &'static str,
        found: Result<(), (Cow<'static, str>, Option<Cow<'static, str>>)>,
    ) -> Result<(), Misuse> {
        found.map_err(|(rule, message)| {
            self.wrong(argument, &rule, message.unwrap_or(Cow::Borrowed("is not valid")))
        })
    }
}
