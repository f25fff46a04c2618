//! The loop: something comes, the state changes, the screen is drawn, effects are carried out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ajet_client::Client;
use ajet_protocol::AttachmentId;
use crossterm::event::EventStream;
use futures::StreamExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::calls::Calls;
use super::disk::Folder;
use super::screen::{self, Terminal};
use super::{feed, files, input, osc, outside};
use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::pictures::sequences;
use crate::settings::{Pictures, Settings, ThemeName};
use crate::state::State;
use crate::state::overlay::{Overlay, Shown};
use crate::update::{actions, update};
use crate::view::overlay::picture_area;
use crate::{Error, Options, plain, when};

/// Messages that wait at most; what brings more waits for its turn.
const WAITING: usize = 1024;
/// Messages that are taken in before the screen is drawn again.
const AT_ONCE: usize = 512;
/// How long it takes at most until a client that ends has told the server what it still had to.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Now, in ms since the Unix epoch.
#[must_use]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Runs the client until the person leaves, or the session ends for good.
///
/// # Errors
/// [`Error`]
pub async fn run(client: Client, options: Options) -> Result<(), Error> {
    let settings = settings(&options)?;
    let mut state = State::new(settings, client.base(), rand::random());
    state.theme = theme(&state.settings, &options);
    state.zone = zone(&state.settings, &options);
    state.now = now();
    state.opens.clone_from(&options.open);
    if options.plain {
        return plain::run(client, options, state).await;
    }
    screen::give_back_on_panic();
    let _gives_back = screen::GivesBack;
    let screen = screen::take(state.settings.mouse)?;
    state.size = screen::measured();
    Session::begin(client, options, state, screen).run().await
}

fn settings(options: &Options) -> Result<Settings, Error> {
    let Some(path) = &options.config else { return Ok(Settings::default()) };
    match std::fs::read_to_string(path) {
        Ok(text) => Settings::read(&text).map_err(|why| Error::Settings(path.clone(), why)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
        Err(error) => Err(error.into()),
    }
}

/// The theme that is set, else the one that the terminal can show.
fn theme(settings: &Settings, options: &Options) -> ThemeName {
    let terminal = &options.terminal;
    let has_256 =
        terminal.true_colour || terminal.term.contains("256color") || terminal.term.contains("kitty");
    match settings.theme {
        _ if terminal.no_colour => ThemeName::None,
        Some(theme) => theme,
        None if !has_256 => ThemeName::Sixteen,
        None if terminal.light => ThemeName::Light,
        None => ThemeName::Dark,
    }
}

/// The zone that is set, that of `TZ`, that of the machine, else UTC.
fn zone(settings: &Settings, options: &Options) -> jiff::tz::TimeZone {
    let machine = || {
        let link = std::fs::read_link("/etc/localtime").ok()?;
        let path = link.to_string_lossy().into_owned();
        path.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
    };
    let named = settings.time_zone.clone().or_else(|| options.time_zone.clone());
    let found =
        named.and_then(|name| when::zone(&name)).or_else(|| machine().and_then(|name| when::zone(&name)));
    found.unwrap_or(jiff::tz::TimeZone::UTC)
}

/// What a client is made of while it runs, whatever it shows itself by.
pub struct Line {
    pub inbox: Receiver<Message>,
    pub calls: Calls,
    pub refetch: Arc<Notify>,
    folder: Option<Folder>,
    options: Options,
    tell: Sender<Message>,
    feed: JoinHandle<()>,
}

impl Line {
    /// Begins to listen to the server.
    #[must_use]
    pub fn open(client: Client, options: Options) -> Self {
        let (out, inbox) = mpsc::channel(WAITING);
        let refetch = Arc::new(Notify::new());
        let feed = tokio::spawn(feed::feed(client.clone(), out.clone(), Arc::clone(&refetch)));
        let tell = out.clone();
        Self { inbox, calls: Calls::new(client, out), refetch, folder: None, options, tell, feed }
    }

    /// Carries out what does not need a screen; what does comes back, and what came of it is a message.
    pub fn carry_out(&mut self, effect: Effect) -> (Option<Effect>, Option<Message>) {
        let Some(effect) = self.calls.carry_out(effect) else { return (None, None) };
        match effect {
            Effect::Refetch => self.refetch.notify_one(),
            Effect::ListFiles(typed) => self.list_files(typed),
            Effect::LoadUnsent(person) => {
                self.folder = Folder::of(&self.options.state_dir, person).ok();
                let left = self.folder.as_ref().map(Folder::left).unwrap_or_default();
                return (None, Some(Message::Reply(Box::new(Reply::Left(left)))));
            }
            Effect::KeepUnsent(unsent) => {
                let kept = self.folder.as_ref().is_some_and(|folder| folder.keep(&unsent).is_ok());
                if !kept {
                    let failure = crate::message::Failure {
                        text: "it is lost if you leave before it is sent".to_owned(),
                        code: None,
                        is_passing: false,
                    };
                    let reply = Reply::Done { what: "keep it on the disk", result: Err(failure) };
                    return (None, Some(Message::Reply(Box::new(reply))));
                }
            }
            Effect::ForgetUnsent(key) => {
                if let Some(folder) = &self.folder {
                    folder.forget(&key);
                }
            }
            Effect::OpenUrl(address) => {
                if let Err(error) = outside::browse(self.options.browser.as_deref(), &address) {
                    let failure = crate::message::Failure {
                        text: format!("{error}; it is {address}"),
                        code: None,
                        is_passing: false,
                    };
                    let reply = Reply::Done { what: "open a browser", result: Err(failure) };
                    return (None, Some(Message::Reply(Box::new(reply))));
                }
            }
            other => return (Some(other), None),
        }
        (None, None)
    }

    /// The whole path of a file whose path was typed.
    #[must_use]
    pub fn path_of(&self, typed: &str) -> String {
        files::path_of(self.options.home.as_deref(), typed)
    }

    fn list_files(&self, typed: String) {
        let (home, tell) = (self.options.home.clone(), self.tell.clone());
        tokio::spawn(async move {
            let result = files::list(home, typed.clone()).await;
            // A client that has ended lists nothing.
            let _ = tell.send(Message::Reply(Box::new(Reply::Files { typed, result }))).await;
        });
    }

    /// Tells the server what is still to be told.
    pub async fn close(self) {
        self.feed.abort();
        // Who leaves does not wait for a server that is away.
        let _ = tokio::time::timeout(LAST_WORDS, self.calls.finish()).await;
    }
}

struct Session {
    state: State,
    screen: Terminal,
    keys: EventStream,
    line: Line,
    signals: Signals,
    way: Pictures,
    /// The picture that is shown by a sequence beside the frame.
    shown: Option<(AttachmentId, (u16, u16))>,
    options: Options,
}

/// What the process is told from outside.
struct Signals {
    terminate: Option<Signal>,
    hangup: Option<Signal>,
    interrupt: Option<Signal>,
    going_on: Option<Signal>,
}

impl Signals {
    /// Those that come from now on.
    fn from_now() -> Self {
        let on = |kind: SignalKind| signal(kind).ok();
        Self {
            terminate: on(SignalKind::terminate()),
            hangup: on(SignalKind::hangup()),
            interrupt: on(SignalKind::interrupt()),
            going_on: on(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw())),
        }
    }
}

