//! After the last fault: everybody catches up, and every node shows what it has.

use std::collections::HashSet;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Channel, CreateChannel, PageQuery, PostMessage};
use uuid::Uuid;

use crate::check::Violation;
use crate::history::{Seen, Stored, What};
use crate::lab::Lab;
use crate::workload::Scene;

/// Readers have everything within this time after the last write.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(20);
/// The name of a channel that is made last: what the community's own stream ends with.
const LAST_CHANNEL: &str = "the-end";

/// Waits until every reader has seen a last message in every room, and a last event of the community; I1 and I4 where that does
/// not come about.
pub async fn caught_up(scene: &Scene, owner: &Client, lab: &mut Lab, readers: usize) -> Vec<Violation> {
    let Some(n) = lab.running().first().copied() else { return Vec::new() };
    let at = owner.at(&lab.bases()[n]);
    let (mut missing, mut violations) = (HashSet::new(), Vec::new());
    for room in &scene.rooms {
        let body = format!("the end of {}", room.name);
        let request = PostMessage { body_md: body.as_str().into(), ..PostMessage::default() };
        match at.post(room.id, &request).await {
            Ok(_) => missing.extend((0..readers).map(|n| (format!("reader-{n}"), body.clone()))),
            Err(error) => violations.push(found(scene, "I1", format!("{body:?} was not taken: {error}"))),
        }
    }
    if let Some(community) = scene.rooms.first().and_then(|room| room.community_id) {
        match at.create_channel(community, &last_channel()).await {
            Ok(_) => missing.extend((0..readers).map(|n| (format!("reader-{n}"), LAST_CHANNEL.to_owned()))),
            Err(error) => violations.push(found(scene, "I1", format!("no last channel was made: {error}"))),
        }
    }
    let deadline = tokio::time::Instant::now() + CAUGHT_UP_WITHIN;
    let mut next = 0;
    while tokio::time::Instant::now() < deadline && !missing.is_empty() {
        let lines = scene.recorder.since(next);
        next += lines.len();
        for line in lines {
            if let What::Event(Seen { body: Some(body), .. }) = line.what {
                missing.remove(&(line.client, body));
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let deaf = missing.into_iter().map(|(reader, body)| format!("{reader} was never sent {body:?}"));
    violations.extend(deaf.map(|story| found(scene, "I4", story)));
    violations
}

fn last_channel() -> CreateChannel {
    CreateChannel {
        name: LAST_CHANNEL.into(),
        kind: None,
        visibility: None,
        topic: None,
        category_id: None,
        client_mutation_id: Some(LAST_CHANNEL.into()),
    }
}

fn found(scene: &Scene, invariant: &'static str, story: String) -> Violation {
    Violation { invariant, at_us: scene.recorder.now_us(), story }
}

/// Reads the whole history of every room and of these further channels, each as somebody who is there, at every node.
pub async fn finals(
    scene: &Scene,
    owner: &Client,
    lab: &mut Lab,
    further: &[(Client, Channel)],
) -> anyhow::Result<()> {
    let rooms = scene.rooms.iter().chain(scene.places.iter().map(|place| &place.room));
    let mut all: Vec<(&Client, &Channel)> = rooms.map(|room| (owner, room)).collect();
    all.extend(further.iter().map(|(client, channel)| (client, channel)));
    for node in lab.running() {
        let base = lab.bases()[node].clone();
        for (client, room) in &all {
            let messages = history(&client.at(&base), room).await?;
            scene.recorder.note("end", What::Final { node, channel: room.id.0, messages });
        }
    }
    Ok(())
}

async fn history(client: &Client, room: &Channel) -> anyhow::Result<Vec<Stored>> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(Uuid::nil()), limit: Some(200), before: None };
    loop {
        let page = client.messages(room.id, &query).await?;
        query.after = page.items.last().map(|message| message.id.0).or(query.after);
        all.extend(page.items.into_iter().map(|message| Stored {
            id: message.id.0,
            author: message.author.id.0,
            key: message.client_mutation_id,
            seq: message.seq,
            body: message.body_md,
            deleted: message.deleted,
        }));
        if !page.has_more {
            return Ok(all);
        }
    }
}
