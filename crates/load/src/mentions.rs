//! People whom posts mention, and what they are notified of.
//!
//! They are in every room all the time, so each mention is to notify them. Nothing is decided here: a post's text has the mentions,
//! the history has what people list in the end, and the checker decides.

use std::collections::HashSet;
use std::time::Duration;

use ajet_client::{Client, Error};
use ajet_protocol::{CreateRole, NotificationType, PageQuery, RoleId, UpdateMember, UserId};
use tokio::time::Instant;
use uuid::Uuid;

use crate::check::{Violation, not_notified};
use crate::history::{Listed, What};
use crate::lab::Lab;
use crate::people::People;
use crate::workload::{PATIENT, Scene};

/// Everybody is notified within this time after the last write. What a node had taken in hand when it died is another node's after
/// 30 s, and is looked for every 10 s.
const NOTIFIED_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Items of a page.
const PAGE: i64 = 200;

/// Somebody whom posts mention.
pub struct Addressee {
    /// The name in the history.
    pub name: String,
    pub client: Client,
    pub id: UserId,
    /// Custom roles that they hold all the time.
    pub roles: Vec<RoleId>,
}

/// What calls everybody in the room.
pub const ALL: &str = "@<channel>";
/// What calls those in the room who are online.
pub const HERE: &str = "@<here>";
/// The custom role that every second one holds.
const CREW: &str = "crew";

/// A mention as a text has it.
#[must_use]
pub fn mention(person: UserId) -> String {
    format!("@<user:{person}>")
}

/// The same of all who hold a custom role.
#[must_use]
pub fn role_mention(role: RoleId) -> String {
    format!("@<role:{role}>")
}

/// Whom a text mentions, each once.
#[must_use]
pub fn mentioned(text: &str) -> HashSet<Uuid> {
    ids_behind(text, "@<user:")
}

/// The custom roles that a text mentions, each once.
#[must_use]
pub fn called_roles(text: &str) -> HashSet<Uuid> {
    ids_behind(text, "@<role:")
}

fn ids_behind(text: &str, mark: &str) -> HashSet<Uuid> {
    let named = text.split(mark).skip(1).filter_map(|rest| rest.split_once('>'));
    named.filter_map(|(id, _)| id.parse().ok()).collect()
}

/// The name of a writer in the history: the last of them is the patient one.
#[must_use]
pub fn writer_name(n: usize, writers: usize) -> String {
    if n + 1 == writers { PATIENT.to_owned() } else { format!("writer-{n}") }
}

/// All writers and readers, every second of whom is given a custom role.
///
/// # Errors
/// When the server refuses.
pub async fn addressees(
    people: &People,
    writers: &[Client],
    readers: &[Client],
) -> anyhow::Result<Vec<Addressee>> {
    let (owner, community) = (&people.owner, people.community.id);
    let request = CreateRole { name: CREW.into(), ..CreateRole::default() };
    let crew = owner.create_role(community, &request).await?.id;
    let count = writers.len();
    let writers = writers.iter().enumerate().map(|(n, client)| (writer_name(n, count), client));
    let readers = readers.iter().enumerate().map(|(n, client)| (format!("reader-{n}"), client));
    let mut all = Vec::new();
    for (name, client) in writers.chain(readers) {
        let id = client.me().await?.user.id;
        let roles: Vec<RoleId> = all.len().is_multiple_of(2).then_some(crew).into_iter().collect();
        if !roles.is_empty() {
            let holds = UpdateMember { roles: Some(roles.clone()), ..UpdateMember::default() };
            owner.update_member(community, id, &holds).await?;
        }
        all.push(Addressee { name, client: client.clone(), id, roles });
    }
    Ok(all)
}

/// Takes down who they are to the server, and where they are.
pub fn introduce(scene: &Scene) {
    let channels: Vec<Uuid> = scene.rooms.iter().map(|room| room.id.0).collect();
    for one in &scene.addressees {
        scene.recorder.note(&one.name, What::Person { id: one.id.0 });
        let roles = one.roles.iter().map(|role| role.0).collect();
        scene.recorder.note(&one.name, What::Belongs { channels: channels.clone(), roles });
    }
}

/// Takes down what each person lists, again and again until they lack nothing, or it has taken too long. What is missing then is for
/// the checker to find; a person who gets no list at all is an I8.
pub async fn notified(scene: &Scene, lab: &mut Lab) -> Vec<Violation> {
    let (nodes, bases) = (lab.running(), lab.bases());
    if nodes.is_empty() {
        return Vec::new();
    }
    let deadline = Instant::now() + NOTIFIED_WITHIN;
    let everybody = scene.addressees.iter().chain(&scene.friends);
    let mut asking: Vec<(usize, &Addressee)> = everybody.enumerate().collect();
    let mut failed = Vec::new();
    for round in 0.. {
        failed.clear();
        let begun = Instant::now();
        for (n, one) in &asking {
            let node = nodes[(n + round) % nodes.len()];
            match list(&one.client.at(&bases[node])).await {
                Ok(listed) => {
                    scene.recorder.note(&one.name, What::Notifications { node, listed });
                }
                Err(error) => failed.push((one.id, format!("{} at node {node}: {error}", one.name))),
            }
        }
        let lacking = scene.recorder.look(not_notified);
        asking.retain(|(_, one)| lacking.contains(&one.id.0) || failed.iter().any(|(id, _)| *id == one.id));
        // A round takes long where much is listed: each who lacks something is asked once more after the time is over.
        if asking.is_empty() || begun > deadline {
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let at_us = scene.recorder.now_us();
    let violation = |(_, story): (UserId, String)| Violation {
        invariant: "I8",
        at_us,
        story: format!("no list of notifications was to be had for {story}"),
    };
    failed.into_iter().map(violation).collect()
}

/// All notifications of a person, the oldest first.
async fn list(client: &Client) -> Result<Vec<Listed>, Error> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(Uuid::nil()), limit: Some(PAGE), before: None };
    loop {
        let page = client.notifications(false, &query).await?;
        query.after = page.items.last().map(|one| one.id.0).or(query.after);
        all.extend(page.items.iter().map(|one| Listed {
            id: one.id.0,
            message: if one.reason.is_of_message() { one.source_id } else { one.id.0 },
            by_name: one.reason.kind() == NotificationType::Mention,
        }));
        // A page without items that says there are more would be asked for without end.
        if !page.has_more || page.items.is_empty() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_tells_whom_it_mentions() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let (ann, bob) = (mention(UserId(one)), mention(UserId(two)));
        assert_eq!(mentioned(&format!("x says it {ann} {bob} {ann}")), HashSet::from([one, two]));
        assert_eq!(mentioned("x says it @<user:ann> @<user:"), HashSet::new());
    }

    #[test]
    fn a_text_tells_which_roles_it_calls() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let text = format!("x {} {}", role_mention(RoleId(one)), mention(UserId(two)));
        assert_eq!((called_roles(&text), mentioned(&text)), (HashSet::from([one]), HashSet::from([two])));
    }

    #[test]
    fn the_last_writer_is_the_patient_one() {
        let names: Vec<_> = (0..2).map(|n| writer_name(n, 2)).collect();
        assert_eq!(names, ["writer-0", PATIENT]);
    }
}
