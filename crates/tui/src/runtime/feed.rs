//! What the server tells: everything at the beginning, then one live stream from there on, over as many connections as it takes.
//!
//! Where the model can't know something by events, everything is fetched once more and the stream goes on at the new answer's cursor
//! (decision 38). Fetches that follow each other closely are apart, so that a busy thread costs an answer each 3 s and not ten a second.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::{Client, Error};
use ajet_protocol::Sync;
use futures::FutureExt;
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep, sleep_until};

use super::calls::failure;
use crate::message::Message;

/// How long is waited for more of what has to be fetched.
const PATIENCE: Duration = Duration::from_millis(100);
/// The longest time between two fetches.
const LONGEST_APART: Duration = Duration::from_secs(3);
/// How long the first connection may take before one counts as away.
const OPENS: Duration = Duration::from_secs(3);
/// Pauses between tries to begin: the first one, and the longest.
const TRIES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(15));
/// How long until everything is fetched anew where something else than the server answered for the stream.
const ANSWERED_ELSEWHERE: Duration = Duration::from_secs(5);

/// Tells everything that the server does, until the session ends or there is no one to tell. `refetch` says that everything has to be
/// fetched anew.
pub async fn feed(client: Client, out: Sender<Message>, refetch: Arc<Notify>) {
    let (mut last, mut apart) = (Instant::now(), PATIENCE);
    loop {
        // What was asked for until now is answered by this fetch.
        let _ = refetch.notified().now_or_never();
        let start = match started(&client, &out).await {
            Ok(start) => start,
            Err(error) => return drop(out.send(Message::Over(failure(&error).text)).await),
        };
        let follows_closely = last.elapsed() < apart * 2 + PATIENCE;
        apart = if follows_closely { (apart * 2).min(LONGEST_APART) } else { PATIENCE };
        last = Instant::now();
        let cursor = start.cursor.clone();
        if out.send(Message::Synced(Box::new(start))).await.is_err() {
            return;
        }
        match followed(&client, &cursor, &out, (&*refetch, last + apart)).await {
            Next::Fetch => {}
            Next::End => return,
        }
    }
}

/// What comes behind a stream.
enum Next {
    /// Everything is fetched, and another stream opened.
    Fetch,
    End,
}

/// Tells what a stream brings, until everything has to be fetched anew, which is not before `earliest`.
async fn followed(
    client: &Client,
    cursor: &str,
    out: &Sender<Message>,
    (refetch, earliest): (&Notify, Instant),
) -> Next {
    let mut events = client.events(Some(cursor));
    let mut connected = events.connected();
    let mut due: Option<Instant> = None;
    let (opened_by, mut is_late) = (Instant::now() + OPENS, false);
    loop {
        // One call stays while other things happen: a connection that is being opened is not given up for them.
        let next = events.next();
        tokio::pin!(next);
        let news = loop {
            let at = due.unwrap_or_else(Instant::now);
            tokio::select! {
                news = &mut next => break news,
                Ok(()) = connected.changed() => {
                    let is_open = *connected.borrow_and_update();
                    if out.send(Message::Connected(is_open)).await.is_err() {
                        return Next::End;
                    }
                }
                () = sleep_until(opened_by), if !is_late && !*connected.borrow() => {
                    is_late = true;
                    if out.send(Message::Connected(false)).await.is_err() {
                        return Next::End;
                    }
                }
                () = refetch.notified(), if due.is_none() => {
                    due = Some(earliest.max(Instant::now() + PATIENCE));
                }
                () = sleep_until(at), if due.is_some() => return Next::Fetch,
            }
        };
        let told = match news {
            Some(Ok(news)) => out.send(Message::News(Box::new(news))).await,
            Some(Err(error)) if !ends(&error) => {
                if out.send(Message::Connected(false)).await.is_err() {
                    return Next::End;
                }
                sleep(ANSWERED_ELSEWHERE).await;
                return Next::Fetch;
            }
            Some(Err(error)) => {
                // There is no one to tell where this fails.
                let _ = out.send(Message::Over(failure(&error).text)).await;
                return Next::End;
            }
            None => return Next::End,
        };
        if told.is_err() {
            return Next::End;
        }
    }
}

/// An answer with a cursor, however long the server needs for it.
async fn started(client: &Client, out: &Sender<Message>) -> Result<Sync, Error> {
    let (mut pause, longest) = TRIES;
    loop {
        let why = match client.sync().await {
            Ok(start) if !start.cursor.is_empty() => return Ok(start),
            Ok(_) => "the server is starting".to_owned(),
            Err(error) if ends(&error) => return Err(error),
            Err(error) => failure(&error).text,
        };
        if out.send(Message::Trying(why)).await.is_err() {
            return Err(Error::GaveUp);
        }
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// Whether an error says that the session is over: the server itself says no. Another answer is that of something between here and it,
/// such as a proxy or a network that wants a sign-in, and says nothing of the session.
fn ends(error: &Error) -> bool {
    matches!(error, Error::Problem(_)) && !error.is_passing()
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{Code, Problem};

    use super::*;

    #[test]
    fn only_the_server_itself_ends_a_session() {
        let problem = |status, code| {
            let (kind, title, detail) = (String::new(), String::new(), String::new());
            Error::Problem(Box::new(Problem {
                kind,
                title,
                status,
                code,
                detail,
                trace_id: None,
                errors: Vec::new(),
            }))
        };
        assert!(ends(&problem(401, Code::Unauthenticated)));
        assert!(!ends(&problem(503, Code::Unauthenticated)), "it passes");
        let html = serde_json::from_str::<u8>("<html>").expect_err("is no JSON");
        for other in [Error::Status { status: 404, body: "<html>".into() }, Error::Unreadable(html)] {
            assert!(!other.is_passing() && !ends(&other), "{other}");
        }
    }
}
