//! In which order calls arrive, at a server that refuses the first of them for a moment.

use std::time::Duration;

use ajet_client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{Calls, QUEUED};
use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::testing::message_id;

const DEADLINE: Duration = Duration::from_secs(20);

fn edit(text: &str) -> Effect {
    Effect::Edit { message: message_id(12), text: text.to_owned() }
}

/// Reads a request and answers it; what its body says.
async fn answer(mut connection: TcpStream, status: &str) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or_default() {
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                connection.write_all(answer.as_bytes()).await.expect("answers");
                return body.to_owned();
            }
        }
        assert!(connection.read_buf(&mut read).await.expect("reads") > 0, "half a request: {text}");
    }
}

#[tokio::test]
async fn a_later_edit_waits_for_an_earlier_one_that_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (out, mut inbox) = mpsc::channel(8);
    let calls = Calls::new(Client::new(&base).expect("an address"), out);
    assert!(calls.carry_out(edit("first")).is_none() && calls.carry_out(edit("second")).is_none());
    let mut said = Vec::new();
    for status in ["503 Service Unavailable", "404 Not Found", "404 Not Found"] {
        let accepted = tokio::time::timeout(DEADLINE, listener.accept()).await;
        let (connection, _) = accepted.expect("a request in time").expect("a connection");
        let body = answer(connection, status).await;
        said.push(if body.contains("first") { "first" } else { "second" });
    }
    assert_eq!(said, ["first", "first", "second"]);
    let mut told = Vec::new();
    for _ in 0..2 {
        match tokio::time::timeout(DEADLINE, inbox.recv()).await.expect("an answer in time") {
            Some(Message::Reply(reply)) => match *reply {
                Reply::Edited { text, result: Err(_), .. } => told.push(text),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(told, ["first", "second"]);
}

#[tokio::test]
async fn an_edit_for_which_there_is_no_room_comes_back_with_its_text() {
    // It accepts and answers nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    // Nor does anyone read, until all is asked for: this answer waits for room.
    let (out, mut inbox) = mpsc::channel(1);
    out.try_send(Message::Tick).expect("has room");
    let calls = Calls::new(Client::new(&base).expect("an address"), out);
    // The queue's task runs only once this one waits: it holds none of them yet.
    for number in 0..QUEUED {
        calls.carry_out(edit(&number.to_string()));
    }
    calls.carry_out(edit("one too many"));
    // What is no change of a message has a queue of its own.
    calls.carry_out(Effect::Pin { message: message_id(12), on: true });
    assert!(matches!(inbox.recv().await, Some(Message::Tick)));
    match tokio::time::timeout(DEADLINE, inbox.recv()).await.expect("told in time") {
        Some(Message::Reply(reply)) => match *reply {
            Reply::Edited { text, result: Err(failure), .. } => {
                assert_eq!(text, "one too many");
                assert!(failure.is_passing, "{failure:?}");
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