/// What comes next.
enum Next {
    Message(Message),
    Leave,
}

impl Session {
    fn begin(client: Client, options: Options, mut state: State, screen: Terminal) -> Self {
        let way = sequences::way(state.settings.pictures, &options.terminal);
        state.pictures_beside = sequences::is_beside(way);
        Self {
            state,
            screen,
            keys: EventStream::new(),
            line: Line::open(client, options.clone()),
            signals: Signals::from_now(),
            way,
            shown: None,
            options,
        }
    }

    async fn run(mut self) -> Result<(), Error> {
        self.screen.draw(&self.state)?;
        let result = self.steps().await;
        self.line.close().await;
        result
    }

    async fn steps(&mut self) -> Result<(), Error> {
        loop {
            let mut effects = VecDeque::new();
            let next = self.next().await;
            if screen::has_failed() {
                return Err(Error::Failed);
            }
            match next {
                Next::Message(message) => effects.extend(update(&mut self.state, now(), message)),
                Next::Leave => {
                    self.keep_what_was_begun();
                    return Ok(());
                }
            }
            // What has come meanwhile is shown by the same frame.
            for _ in 0..AT_ONCE {
                let Ok(message) = self.line.inbox.try_recv() else { break };
                effects.extend(update(&mut self.state, now(), message));
            }
            self.draw()?;
            let had_effects = !effects.is_empty();
            while let Some(effect) = effects.pop_front() {
                let (screen, came) = self.line.carry_out(effect);
                if let Some(message) = came {
                    effects.extend(update(&mut self.state, now(), message));
                }
                match screen {
                    Some(Effect::Quit) => return Ok(()),
                    Some(effect) => effects.extend(self.on_screen(effect).await?),
                    None => {}
                }
            }
            if had_effects {
                self.draw()?;
            }
        }
    }

