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
use crate::state::overlay::Overlay;
use crate::state::timers::Timer;
use crate::state::{Link, State};
use crate::update::{actions, messages, opening, sending, update};
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
            forget_drafts(&mut self.state);
            self.carry_out(effects).await?;
            self.print().await?;
            if let Link::Over(why) = &self.state.link {
                return Err(Error::SignedOut(why.clone()));
            }
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
            Typed::Say(_) | Typed::File(_) if self.state.target().is_none() => {
                self.say(&["* no channel is open yet: that was not sent".to_owned()]).await?;
            }
            Typed::Say(text) => send(&mut self.state, &text, effects),
            Typed::File(typed) => {
                self.state.composer.files = vec![self.line.path_of(&typed)];
                send(&mut self.state, "", effects);
            }
            Typed::Edit(text) if text.is_empty() => {
                self.say(&["* usage: /edit TEXT".to_owned()]).await?;
            }
            Typed::Edit(text) => {
                messages::edit_last(&mut self.state);
                if self.state.composer.editing.is_some() {
                    send(&mut self.state, &text, effects);
                }
            }
        }
        Ok(false)
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

/// Sends what a line says.
fn send(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    state.composer.buffer.set(text);
    actions::perform(state, Action::Send, effects);
    // What was refused at once is told; there is no composer that would keep it, and the next line is no edit.
    if state.composer.editing.is_some() {
        sending::end_edit(state);
    }
    state.composer.files.clear();
    forget_drafts(state);
}

/// Lines are sent as they are typed: drafts are for those who see them, and stay as other sessions keep them. An edit that failed is told,
/// and the next line is no part of it.
fn forget_drafts(state: &mut State) {
    state.composer.editing = None;
    state.composer.buffer.set("");
    state.composer.kept.clear();
    state.timers.clear(Timer::KeepDraft);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{own, posted, state};

    #[test]
    fn a_line_behind_a_failed_edit_is_a_message() {
        let mut state = state();
        let _ = update(&mut state, crate::testing::NOW, posted(&own(12, "mine")));
        messages::edit_last(&mut state);
        let mut effects = Vec::new();
        send(&mut state, &"x".repeat(4_001), &mut effects);
        assert!(effects.iter().all(|one| !matches!(one, Effect::Edit { .. })), "it is too long");
        send(&mut state, "another", &mut effects);
        assert!(effects.iter().any(|one| matches!(one, Effect::Post(unsent) if unsent.body == "another")));
        assert!(effects.iter().all(|one| !matches!(one, Effect::Edit { .. })));
    }

    #[test]
    fn a_line_behind_an_edit_that_the_server_refused_is_a_message() {
        let mut state = state();
        let failure = crate::message::Failure { text: "no".into(), code: None, is_passing: false };
        let message = crate::testing::message_id(12);
        let reply = crate::message::Reply::Edited { message, text: "other".into(), result: Err(failure) };
        let _ = update(&mut state, crate::testing::NOW, Message::Reply(Box::new(reply)));
        forget_drafts(&mut state);
        let mut effects = Vec::new();
        send(&mut state, "another", &mut effects);
        assert!(effects.iter().any(|one| matches!(one, Effect::Post(unsent) if unsent.body == "another")));
    }

    #[test]
    fn the_drafts_of_other_sessions_stay() {
        let mut state = state();
        state.composer.buffer.set("begun elsewhere");
        state.composer.kept = "begun elsewhere".into();
        forget_drafts(&mut state);
        let mut effects = Vec::new();
        send(&mut state, "a line", &mut effects);
        actions::leave(&mut state, &mut effects);
        let is_of_draft = |one: &Effect| matches!(one, Effect::KeepDraft { .. } | Effect::DropDraft { .. });
        assert!(!effects.iter().any(is_of_draft), "{effects:?}");
    }
}
