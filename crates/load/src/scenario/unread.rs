//! J5: streams that replay much and pages of much, all of which are requested and never read.

use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::limits::{BODY_CHARS, PAGE_MAX};
use ajet_protocol::{Channel, PostMessage};
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};
use rustix::process::Signal;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use super::reading::request;
use super::server::resident_kib;
use super::streams::cursors;
use super::{Figure, Size, names, people};
use crate::lab::Lab;

/// Streams, and as many readers of pages.
const STREAMS: usize = 20;
const PAGES: usize = 20;
/// Messages posted at once.
const AT_ONCE: usize = 16;
/// So little fits into the kernel's buffer of one of these.
const RECEIVE_BUFFER: u32 = 4096;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// J5: how much more memory the node holds at most.
pub async fn unread(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let messages = size.of(2000, 200);
    let people = people(lab, 2).await?;
    let room = &people.rooms[1];
    let in_room = |_| vec![room.clone()];
    let readers = people.join(&lab.bases()[0], names("reader", STREAMS), in_room).await?;
    let cursors = cursors(lab, &readers).await?;
    say(&people.owner, room, messages).await?;
    // What posting has taken of memory is given back.
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    lab.restart(0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident_kib(lab);
    let path = format!("/api/channels/{}/messages?limit={PAGE_MAX}", room.id);
    let streams =
        readers.iter().zip(&cursors).map(|(reader, cursor)| ask(lab, "/api/events", reader, Some(cursor)));
    let streams = try_join_all(streams).await?;
    let pages =
        try_join_all(readers.iter().cycle().take(PAGES).map(|reader| ask(lab, &path, reader, None))).await?;
    let mut peak = idle;
    let looking = tokio::time::Instant::now();
    while looking.elapsed() < size.seconds(20, 5) {
        peak = resident_kib(lab).max(peak);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    drop((streams, pages));
    let what =
        format!("{STREAMS} streams with {messages} maximal messages to come and {PAGES} pages, unread");
    Ok(vec![
        Figure::new("j5", "resident memory, idle", idle / 1024.0, "MiB"),
        Figure::new("j5", format!("{what}: memory over idle, at most"), (peak - idle) / 1024.0, "MiB")
            .goal(256.0),
    ])
}

/// Posts so many messages of which each is as long as it can be, also as HTML and as JSON.
async fn say(owner: &Client, room: &Channel, messages: usize) -> anyhow::Result<()> {
    let body = "\"".repeat(BODY_CHARS);
    let posting = (0..messages).map(|_| {
        let request = PostMessage {
            body_md: body.as_str().into(),
            client_mutation_id: Some(Uuid::new_v4().to_string()),
            ..PostMessage::default()
        };
        async move { owner.post(room.id, &request).await.map(drop) }
    });
    Ok(stream::iter(posting).buffer_unordered(AT_ONCE).try_collect::<()>().await?)
}

/// Sends a request and reads nothing of the answer.
async fn ask(lab: &Lab, path: &str, reader: &Client, cursor: Option<&String>) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut connection = socket.connect(lab.nodes[0].addr).await?;
    let token = reader.token().unwrap_or_default();
    connection.write_all(request(path, token, cursor.map(String::as_str)).as_bytes()).await?;
    Ok(connection)
}
