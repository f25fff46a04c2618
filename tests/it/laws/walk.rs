//! The laws, for each verb of the tables in turn, on two nodes:
//!
//! 1. What a person fetched, and the events since, make what they would fetch now. It is asked of the owner, of members to whom things
//!    are done and to whom they are not, and of somebody outside, before and after each verb; of messages once, in the end.
//! 2. A replay on the other node brings the same events as were told live, in the same order per stream.
//! 3. The same request under the same idempotency key is answered 200 with the same object; another one under it 409.
//! 4. What can be done again changes nothing and tells nothing; what is deleted is not there a second time.
//!
//! What became of events that were committed and not published is another law's (`unpublished`), which takes the same walk.
//!
//! Nothing waits for a stream between two verbs: the cursor of an answer names the events that the answer holds, so in the end it is known
//! of each event between which two answers it belongs.

use std::collections::BTreeSet;

use ajet_client::{Client, LiveEvent};
use ajet_protocol::{ChannelId, Code, MessageId, PageQuery, Permissions, Role, Sync, UserId};
use futures::future::join_all;
use futures::{StreamExt, stream};

use super::call::{Answer, Call};
use super::judged::{Aside, Check, History};
use super::line::{Again, Line, Need};
use super::log::{Log, Seen};
use super::scene::{Person, Scene, Standing};
use super::watch::{Watch, caught_up};
use super::{of_channel, of_community, of_person};
use crate::support::cluster::{Cluster, base};
use crate::support::{World, eventually, snapshot_of, text};

/// Messages that are asked for at once.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn the_laws_hold_for_verbs_of_communities() {
    hold([of_community::lines(), of_community::variants()].concat()).await;
}

#[tokio::test]
async fn the_laws_hold_for_verbs_of_channels() {
    hold(of_channel::lines()).await;
}

#[tokio::test]
async fn the_laws_hold_for_verbs_of_people_and_for_foundings() {
    hold([of_person::lines(), of_person::variants(), of_person::foundings()].concat()).await;
}

async fn hold(lines: Vec<Line>) {
    let cluster = Cluster::of(2).await;
    let broken = broken(&cluster, &lines).await;
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    cluster.end().await;
}

/// Where the laws do not hold.
async fn broken(cluster: &Cluster, lines: &[Line]) -> Vec<String> {
    let cast = [("bob", Standing::Member), ("dave", Standing::Foreign)];
    let scene = Scene::of(&cluster.world, &cast).await;
    let world = &cluster.world;
    let nodes = cluster.nodes().into_iter().map(base).collect();
    let mut walk = Walk::begin(world, nodes, &scene).await;
    let watches = walk.watches(0).await;
    for line in lines {
        walk.carry_out(line).await;
    }
    walk.check("the end".into(), Aside::Nothing).await;
    let live = walk.told(world, watches).await;
    let replayed = walk.told(world, walk.watches(1).await).await;
    walk.judge(world, &live, &replayed).await;
    walk.judge_talk(world, &live).await;
    walk.broken
}

/// The messages of a channel that came after one.
async fn posted_after(client: &Client, channel: ChannelId, before: Option<MessageId>) -> BTreeSet<MessageId> {
    let (mut ids, mut after) = (BTreeSet::new(), before);
    loop {
        let query = PageQuery { after: after.map(|id| id.0), limit: Some(200), ..PageQuery::default() };
        let page = client.messages(channel, &query).await.expect("reads");
        ids.extend(page.items.iter().map(|message| message.id));
        after = page.items.last().map(|message| message.id).or(after);
        if !page.has_more {
            return ids;
        }
    }
}

/// What all readers fetched at one moment.
struct Taken {
    what: String,
    aside: Aside,
    fresh: Vec<Sync>,
}

/// The way through the lines. It holds no world: that may get another server on the way.
pub struct Walk<'a> {
    scene: &'a Scene,
    /// The addresses of the nodes.
    nodes: Vec<String>,
    readers: Vec<&'a Person>,
    /// Somebody who writes to all readers when all is done, and where.
    herald: (Client, ChannelId),
    log: Log,
    taken: Vec<Taken>,
    /// What did not fit.
    pub broken: Vec<String>,
}

/// What no event tells of this verb.
fn aside_of(line: &Line) -> Aside {
    match (line.verb, line.act) {
        ("Edit" | "Delete", _) => Aside::Mentions,
        _ => Aside::Nothing,
    }
}

