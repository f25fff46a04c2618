//! A model of what a person sees that a task keeps up to date.
//!
//! The task begins with `GET /api/sync`, opens a stream at the cursor of the answer, and takes in what it brings. Where an event says that
//! something has to be fetched, the task fetches everything, begins a new model and opens another stream at the new cursor: the answer is
//! as of that cursor, so the model is never between two moments. What asks for that within a short time is fetched at once, and the longer
//! it goes on, the longer the time is: a busy thread costs the server an answer each 3 s, not ten a second.

use std::time::Duration;

use ajet_protocol::Sync;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{Change, Client, Error, Events, Model, News, Retries};

/// How long the task waits for more of what has to be fetched.
const PATIENCE: Duration = Duration::from_millis(100);
/// The longest time that it leaves between two fetches. Until then, what was to be fetched is shown as it was.
const LONGEST_APART: Duration = Duration::from_secs(3);
/// The pauses between answers that fail.
const FETCHING: Retries =
    Retries { tries: u32::MAX, first: Duration::from_millis(100), longest: Duration::from_secs(15) };

/// What a mirror shows.
#[derive(Debug, Clone)]
pub struct Mirrored {
    pub model: Model,
    /// How often everything was fetched, the first time included.
    pub fetched: u64,
}

impl Mirrored {
    /// What the person sees, as far as it was told.
    #[must_use]
    pub fn state(&self) -> &Sync {
        self.model.state()
    }
}

/// The mirror's task has ended: the session is over.
#[derive(Debug, thiserror::Error)]
#[error("the mirror has ended")]
pub struct Ended;

/// A model that is kept up to date until it is dropped, or the session ends.
pub struct Mirror {
    shown: watch::Receiver<Mirrored>,
    task: JoinHandle<Error>,
}

impl Mirror {
    /// Begins. What is shown at once is what the first answer says.
    ///
    /// # Errors
    /// [`Error`], as of any call: it is tried as often as the client's [`Retries`] say. Once the mirror has begun it waits for a server that
    /// is away.
    pub async fn start(client: &Client) -> Result<Self, Error> {
        let start = match client.sync().await? {
            without if without.cursor.is_empty() => fetched(client).await?,
            start => start,
        };
        let events = client.events(Some(&start.cursor));
        let (tell, shown) = watch::channel(Mirrored { model: Model::of(&start), fetched: 1 });
        let task = tokio::spawn(keep(client.clone(), tell, events));
        Ok(Self { shown, task })
    }

