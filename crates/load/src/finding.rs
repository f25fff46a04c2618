//! After the last fault: what a search finds of what was posted in the rooms, at every node.

use std::collections::HashSet;

use ajet_client::Client;
use ajet_protocol::{PageQuery, SearchQuery};
use uuid::Uuid;

use crate::history::{Action, Line, What};
use crate::lab::Lab;
use crate::workload::Scene;

/// Posts that are looked for, from all of the run.
const LOOKED_FOR: usize = 60;
/// Words of a text that make it known: its key, and what it says first.
const WORDS: usize = 3;
/// Hits of one search at most; there is one, unless something is wrong.
const HITS: i64 = 20;

/// Looks for some posts by how they begin: as they were posted, whatever became of them.
///
/// # Errors
/// When a node does not answer.
pub async fn found(scene: &Scene, owner: &Client, lab: &mut Lab) -> anyhow::Result<()> {
    let rooms: HashSet<Uuid> = scene.rooms.iter().map(|room| room.id.0).collect();
    let phrases = scene.recorder.look(|lines| phrases(lines, &rooms));
    let every = phrases.len().div_ceil(LOOKED_FOR).max(1);
    for node in lab.running() {
        let client = owner.at(&lab.bases()[node]);
        for phrase in phrases.iter().step_by(every) {
            let page = PageQuery { limit: Some(HITS), ..PageQuery::default() };
            let query = SearchQuery { q: format!("\"{phrase}\"").into(), page, ..SearchQuery::default() };
            let hits = client.search(&query).await?.items.into_iter().filter_map(|hit| hit.message);
            let messages = hits.map(|message| message.id.0).collect();
            scene.recorder.note("end", What::Found { node, phrase: phrase.clone(), messages });
        }
    }
    Ok(())
}

/// How the posts in these rooms begin, each once.
fn phrases(lines: &[Line], rooms: &HashSet<Uuid>) -> Vec<String> {
    let mut known = HashSet::new();
    let posts = lines.iter().filter_map(|line| match &line.what {
        What::Invoked { action: Action::Post { channel, body, .. }, .. } if rooms.contains(channel) => {
            Some(beginning(body))
        }
        _ => None,
    });
    posts.filter(|phrase| known.insert(phrase.clone())).collect()
}

/// Without the marks of slanted text, which a search does not know.
fn beginning(body: &str) -> String {
    let words: Vec<&str> = body.trim_matches('_').split(' ').take(WORDS).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_how_posts_begin() {
        let room = Uuid::from_u128(1);
        let post = |channel, body: &str| {
            let action = Action::Post { channel, key: "k".into(), body: body.into() };
            Line { at_us: 0, client: "c".into(), what: What::Invoked { op: 1, node: 0, action } }
        };
        let lines = [
            post(room, "w-1 says something of it"),
            post(Uuid::nil(), "w-2 says something of it"),
            post(room, "_w-3 does something_"),
            post(room, "w-1 says something of it"),
        ];
        assert_eq!(phrases(&lines, &[room].into()), ["w-1 says something", "w-3 does something"]);
    }
}
