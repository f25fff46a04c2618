//! Every list pages completely while it changes: what is there the whole time comes exactly once, in either direction.
//!
//! The table of lists (`of_list`) has a line for each operation of the OpenAPI document that takes `before`, `after` and `limit`; one
//! without a line fails this test. Between two pages something is added and something else is removed, the item at the cursor too.
//!
//! In which order a list comes, and who may read it, is tested with its verb.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use super::of_list::{List, Order, lists, oldest, oldest_bot, oldest_outgoing};
use super::scene::{Scene, Standing};
use crate::support::{World, eventually};

/// What is added before a list is paged through.
const ADDED: usize = 6;
/// Of these, the ones that go while it is: not the first and not the last.
const GOING: std::ops::Range<usize> = 1..ADDED - 1;
/// Items of a page.
const SIZE: usize = 2;
/// More than any list here holds.
const ALL: usize = 200;

/// In which direction somebody pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Before,
    After,
}

impl Way {
    fn parameter(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// The item of a page from which the next one goes on.
    fn furthest(self, page: &[String]) -> Option<&String> {
        match self {
            Self::Before => page.first(),
            Self::After => page.last(),
        }
    }
}

#[tokio::test]
async fn what_stays_in_a_list_comes_once_while_others_come_and_go() {
    let world = World::new().await;
    let scene = Scene::of(&world, &[("bob", Standing::Member)]).await;
    let mut wrong = unnamed(&world).await;
    for list in lists() {
        for way in [Way::After, Way::Before] {
            wrong.extend(missed(&scene, &list, way).await);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// The lists of the document that the table does not name, and those of the table that the document does not have.
async fn unnamed(world: &World) -> Vec<String> {
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let described = described(&document);
    let named: Vec<&str> = lists().iter().map(List::described_as).collect();
    let lacking = described.iter().filter(|path| !named.contains(path));
    let lacking = lacking.map(|path| format!("{path} is a list without a line in tests/it/laws/of_list.rs"));
    let gone = named.iter().filter(|path| !described.contains(path));
    lacking.chain(gone.map(|path| format!("{path} is no list of the document"))).collect()
}

/// The paths that are read page by page.
fn described(document: &Value) -> Vec<&str> {
    let paths = document["paths"].as_object().expect("paths");
    let is_list = |item: &Value| {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let names: Vec<&str> = parameters.filter_map(|one| one["name"].as_str()).collect();
        ["before", "after", "limit"].iter().all(|name| names.contains(name))
    };
    paths.iter().filter(|(_, item)| is_list(item)).map(|(path, _)| path.as_str()).collect()
}

/// What is wrong with a list that somebody pages through while it changes.
async fn missed(scene: &Scene, list: &List, way: Way) -> Vec<String> {
    let before = list.whole(scene).await;
    for _ in 0..ADDED {
        (list.add)(scene).await;
    }
    let is_listed = async || list.whole(scene).await.len() >= before.len() + ADDED;
    eventually("what was added is listed", is_listed).await;
    let there = list.whole(scene).await;
    let added: Vec<&String> = there.iter().filter(|key| !before.contains(key)).collect();
    let going: Vec<String> = match list.remove {
        Some(_) => added[GOING].iter().copied().cloned().collect(),
        None => Vec::new(),
    };
    let from = match way {
        Way::After => there.first(),
        Way::Before => there.last(),
    };
    let from = from.expect("an item");
    let stays = there.iter().filter(|key| *key != from && !going.contains(key));
    let came = list.paged(scene, way, from, going.clone()).await;
    let mut times: BTreeMap<&String, usize> = stays.map(|key| (key, 0)).collect();
    for key in &came {
        *times.entry(key).or_default() += 1;
    }
    let wrong = times.into_iter().filter(|(_, times)| *times != 1);
    wrong.map(|(key, times)| format!("{} {way:?} {from}: {key} came {times} times", list.path)).collect()
}

impl List {
    /// Its path in the document.
    fn described_as(&self) -> &'static str {
        self.path.split_once('?').map_or(self.path, |(path, _)| path)
    }

    /// The keys of a page, the oldest first, and whether there are more.
    async fn page(&self, scene: &Scene, query: &str) -> (Vec<String>, bool) {
        let place = match self.path.split('/').nth(2) {
            Some("channels") => scene.general.to_string(),
            Some("messages") => oldest(scene).await,
            Some("bots") => oldest_bot(scene).await,
            Some("outgoing_webhooks") => oldest_outgoing(scene).await,
            _ => scene.community.to_string(),
        };
        let join = if self.path.contains('?') { '&' } else { '?' };
        let path = self.path.replace("{id}", &place).replace("{emoji}", "👍");
        let path = format!("{path}{join}{query}");
        let page: Value = scene.owner_does(Method::GET, &path, Value::Null).await;
        let items = page["items"].as_array().expect("items").iter();
        let key = |item: &Value| item.pointer(self.key).and_then(Value::as_str).map(str::to_owned);
        let mut keys: Vec<String> = items.map(|item| key(item).expect("a key")).collect();
        if self.order == Order::NewestFirst {
            keys.reverse();
        }
        (keys, page["has_more"].as_bool().expect("a boolean"))
    }

    /// The keys of all items.
    async fn whole(&self, scene: &Scene) -> Vec<String> {
        let (keys, has_more) = self.page(scene, &format!("limit={ALL}")).await;
        assert!(!has_more, "{} does not fit on a page", self.path);
        keys
    }

    /// The keys of all items beyond one, page by page; after a page one of those that are to go is removed, and something is added.
    async fn paged(&self, scene: &Scene, way: Way, from: &str, mut going: Vec<String>) -> Vec<String> {
        let (mut came, mut cursor, mut left) = (Vec::new(), from.to_owned(), GOING.len());
        loop {
            let query = format!("limit={SIZE}&{}={cursor}", way.parameter());
            let (page, has_more) = self.page(scene, &query).await;
            cursor = way.furthest(&page).unwrap_or(&cursor).clone();
            let is_empty = page.is_empty();
            came.extend(page);
            if !has_more {
                return came;
            }
            assert!(!is_empty, "{path}: an empty page, and more to come", path = self.path);
            // As often as something goes: or the list would grow as fast as it is read.
            if left > 0 {
                left -= 1;
                (self.add)(scene).await;
            }
            if let (Some(remove), Some(key)) = (self.remove, taken(&mut going, &cursor)) {
                remove(scene, &key).await;
            }
        }
    }
}

/// What is removed next: the item at the cursor if it is to go, since a list goes on from one that is gone as well; else the next one.
fn taken(going: &mut Vec<String>, cursor: &str) -> Option<String> {
    let at = going.iter().position(|key| key == cursor).unwrap_or(0);
    (!going.is_empty()).then(|| going.remove(at))
}

#[test]
fn the_item_at_the_cursor_goes_first() {
    let mut going: Vec<String> = ["b", "d"].map(str::to_owned).to_vec();
    assert_eq!(taken(&mut going, "d").as_deref(), Some("d"));
    assert_eq!(taken(&mut going, "d").as_deref(), Some("b"));
    assert_eq!(taken(&mut going, "d"), None);
}
