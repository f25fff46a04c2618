//! In which order calls arrive, and what becomes of those that are not carried out.

use std::time::Duration;

use ajet_client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, Receiver};

use super::{Calls, QUEUED};
use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::testing::message_id;

const DEADLINE: Duration = Duration::from_secs(20);

fn edit(message: u64, text: &str) -> Effect {
    Effect::Edit { message: message_id(message), text: text.to_owned() }
}

/// Calls of a server that this listener is, and what they tell.
async fn calls(room: usize) -> (TcpListener, Calls, Receiver<Message>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (out, inbox) = mpsc::channel(room);
    (listener, Calls::new(Client::new(&base).expect("an address"), out), inbox)
}

/// The next request, as it was sent; its answer is owed.
async fn request(listener: &TcpListener) -> (TcpStream, String) {
    let accepted = tokio::time::timeout(DEADLINE, listener.accept()).await;
    let (mut connection, _) = accepted.expect("a request in time").expect("a connection");
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or_default() {
                return (connection, text);
            }
        }
        assert!(connection.read_buf(&mut read).await.expect("reads") > 0, "half a request: {text}");
    }
}

async fn answer(mut connection: TcpStream, status: &str) {
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    connection.write_all(answer.as_bytes()).await.expect("answers");
}

async fn told(inbox: &mut Receiver<Message>) -> Reply {
    match tokio::time::timeout(DEADLINE, inbox.recv()).await.expect("told in time") {
        Some(Message::Reply(reply)) => *reply,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn changes_of_a_message_wait_for_each_other_and_those_of_another_do_not() {
    let (listener, mut calls, mut inbox) = calls(8).await;
    let one = message_id(12);
    let vote = Effect::Vote { message: one, options: Vec::new() };
    for effect in [edit(12, "first"), edit(12, "second"), vote, Effect::Delete(one), edit(13, "beside")] {
        assert!(calls.carry_out(effect).is_none());
    }
    let (mut refused, mut said) = (Vec::new(), Vec::new());
    // Two come at once, in any order: the first of each message.
    for _ in 0..2 {
        let (connection, text) = request(&listener).await;
        match text.contains("first") {
            true => refused.push(connection),
            false => {
                said.push(text);
                answer(connection, "404 Not Found").await;
            }
        }
    }
    assert!(matches!(told(&mut inbox).await, Reply::Edited { text, .. } if text == "beside"));
    assert!(matches!(&said[..], [text] if text.contains("beside")), "{said:?}");
    let finishing = tokio::spawn(calls.finish());
    let first = refused.pop().expect("was sent");
    answer(first, "503 Service Unavailable").await;
    said.clear();
    for _ in 0..4 {
        let (connection, text) = request(&listener).await;
        assert!(!finishing.is_finished(), "one is under way");
        said.push(text);
        answer(connection, "404 Not Found").await;
    }
    assert!(said[0].contains("first") && said[1].contains("second"), "{said:?}");
    assert!(said[2].contains("options") && said[3].starts_with("DELETE"), "{said:?}");
    let texts = [told(&mut inbox).await, told(&mut inbox).await].map(|reply| match reply {
        Reply::Edited { text, result: Err(_), .. } => text,
        other => panic!("{other:?}"),
    });
    assert_eq!(texts, ["first", "second"]);
    assert!(matches!(told(&mut inbox).await, Reply::Changed { what: "vote", result: Err(_) }));
    assert!(matches!(told(&mut inbox).await, Reply::Done { what: "delete it", result: Err(_) }));
    tokio::time::timeout(DEADLINE, finishing).await.expect("in time").expect("ends");
}

#[tokio::test]
async fn an_edit_for_which_there_is_no_room_comes_back_with_its_text() {
    // Until all is asked for no one reads: what is told waits for room.
    let (_listener, mut calls, mut inbox) = calls(1).await;
    calls.out.try_send(Message::Tick).expect("has room");
    // None of them begins before this one waits.
    for number in 0..QUEUED {
        calls.carry_out(edit(12, &number.to_string()));
    }
    // What is no change of a message does not need room among them.
    calls.carry_out(Effect::Pin { message: message_id(12), on: true });
    calls.carry_out(edit(13, "one too many"));
    assert!(matches!(inbox.recv().await, Some(Message::Tick)));
    match told(&mut inbox).await {
        Reply::Edited { text, result: Err(failure), .. } => {
            assert_eq!(text, "one too many");
            assert!(failure.is_passing, "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mark_that_nothing_carries_out_any_more_is_said_to_have_failed() {
    let (_listener, mut calls, mut inbox) = calls(1).await;
    calls.marks.task.abort();
    let waiting = calls.marks.waiting.clone().expect("is open");
    tokio::time::timeout(DEADLINE, waiting.closed()).await.expect("ends in time");
    calls.carry_out(Effect::Pin { message: message_id(12), on: true });
    assert!(matches!(told(&mut inbox).await, Reply::Done { what: "pin it", result: Err(_) }));
}
