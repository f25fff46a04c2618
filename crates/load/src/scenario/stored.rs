//! S8 and S9: what much history and many rooms cost.

use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, ChannelId, PostMessage};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::reading::stamped;
use super::server::cpu_seconds;
use super::{Figure, Size, people};
use crate::lab::Lab;

/// Fills a room with messages as the server would have written them.
async fn fill(lab: &Lab, room: &Channel, messages: usize) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    sqlx::query(
        "with author as (select id from users order by created_at limit 1), made as (
           insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
           select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 100000000 + n), 12, '0')
                   || '7000800000000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid,
                  $1, author.id, repeat('x', 120), '<p>' || repeat('x', 120) || '</p>', s.head + n, 'filled-' || s.id || n, 0, now()
           from generate_series(1, $2::bigint) as n, author, streams s where s.id = $1
         ) update streams set head = head + $2 where id = $1",
    )
    .bind(room.id.0)
    .bind(i64::try_from(messages)?)
    .execute(&mut db)
    .await?;
    sqlx::query("analyze messages").execute(&mut db).await?;
    Ok(())
}

/// What is needed of a page to turn it: the server is to be measured, not this program.
#[derive(Deserialize)]
struct Turned {
    items: Vec<First>,
    has_more: bool,
}

#[derive(Deserialize)]
struct First {
    id: Uuid,
}

/// S8: pages of a long history.
pub async fn pages(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 1).await?;
    let room = &people.rooms[0];
    fill(lab, room, size.of(100_000, 5_000)).await?;
    let began = Instant::now();
    let lasts = size.seconds(10, 2);
    let walks = (0..16).map(|_| {
        let (client, room) = (people.owner.clone(), room.id);
        tokio::spawn(async move {
            let mut pages = 0_u32;
            let mut before = String::new();
            while began.elapsed() < lasts {
                let page: Turned =
                    client.get(&format!("/api/channels/{room}/messages?limit=50{before}")).await?;
                before = match page.items.first() {
                    Some(first) if page.has_more => format!("&before={}", first.id),
                    _ => String::new(),
                };
                pages += 1;
            }
            anyhow::Ok(pages)
        })
    });
    let mut pages = 0;
    for walk in futures::future::join_all(walks.collect::<Vec<_>>()).await {
        pages += walk??;
    }
    let rate = f64::from(pages) / began.elapsed().as_secs_f64();
    Ok(vec![Figure::new("s8", "pages of 50, 16 readers at once", rate, "a second").goal(5_000.0)])
}

/// S9: what a message costs the server with many rooms active, and with much stored.
pub async fn growth(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, size.of(10_000, 200)).await?;
    let posts = size.of(4000, 400);
    let one = cost(lab, &people.owner, &people.rooms[..1], posts).await?;
    let all = cost(lab, &people.owner, &people.rooms, posts.max(people.rooms.len())).await?;
    let many = cost(lab, &people.owner, &people.rooms, posts).await?;
    let before = cost(lab, &people.owner, &people.rooms[..1], posts).await?;
    let stored = size.of(size.stored, 10_000);
    fill(lab, &people.rooms[1], stored).await?;
    let after = cost(lab, &people.owner, &people.rooms[..1], posts).await?;
    let rooms = people.rooms.len();
    Ok(vec![
        Figure::new("s9", "processor time a message, one room", one, "us"),
        Figure::new("s9", format!("processor time a message, first in each of {rooms} rooms"), all, "us"),
        Figure::new("s9", format!("{rooms} active rooms / one"), many / one, "times").goal(1.2),
        Figure::new("s9", format!("{stored} more messages stored / before"), after / before, "times")
            .goal(1.2),
    ])
}

/// The server's processor time for a message, in microseconds, with 32 requests in flight.
async fn cost(lab: &Lab, owner: &Client, rooms: &[Channel], posts: usize) -> anyhow::Result<f64> {
    let before = cpu_seconds(lab);
    post_into(owner, (0..posts).map(|n| rooms[n % rooms.len()].id)).await?;
    // The rest of the work, publishing, is done in a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok((cpu_seconds(lab) - before) * 1e6 / posts as f64)
}

/// Posts a message into each of these rooms, with 32 requests in flight.
///
/// # Errors
/// When a post fails.
pub async fn post_into(owner: &Client, rooms: impl Iterator<Item = ChannelId>) -> anyhow::Result<()> {
    let posting = rooms.map(|room| {
        let client = owner.clone();
        async move {
            let body_md = stamped();
            let request = PostMessage {
                body_md: body_md.into(),
                client_mutation_id: Some(Uuid::new_v4().to_string()),
                ..PostMessage::default()
            };
            client.post(room, &request).await.map(drop)
        }
    });
    Ok(stream::iter(posting).buffer_unordered(32).try_collect::<()>().await?)
}