    /// The terminal is gone, or the client is told to end: what was begun is a draft.
    fn keep_what_was_begun(&mut self) {
        let mut last = Vec::new();
        actions::leave(&mut self.state, &mut last);
        for effect in last {
            self.line.carry_out(effect);
        }
    }

    async fn next(&mut self) -> Next {
        let due = self.state.timers.next().map(|at| Duration::from_millis(at.saturating_sub(now())));
        let Signals { terminate, hangup, interrupt, going_on } = &mut self.signals;
        tokio::select! {
            event = self.keys.next() => match event {
                Some(Ok(event)) => Next::Message(input::message(event).unwrap_or(Message::Tick)),
                Some(Err(_)) | None => Next::Leave,
            },
            message = self.line.inbox.recv() => message.map_or(Next::Leave, Next::Message),
            () = sleep(due.unwrap_or_default()), if due.is_some() => Next::Message(Message::Tick),
            () = told(terminate) => Next::Leave,
            () = told(hangup) => Next::Leave,
            () = told(interrupt) => Next::Leave,
            () = told(going_on) => Next::Message(Message::Spoilt),
        }
    }

    /// Effects that need the terminal; what they lead to.
    async fn on_screen(&mut self, effect: Effect) -> Result<Vec<Effect>, Error> {
        match effect {
            Effect::Title(title) => self.screen.write(&osc::title(&title))?,
            Effect::Notify { title, body } => {
                self.screen.write(&osc::notify(&self.state.settings.notifications, &title, &body))?;
            }
            Effect::Copy(text) => self.screen.write(&osc::copy(&text))?,
            Effect::Redraw => {
                self.state.size = screen::measured();
                self.screen.spoil();
                // It is gone with what stood on the screen, and is shown again.
                if self.shown.take().is_some() {
                    self.screen.write(sequences::CLEAR)?;
                }
            }
            Effect::Editor(text) => {
                let folder = self.options.state_dir.clone();
                let edited = {
                    self.keys_away();
                    screen::give_back();
                    outside::edit(self.options.editor.as_deref(), &folder, &text).await
                };
                self.take_back()?;
                // The terminal's interrupt key, pressed in the editor, was meant for it.
                self.signals.interrupt = signal(SignalKind::interrupt()).ok();
                return Ok(update(&mut self.state, now(), Message::Edited(edited)));
            }
            Effect::Suspend => {
                self.keys_away();
                screen::give_back();
                outside::stop();
                self.take_back()?;
            }
            _ => {}
        }
        Ok(Vec::new())
    }

    /// Another reader gets the keys: a stream that is dropped reads no more of them.
    fn keys_away(&mut self) {
        self.keys = EventStream::new();
    }

    fn take_back(&mut self) -> Result<(), Error> {
        self.screen = screen::take(self.state.settings.mouse)?;
        self.state.size = screen::measured();
        self.shown = None;
        self.state.title.clear();
        Ok(())
    }

    fn draw(&mut self) -> Result<(), Error> {
        let picture = self.picture();
        let next = picture.as_ref().map(|(key, ..)| *key);
        // Another one, or the same in another size, takes its place.
        if self.shown.is_some() && self.shown != next {
            self.screen.write(sequences::CLEAR)?;
            self.screen.spoil();
            self.shown = None;
        }
        self.screen.draw(&self.state)?;
        if let Some((key, sequence, at)) = picture
            && self.shown != Some(key)
        {
            self.screen.write_at(at, &sequence)?;
            self.shown = Some(key);
        }
        Ok(())
    }

    /// The picture that lies over the screen, where a sequence shows it: what it is and for which size, the sequence, and where.
    #[allow(clippy::type_complexity, reason = "it is taken apart at once")]
    fn picture(&self) -> Option<((AttachmentId, (u16, u16)), String, ratatui::layout::Position)> {
        let Some(Overlay::Picture { id, picture: Shown::Here(picture), .. }) = &self.state.overlay else {
            return None;
        };
        let key = (*id, self.state.size);
        let screen = ratatui::layout::Rect::new(0, 0, self.state.size.0, self.state.size.1);
        let area = picture_area(screen, picture)?;
        let at = ratatui::layout::Position::new(area.x, area.y);
        if self.shown == Some(key) {
            return Some((key, String::new(), at));
        }
        let cells = (u32::from(area.width), u32::from(area.height));
        Some((key, sequences::sequence(self.way, picture, cells)?, at))
    }
}

/// Waits for a signal; for ever where it can't be had.
async fn told(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
