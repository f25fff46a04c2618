//! The end of conversations: what was scheduled is sent, and every node shows what has become of each topic.

use std::collections::BTreeMap;
use std::time::Duration;

use ajet_client::{Client, Error};
use ajet_protocol::{Code, Message, MessageId};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;

use super::Talk;
use super::topics::{own_of, votes_of};
use crate::check::unsent;
use crate::history::What;
use crate::registers::standing::all;
use crate::registers::{PINNED, Register, Town};
use crate::workload::Scene;

/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// Listeners have what happened last within this time.
const LISTENS_ON: Duration = Duration::from_secs(12);
/// Requests at once.
const AT_ONCE: usize = 16;

/// Waits until everything is sent that was scheduled, or has had its time. What is missing then is for the checker to find.
pub async fn all_sent(scene: &Scene) {
    let began = Instant::now();
    loop {
        let waits_until = scene.recorder.look(unsent);
        let waits = waits_until.is_some_and(|until_us| scene.recorder.now_us() <= until_us);
        if !waits && began.elapsed() >= LISTENS_ON {
            return;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The registers of conversations that have a value, as one node shows them. What a node shows of each topic for every reader is taken
/// down.
///
/// # Errors
/// When the node does not answer.
pub async fn shown(
    scene: &Scene,
    town: &Town,
    (node, base): (usize, &str),
) -> Result<Vec<(Register, String)>, Error> {
    let talk = &town.talk;
    let mut values = drafts(talk, base).await?;
    values.extend(pins(town, base).await?);
    for (person, message) in topics(talk, base).await? {
        let own = own_of(&message, &person).into_iter();
        values.extend(own.filter_map(|(register, value)| value.map(|value| (register, value))));
        let reactions: BTreeMap<String, i64> =
            message.reactions.iter().map(|one| (one.emoji.clone(), one.count)).collect();
        let (id, votes, pinned) = (message.id.0, votes_of(&message), message.pinned);
        scene.recorder.note("end", What::Tallied { node, message: id, reactions, votes, pinned });
    }
    Ok(values)
}

async fn drafts(talk: &Talk, base: &str) -> Result<Vec<(Register, String)>, Error> {
    let mut values = Vec::new();
    for (talker, channel) in talk.drafts() {
        let register = Register::Draft { channel: channel.0, person: talker.by.name.clone() };
        match talker.by.client.at(base).draft(channel, None).await {
            Ok(draft) => values.push((register, draft.body_md)),
            Err(error) if error.code() == Some(Code::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(values)
}

async fn pins(town: &Town, base: &str) -> Result<Vec<(Register, String)>, Error> {
    let owner = town.owner.by.client.at(base);
    let mut values = Vec::new();
    for room in &town.talk.rooms {
        let path = format!("/api/channels/{room}/pins");
        let found = all::<Message>(&owner, &path, |message| message.id.0).await?;
        values.extend(found.iter().map(|message| (Register::Pinned(message.id.0), PINNED.to_owned())));
    }
    Ok(values)
}

/// Every topic as each talker reads it, with the talker's name.
async fn topics(talk: &Talk, base: &str) -> Result<Vec<(String, Message)>, Error> {
    let mut asking = Vec::new();
    for topic in talk.topics() {
        for talker in &talk.talkers {
            asking.push(read(talker.by.client.at(base), topic.message, talker.by.name.clone()));
        }
    }
    stream::iter(asking).buffered(AT_ONCE).try_collect().await
}

async fn read(client: Client, message: MessageId, person: String) -> Result<(String, Message), Error> {
    Ok((person, client.message(message).await?))
}