impl<'a> Walk<'a> {
    pub async fn begin(world: &World, nodes: Vec<String>, scene: &'a Scene) -> Self {
        let readers: Vec<&Person> = [&scene.owner, &scene.subject].into_iter().chain(&scene.cast).collect();
        let (herald, _) = world.nobody.sign_in("herald").await.expect("signs in");
        let ids: Vec<UserId> = readers.iter().map(|reader| reader.id).collect();
        let ticks = herald.open_dm(&ids).await.expect("opens").id;
        let has_cursor = async || !world.ann.sync().await.expect("is told").cursor.is_empty();
        eventually("there is a cursor", has_cursor).await;
        let log = Log::of(world).await;
        let (taken, broken) = (Vec::new(), Vec::new());
        let mut walk = Self { scene, nodes, readers, herald: (herald, ticks), log, taken, broken };
        walk.check("the beginning".into(), Aside::Nothing).await;
        walk
    }

    /// Goes on at other nodes, once a client gets a cursor from each of them.
    pub async fn move_to(&mut self, nodes: Vec<String>) {
        self.nodes = nodes;
        let (herald, _) = &mut self.herald;
        *herald = herald.at(&self.nodes[0]);
        for node in &self.nodes {
            let client = self.readers[0].client.at(node);
            let has_cursor = async || !client.sync().await.expect("is told").cursor.is_empty();
            eventually("there is a cursor", has_cursor).await;
        }
    }

    /// All readers fetch everything, from the nodes in turn.
    pub async fn check(&mut self, what: String, aside: Aside) {
        self.log.settle().await;
        let node = &self.nodes[self.taken.len() % self.nodes.len()];
        let asked = self.readers.iter().map(|reader| async move {
            reader.client.at(node).sync().await.unwrap_or_else(|error| panic!("{}: {error}", reader.name))
        });
        let fresh = join_all(asked).await;
        self.taken.push(Taken { what, aside, fresh });
    }

    /// A stream of each reader at a node, from where all of this began.
    pub async fn watches(&self, node: usize) -> Vec<Watch> {
        let node = &self.nodes[node];
        let began = self.readers.iter().zip(&self.taken[0].fresh);
        let opened = began
            .map(|(reader, fresh)| async move { Watch::open(&reader.client.at(node), &fresh.cursor).await });
        join_all(opened).await
    }

    /// All that comes on streams up to the last check.
    pub async fn told(&self, world: &World, watches: Vec<Watch>) -> Vec<Vec<LiveEvent>> {
        let last = self.taken.last().expect("a check");
        let cursors: Vec<String> = last.fresh.iter().map(|fresh| fresh.cursor.clone()).collect();
        let (herald, ticks) = &self.herald;
        let tick = async || {
            herald.post(*ticks, &text("tick")).await.expect("posts");
        };
        caught_up(world, &watches, &cursors, tick).await;
        watches.into_iter().map(Watch::end).collect()
    }

