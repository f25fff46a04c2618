//! J4: what a channel costs that is active and idle.
//!
//! The channels are rows that SQL made. One message into each activates it. The first of them, some in each community, are not counted: by
//! their posts the node reads the rights of all communities and opens its connections. No person has a stream, so no frames are kept.

use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::ops::ClusterReport;
use ajet_protocol::{ChannelId, UserId};
use rustix::process::Signal;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::large::{ids, named};
use super::server::resident_kib;
use super::stored::post_into;
use super::{Figure, Size, people};
use crate::lab::Lab;
use crate::people::found_community;

/// Channels of a community, besides the one that it was founded with; the server allows 5,000.
const TOGETHER: usize = 2000;
/// The rest of the work, publishing, is done in this time. The server stops a channel that was idle for 300 s (`actors.idle_s`).
const SETTLES: Duration = Duration::from_secs(10);

/// What the node holds while nothing happens.
struct Held {
    resident_kib: f64,
    /// Entities that are active.
    entities: u64,
}

/// J4: a message into each of so many channels, after which all of them are active and idle.
pub async fn activated(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (count, warm) = (size.of(50_000, 2_000), size.of(2_000, 200));
    let people = people(lab, 1).await?;
    let owner = people.owner.me().await?.user.id;
    let mut communities = vec![people.community.id.0];
    for n in 1..count.div_ceil(TOGETHER) {
        communities.push(found_community(&people.owner, n).await?.id.0);
    }
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    let channels = add_channels(lab, owner, &communities, count).await?;
    lab.restart(0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (first, rest) = channels.split_at(warm);
    let before = activate(lab, &people.owner, first).await?;
    let after = activate(lab, &people.owner, rest).await?;
    let (risen, counted) = (after.entities.saturating_sub(before.entities), rest.len());
    anyhow::ensure!(risen >= counted as u64, "only {risen} more entities are active, of {counted} channels");
    let each = (after.resident_kib - before.resident_kib) / counted as f64;
    let all = |active: usize, held: &Held| {
        let what = format!("resident memory, {active} channels active and idle");
        Figure::new("j4", what, held.resident_kib / 1024.0, "MiB")
    };
    Ok(vec![
        all(warm, &before),
        all(count, &after),
        Figure::new("j4", format!("resident memory an idle channel, of {counted} more"), each, "KiB")
            .goal(12.0),
    ])
}

/// Adds so many public channels to these communities, in turn, each with the owner as its only member. The server must not run: it
/// remembers rights by a version that does not rise here.
async fn add_channels(
    lab: &Lab,
    owner: UserId,
    communities: &[Uuid],
    count: usize,
) -> anyhow::Result<Vec<ChannelId>> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let (ids, (names, keys)) = (ids(count), named("channel", count));
    sqlx::query(
        "with made as (
           insert into channels (id, community_id, name, name_key, type, visibility, position, created_by, created_at)
           select one.id, ($4::uuid[])[(1 + one.n % cardinality($4::uuid[]))::int], one.name, one.key, 'text', 'public',
                  one.n::int, $5, now()
           from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as one(id, name, key, n)
           returning id
         ), logs as (
           insert into streams (id) select id from made
         )
         insert into channel_members (channel_id, user_id, joined_at) select id, $5, now() from made",
    )
    .bind(&ids)
    .bind(names)
    .bind(keys)
    .bind(communities)
    .bind(owner.0)
    .execute(&mut db)
    .await?;
    sqlx::query("analyze").execute(&mut db).await?;
    Ok(ids.into_iter().map(ChannelId).collect())
}

/// Posts into each of these channels, and looks at the node once it is idle again.
async fn activate(lab: &Lab, owner: &Client, channels: &[ChannelId]) -> anyhow::Result<Held> {
    post_into(owner, channels.iter().copied()).await?;
    tokio::time::sleep(SETTLES).await;
    let report: ClusterReport = lab.ops(0)?.get("/ops/cluster").await?;
    let loads = report.nodes.iter().filter_map(|node| node.load.as_ref());
    Ok(Held { resident_kib: resident_kib(lab), entities: loads.map(|load| load.entities).sum() })
}