    /// What it shows now, and tells of each change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Mirrored> {
        self.shown.clone()
    }

    /// What it shows now. Nothing changes as long as this is held.
    #[must_use]
    pub fn now(&self) -> watch::Ref<'_, Mirrored> {
        self.shown.borrow()
    }

    /// Waits until what is shown fits.
    ///
    /// # Errors
    /// [`Ended`]
    pub async fn until(&self, mut fits: impl FnMut(&Sync) -> bool) -> Result<(), Ended> {
        let mut shown = self.shown.clone();
        shown.wait_for(|shown| fits(shown.state())).await.map(drop).map_err(|_| Ended)
    }

    /// Waits until the session ends; why. `None` if the task was stopped from outside.
    pub async fn ended(mut self) -> Option<Error> {
        (&mut self.task).await.ok()
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes in what a stream brings, for as long as there is one.
async fn keep(client: Client, shown: watch::Sender<Mirrored>, mut events: Events) -> Error {
    // When everything is to be fetched.
    let mut due: Option<Instant> = None;
    let mut pace = Pace::from(Instant::now());
    loop {
        let news = match next_before(due, &mut events).await {
            Some(Some(Ok(news))) => news,
            Some(Some(Err(error))) => return error,
            Some(None) => return Error::GaveUp,
            None => {
                due = None;
                pace.fetches(Instant::now());
                match begin_again(&client, &shown).await {
                    Ok(anew) => events = anew,
                    Err(error) => return error,
                }
                continue;
            }
        };
        let mut change = Change::Nothing;
        shown.send_if_modified(|shown| {
            change = taken_in(&mut shown.model, &news);
            change != Change::Nothing
        });
        if change == Change::Refetch && due.is_none() {
            due = Some(pace.due(Instant::now()));
        }
    }
}

/// How far apart fetches are: each twice as far as the one before, as long as they follow each other closely.
#[derive(Debug, Clone, Copy)]
struct Pace {
    last: Instant,
    apart: Duration,
}

impl Pace {
    /// Of a task that has fetched everything now.
    fn from(now: Instant) -> Self {
        Self { last: now, apart: PATIENCE }
    }

    /// When to fetch what is asked for now.
    fn due(&self, now: Instant) -> Instant {
        (now + PATIENCE).max(self.last + self.apart)
    }

    /// A fetch begins now.
    fn fetches(&mut self, now: Instant) {
        let follows_closely = now.duration_since(self.last) < self.apart * 2 + PATIENCE;
        self.apart = if follows_closely { (self.apart * 2).min(LONGEST_APART) } else { PATIENCE };
        self.last = now;
    }
}

/// What comes next on the stream; `None` once everything is due to be fetched.
async fn next_before(due: Option<Instant>, events: &mut Events) -> Option<Option<Result<News, Error>>> {
    match due {
        None => Some(events.next().await),
        // However much the stream brings.
        Some(at) if at <= Instant::now() => None,
        Some(at) => timeout_at(at, events.next()).await.ok(),
    }
}

fn taken_in(model: &mut Model, news: &News) -> Change {
    match news {
        News::Event(envelope) => return model.apply(envelope),
        News::Resync(_) => model.missed_something(),
        News::Rights(changed) => model.rights_changed(changed),
        News::Ready(_) | News::Presence(_) => return Change::Nothing,
    }
    Change::Refetch
}

/// Fetches everything, shows it, and opens the stream that goes on from there.
async fn begin_again(client: &Client, shown: &watch::Sender<Mirrored>) -> Result<Events, Error> {
    let fresh = fetched(client).await?;
    shown.send_modify(|shown| {
        *shown = Mirrored { model: Model::of(&fresh), fetched: shown.fetched + 1 };
    });
    Ok(client.events(Some(&fresh.cursor)))
}

/// An answer with a cursor, however long the server needs. One that has just started has none yet.
async fn fetched(client: &Client) -> Result<Sync, Error> {
    for failures in 1.. {
        match client.sync().await {
            Ok(fresh) if !fresh.cursor.is_empty() => return Ok(fresh),
            Err(error) if !error.is_passing() => return Err(error),
            _ => sleep(FETCHING.back_off(failures, rand::random())).await,
        }
    }
    Err(Error::GaveUp)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// The times between fetches, in ms, of which each is asked for this long after the one before.
    fn apart(pace: &mut Pace, asked_after: Duration, fetches: usize) -> Vec<u128> {
        let fetch = |_| {
            let before = pace.last;
            let due = pace.due(before + asked_after);
            pace.fetches(due);
            (due - before).as_millis()
        };
        (0..fetches).map(fetch).collect()
    }

    #[test]
    fn what_is_asked_for_all_the_time_is_fetched_less_and_less_often() {
        let mut pace = Pace::from(Instant::now());
        assert_eq!(apart(&mut pace, Duration::ZERO, 7), [100, 200, 400, 800, 1600, 3000, 3000]);
        let quiet = Duration::from_secs(10);
        assert_eq!(
            apart(&mut pace, quiet, 2),
            [10_100, 10_100],
            "what comes after a quiet time is fetched at once"
        );
        assert_eq!(apart(&mut pace, Duration::ZERO, 2), [100, 200]);
    }

    #[tokio::test]
    async fn a_mirror_of_no_server_does_not_start() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        drop(listener);
        let retries = Retries { first: Duration::from_millis(1), ..Retries::default() };
        let client = Client::new(&base).expect("a client").with_retries(retries);
        let started = tokio::time::timeout(Duration::from_secs(20), Mirror::start(&client)).await;
        assert!(matches!(started.expect("in time"), Err(Error::Transport(_))));
    }
}