    /// Who carries a verb out here.
    fn actor(&self, need: Need) -> &'a Person {
        match need {
            Need::May(_) | Need::Owner(_) | Need::SystemOwner => &self.scene.owner,
            Need::Writes(one) if !Permissions::of_role(Role::Member).contains(one) => &self.scene.owner,
            Need::Invited => self.scene.one(Standing::Foreign),
            Need::Writes(_) | Need::Member | Need::SignedIn | Need::Server => {
                self.scene.one(Standing::Member)
            }
        }
    }

    /// Sends a request to the nodes in turn.
    async fn send(&self, call: &Call, by: &Person) -> Answer {
        let node = &self.nodes[self.scene.count() as usize % self.nodes.len()];
        call.send(&self.scene.http, node, by.client.token()).await
    }

    fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(what());
        }
    }

    async fn carry_out(&mut self, line: &Line) {
        let (by, call, answer) = self.first(line).await;
        if !matches!(line.need, Need::Server) {
            self.again(line, by, &call, &answer).await;
        }
        self.leave_behind(line, by).await;
    }

    /// Carries a verb out, and does not ask what becomes of it a second time.
    pub async fn carry_out_once(&mut self, line: &Line) {
        let (by, ..) = self.first(line).await;
        self.leave_behind(line, by).await;
    }

    /// The next line finds who carried this one out where they stood before.
    async fn leave_behind(&self, line: &Line, by: &Person) {
        if line.moves() {
            self.scene.restore(by).await;
        }
    }

    /// Sets the stage and carries a verb out: who did so, by which request, and what they were answered.
    async fn first(&mut self, line: &Line) -> (&'a Person, Call, Answer) {
        let (by, label, aside) = (self.actor(line.need), line.label(), aside_of(line));
        let call = (line.stage)(self.scene, by).await;
        let call = if line.keyed { call.keyed(&self.scene.name("key")) } else { call };
        self.check(format!("the stage of {label}"), aside).await;
        self.log.news().await;
        let answer = self.send(&call, by).await;
        let is_done = if line.creates() { answer.has_made() } else { answer.is_success() };
        self.must(is_done, || format!("{label}: {answer:?}"));
        self.check(label.clone(), aside).await;
        let news = self.log.news().await;
        let told: BTreeSet<&str> = news.iter().map(|event| event.kind.as_str()).collect();
        let tells: BTreeSet<&str> = line.tells.iter().copied().collect();
        self.must(told == tells, || format!("{label}: tells {told:?}, and not {tells:?}"));
        (by, call, answer)
    }

    /// Sends the same request once more; under a key another one, too.
    async fn again(&mut self, line: &Line, by: &Person, call: &Call, first: &Answer) {
        let again = self.send(call, by).await;
        let fits = match line.again {
            _ if line.creates() => again.status == 200 && again.object() == first.object(),
            _ if line.keyed => (again.status, &again.body) == (first.status, &first.body),
            Again::Quiet | Again::Anew => again.is_success(),
            Again::Gone => again.is(Code::NotFound),
        };
        self.must(fits, || format!("{}: after {first:?}, again: {again:?}", line.label()));
        if line.keyed {
            let other = self.send(&call.another(), by).await;
            let fits = other.is(Code::Conflict);
            self.must(fits, || format!("{}: another request under its key: {other:?}", line.label()));
        }
        self.log.settle().await;
        let told: Vec<String> = self.log.news().await.into_iter().map(|event| event.kind).collect();
        let tells_again = line.again == Again::Anew && !line.keyed;
        self.must(told.is_empty() != tells_again, || format!("{}: tells again {told:?}", line.label()));
    }

    /// Holds what was told, live and in a replay, against what was so.
    async fn judge(&mut self, world: &World, live: &[Vec<LiveEvent>], replayed: &[Vec<LiveEvent>]) {
        self.log.news().await;
        let mut broken = Vec::new();
        for (at, (live, replayed)) in live.iter().zip(replayed).enumerate() {
            let history = self.history(world, at);
            broken.extend(history.breaches(live));
            broken.extend(history.departures(live, replayed));
        }
        self.broken.extend(broken);
    }

    /// Holds what was told of messages against what is answered about them now. What was told of none that is there was missed.
    async fn judge_talk(&mut self, world: &World, live: &[Vec<LiveEvent>]) {
        let mut broken = Vec::new();
        for (at, (reader, live)) in self.readers.iter().zip(live).enumerate() {
            let history = self.history(world, at);
            let talk = history.talk(reader.id, live);
            let client = reader.client.at(&self.nodes[0]);
            let mut is = |what: String| broken.push(format!("{}: {what}", reader.name));
            for (channel, [before, last]) in history.heard_all_of() {
                let mut there = posted_after(&client, channel, before).await;
                there.retain(|id| Some(*id) <= last);
                there.difference(&talk.ids().collect()).for_each(|id| is(format!("{id} was not told of")));
            }
            let asked = talk.ids().map(|id| client.message(id));
            let answers: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
            for (id, answer) in talk.ids().zip(answers) {
                match answer {
                    Ok(fresh) => talk.differences(&fresh).into_iter().for_each(&mut is),
                    Err(error) => is(format!("{id}: {error}")),
                }
            }
        }
        self.broken.extend(broken);
    }

    /// Holds a replay against what was told live: it brings the same, and each event once.
    pub async fn judge_replay(
        &mut self,
        world: &World,
        live: &[Vec<LiveEvent>],
        replayed: &[Vec<LiveEvent>],
    ) {
        self.log.news().await;
        let mut broken = Vec::new();
        for (at, (live, replayed)) in live.iter().zip(replayed).enumerate() {
            let history = self.history(world, at);
            broken.extend(history.departures(live, replayed));
            broken.extend(history.repeated(replayed));
        }
        self.broken.extend(broken);
    }

    /// The checks of one reader.
    fn history(&self, world: &World, reader: usize) -> History<'_> {
        let checks = self.taken.iter().map(|taken| {
            let fresh = taken.fresh[reader].clone();
            let seen = Seen::parse(&snapshot_of(world, &fresh.cursor));
            Check { what: taken.what.clone(), aside: taken.aside, fresh, seen }
        });
        History { reader: self.readers[reader].name, checks: checks.collect(), log: &self.log }
    }
}
