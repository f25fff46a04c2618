//! The loop of `--plain`: lines in, lines out.

use std::time::Duration;

use ajet_client::Client;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines, Stdin, Stdout};
use tokio::time::sleep;

use super::lines::{Printed, Typed, typed};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::message::Message;
use crate::runtime::run::{Line, now};
use crate::settings::Tell;
use crate::state::State;
use crate::state::overlay::Overlay;
use crate::update::{actions, messages, opening, update};
use crate::{Error, Options};

/// Runs the client as lines, until the input ends or the person leaves.
///
/// # Errors
/// [`Error`]
pub async fn run(client: Client, options: Options, state: State) -> Result<(), Error> {
    let mut plain = Plain {
        state,
        line: Line::open(client, options),
        printed: Printed::default(),
        typed: BufReader::new(tokio::io::stdin()).lines(),
        out: tokio::io::stdout(),
    };
    let result = plain.steps().await;
    plain.line.close().await;
    result
}

struct Plain {
    state: State,
    line: Line,
    printed: Printed,
    typed: Lines<BufReader<Stdin>>,
    out: Stdout,
}

impl Plain {
    async fn steps(&mut self) -> Result<(), Error> {
        self.print().await?;
        loop {
            let due = self.state.timers.next().map(|at| Duration::from_millis(at.saturating_sub(now())));
            let mut effects = Vec::new();
            tokio::select! {
                line = self.typed.next_line() => match line? {
                    Some(line) => {
                        if self.take(&line, &mut effects).await? {
                            return self.carry_out(effects).await;
                        }
                    }
                    None => return Ok(()),
                },
                message = self.line.inbox.recv() => match message {
                    Some(message) => effects.extend(update(&mut self.state, now(), message)),
                    None => return Ok(()),
                },
                () = sleep(due.unwrap_or_default()), if due.is_some() => {
                    effects.extend(update(&mut self.state, now(), Message::Tick));
                }
            }
            self.carry_out(effects).await?;
            self.print().await?;
        }
    }

    /// A line was typed; whether it was the last one.
    async fn take(&mut self, line: &str, effects: &mut Vec<Effect>) -> Result<bool, Error> {
        self.state.now = now();
        self.state.last_key = now();
        match typed(&self.state, line) {
            Typed::Nothing => {}
            Typed::Leave => {
                actions::leave(&mut self.state, effects);
                return Ok(true);
            }
            Typed::Print(lines) => self.say(&lines).await?,
            Typed::Open(name) => match opening::named(&self.state, &name) {
                Some(channel) => opening::open(&mut self.state, channel, effects),
                None => self.say(&[format!("* there is no {name}")]).await?,
            },
            Typed::Say(text) => self.send(&text, effects),
            Typed::Edit(text) => {
                messages::edit_last(&mut self.state);
                if self.state.composer.editing.is_some() {
                    self.send(&text, effects);
                }
            }
        }
        Ok(false)
    }

    fn send(&mut self, text: &str, effects: &mut Vec<Effect>) {
        self.state.composer.buffer.set(text);
        actions::perform(&mut self.state, Action::Send, effects);
        // What was refused at once is told; there is no composer that would keep it.
        self.state.composer.buffer.set("");
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), Error> {
        let mut waiting: std::collections::VecDeque<Effect> = effects.into();
        while let Some(effect) = waiting.pop_front() {
            let (rest, came) = self.line.carry_out(effect);
            if let Some(message) = came {
                waiting.extend(update(&mut self.state, now(), message));
            }
            if let Some(Effect::Notify { title, .. }) = rest {
                let bell = if self.state.settings.notifications.contains(&Tell::Bell) { "\x07" } else { "" };
                let line = format!("* {}", crate::text::clean::line(&title));
                self.out.write_all(format!("{line}{bell}\n").as_bytes()).await?;
            }
        }
        Ok(())
    }

    /// Prints what is new, and an answer for the person alone, which lies over the screen elsewhere.
    async fn print(&mut self) -> Result<(), Error> {
        let mut lines = self.printed.news(&self.state);
        if let Some(Overlay::Reader { text, .. }) = &self.state.overlay {
            let text = ajet_markup::visible(text);
            lines.extend(crate::text::clean::lines(&text).lines().map(str::to_owned));
        }
        self.state.overlay = None;
        self.say(&lines).await
    }

    async fn say(&mut self, lines: &[String]) -> Result<(), Error> {
        for line in lines {
            let line = crate::text::clean::line(line);
            self.out.write_all(format!("{line}\n").as_bytes()).await?;
        }
        self.out.flush().await?;
        Ok(())
    }
}
