//! The one writer of this program.

use std::fmt::Display;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ajet_protocol::{Message, Page};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Column, Format, KnownNames, Look, json, message, safe, table};
use crate::failure::{Done, Failure};

type Writer = Mutex<Box<dyn Write + Send>>;

/// What a message is for a program, in columns.
const MESSAGE: [Column; 4] =
    [("id", "id"), ("at", "created_at"), ("author", "author.username"), ("text", "body_md")];

/// Where results, notes and failures go.
pub struct Screen {
    look: Look,
    out: Writer,
    err: Writer,
}

impl Screen {
    /// A screen that looks so.
    #[must_use]
    pub fn new(look: Look, out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { look, out: Mutex::new(out), err: Mutex::new(err) }
    }

    /// How things look on it.
    #[must_use]
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Whether everything of a stream is wanted, or what people would be shown.
    #[must_use]
    pub fn takes_everything(&self) -> bool {
        matches!(self.look.format, Format::Json | Format::Template(_))
    }

    /// Whether programs read it, as JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.look.format == Format::Json
    }

    /// A list: the server's answer with `items`, in these columns.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn list(&self, answer: &impl Serialize, columns: &[Column]) -> Done {
        let answer = value_of(answer)?;
        if self.is_json() {
            return self.json(&answer);
        }
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        self.rows(&items, columns)?;
        if answer["has_more"] == true {
            self.note("there are more: see --limit, --before and --after");
        }
        Ok(())
    }

    /// One thing, as the server answered it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn show(&self, thing: &impl Serialize, columns: &[Column]) -> Done {
        let thing = value_of(thing)?;
        match &self.look.format {
            Format::Json => self.json(&thing),
            Format::Table => {
                let longest = columns.iter().map(|(head, _)| head.len()).max().unwrap_or_default();
                columns.iter().try_for_each(|(head, path)| {
                    let head = self.bold(&format!("{head:<longest$}"));
                    self.write(&format!("{head}  {}\n", table::shown(&thing, path)))
                })
            }
            _ => self.rows(&[thing], columns),
        }
    }

    /// Says that something is done of which the server answers nothing.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn done(&self, what: impl Display) -> Done {
        if self.is_json() {
            return self.json(&json!({ "ok": true }));
        }
        self.note(what);
        Ok(())
    }

    /// A page of messages, oldest first.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn messages(&self, page: &Page<Message>, names: &KnownNames) -> Done {
        if self.look.format != Format::Table {
            return self.list(page, &MESSAGE);
        }
        for one in &page.items {
            self.lines(&message::block(one, names, &self.look))?;
        }
        if page.has_more {
            self.note("there are more: see --limit, --before and --after");
        }
        Ok(())
    }

    /// A message.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn message(&self, one: &Message, names: &KnownNames) -> Done {
        match self.look.format {
            Format::Table => self.lines(&message::block(one, names, &self.look)),
            _ => self.show(one, &MESSAGE),
        }
    }

    /// A thing of a stream: JSON on one line, a template filled, or these columns in a pipe; `false` where people read it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn streamed(&self, thing: &impl Serialize, columns: &[Column]) -> Result<bool, Failure> {
        match self.look.format {
            Format::Json => self.write(&format!("{}\n", json::written(&value_of(thing)?, false)))?,
            Format::Template(_) | Format::Plain => self.rows(&[value_of(thing)?], columns)?,
            Format::Table => return Ok(false),
        }
        Ok(true)
    }

    /// What a program has to know of a stream beside its things: JSON on one line, and nothing for people.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn streamed_note(&self, thing: &Value) -> Done {
        if self.is_json() { self.write(&format!("{}\n", json::written(thing, false))) } else { Ok(()) }
    }

    /// A line of text.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn text(&self, text: impl Display) -> Done {
        self.write(&format!("{}\n", safe::line(&text.to_string())))
    }

    /// Lines that may hold styles of our own.
    ///
    /// # Errors
    /// When they can't be written.
    pub fn lines(&self, lines: &[String]) -> Done {
        lines.iter().try_for_each(|line| self.write(&format!("{}\n", safe::styled(line))))
    }

    /// Bytes as they are, for a file or another program.
    ///
    /// # Errors
    /// When they can't be written, or would go to a terminal, which would act on them.
    pub fn bytes(&self, bytes: &[u8]) -> Done {
        if self.look.is_terminal {
            return Err(Failure::Usage("this is no text for a terminal: name a file with --output".into()));
        }
        let mut out = locked(&self.out);
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Text that this program made itself and that shells or manuals read, line by line.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn own(&self, text: &str) -> Done {
        self.write(text)
    }

    /// JSON, on several lines where people read it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn json(&self, value: &Value) -> Done {
        self.write(&format!("{}\n", json::written(value, self.look.is_terminal)))
    }

    /// Something beside the result, for people; it is no failure when they can't be told.
    pub fn note(&self, text: impl Display) {
        if !self.look.quiet {
            self.told(text);
        }
    }

    /// The same, also where it is to be quiet: what went wrong, or what they have to do.
    pub fn told(&self, text: impl Display) {
        let mut err = locked(&self.err);
        // There is no one left to tell.
        let _ = writeln!(err, "{}", safe::line(&text.to_string())).and_then(|()| err.flush());
    }

    /// How much of a file is sent, where somebody looks on.
    pub fn progress(&self, name: &str, sent: usize, all: usize) {
        if !self.look.progress || all == 0 {
            return;
        }
        let full = (sent * 20 / all).min(20);
        let end = if sent >= all { "\n" } else { "" };
        let mut err = locked(&self.err);
        let name = safe::line(name);
        let percent = sent.min(all) * 100 / all;
        let _ = write!(err, "\r{name} [{}{}] {percent:>3} %{end}", "#".repeat(full), " ".repeat(20 - full))
            .and_then(|()| err.flush());
    }

    /// The bar stays as it is: what is told next stands below it.
    pub fn progress_ends(&self) {
        if self.look.progress {
            let mut err = locked(&self.err);
            let _ = writeln!(err).and_then(|()| err.flush());
        }
    }

    fn rows(&self, things: &[Value], columns: &[Column]) -> Done {
        match &self.look.format {
            Format::Template(template) => {
                things.iter().try_for_each(|thing| self.write(&template.filled(thing)))
            }
            Format::Table if !things.is_empty() => {
                let (head, lines) = table::aligned(things, columns, self.look.width);
                self.write(&format!("{}\n", self.bold(&head)))?;
                lines.iter().try_for_each(|line| self.write(&format!("{line}\n")))
            }
            _ => {
                things.iter().try_for_each(|thing| self.write(&format!("{}\n", table::plain(thing, columns))))
            }
        }
    }

    fn bold(&self, text: &str) -> String {
        if self.look.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Writes at once: what a reader waits for does not stay in a buffer.
    fn write(&self, text: &str) -> Done {
        let mut out = locked(&self.out);
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }
}

/// A writer stays what it was when a thread fails that held it.
fn locked(writer: &Writer) -> MutexGuard<'_, Box<dyn Write + Send>> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn value_of(thing: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(thing).map_err(|error| Failure::Other(format!("can't be written as JSON: {error}")))
}
