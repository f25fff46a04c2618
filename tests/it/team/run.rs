//! A run: a team is founded, does its steps, and is held against the server.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::{Duration, Instant};

use ajet_client::{Client, Mirror};
use ajet_protocol::{
    Bot, ChannelId, Community, CreateCommand, CreateCommunity, CreateInvite, MessageId, TokenId, TokenScope,
    UserId,
};
use futures::future::join_all;
use parking_lot::Mutex;
use proptest::strategy::{Strategy, ValueTree};

use super::acts::Undone;
use super::counts::miscounts;
use super::programs::COMMAND;
use super::shortest::shortest;
use super::steps::{ACTS, Act, Rounds, Step, rounds, runner};
use crate::laws::{Aside, differences};
use crate::support::cluster::Cluster;
use crate::support::{DEADLINE, POLL, Target, bots, db};

/// People of a team; the first one owns the community.
const PEOPLE: usize = 5;
/// What the owner does before the rounds, so that there is something to do things to: it makes another admin as well.
const OPENING: [Act; 4] = [Act::CreateChannel, Act::CreateCategory, Act::CreateRole, Act::Promote];
/// Rounds between two looks at the mirrors.
const LOOK_EVERY: usize = 6;
/// The test makes run after run for this long, or as `AJET_TEAM_SECONDS` says, and then until each act was done, but it gives up some time.
const ENOUGH: Duration = Duration::from_secs(40);
const MORE: Duration = Duration::from_secs(160);
/// How long mirrors may lag while a failing run is made shorter, and how many shorter runs are tried.
const LAG: Duration = Duration::from_secs(5);
const SHORTER: usize = 80;

/// Somebody in a team.
pub struct Person {
    pub id: UserId,
    /// At each node.
    pub at: Vec<Client>,
    pub mirror: Mirror,
}

/// A message that somebody posted.
#[derive(Debug, Clone, Copy)]
pub struct Posted {
    pub id: MessageId,
    pub channel: ChannelId,
    pub author: UserId,
    pub poll: bool,
}

pub struct Team {
    pub community: Community,
    /// Lets anybody in.
    pub invite: String,
    pub people: Vec<Person>,
    pub posted: Mutex<Vec<Posted>>,
    pub bot: Bot,
    /// The bot's tokens that were not revoked.
    pub tokens: Mutex<Vec<(TokenId, String)>>,
    /// The addresses of webhooks.
    pub hooks: Mutex<Vec<String>>,
    /// Where outgoing webhooks send what they tell.
    pub target: String,
}

impl Team {
    /// A team of new people, whose names end in a number that no other team has.
    async fn of(cluster: &Cluster, target: &Target, number: usize) -> Self {
        let owner = &cluster.world.ann;
        let slug = format!("team-{number}");
        let request = CreateCommunity {
            name: slug.as_str().into(),
            slug: slug.as_str().into(),
            client_mutation_id: None,
        };
        let community = owner.create_community(&request).await.expect("founds");
        let invite = owner.create_invite(community.id, &CreateInvite::default()).await.expect("invites").code;
        let bot = bots::request(&format!("bot-{number}"), TokenScope::ALL);
        let bot = owner.create_bot(community.id, &bot).await.expect("makes a bot");
        let token = owner.create_token(bot.id, &bots::with(TokenScope::ALL)).await.expect("makes a token");
        let command = CreateCommand {
            name: COMMAND.into(),
            description: "Does something.".into(),
            bot_id: bot.id,
            client_mutation_id: None,
        };
        owner.create_command(community.id, &command).await.expect("makes a command");
        let tokens = Mutex::new(token.token.map(|shown| (token.id, shown)).into_iter().collect());
        let mut people = Vec::new();
        for place in 0..PEOPLE {
            let client = if place == 0 {
                owner.clone()
            } else {
                let (client, _) =
                    cluster.world.nobody.sign_in(&format!("p{place}-{number}")).await.expect("signs in");
                client.accept_invite(&invite).await.expect("joins");
                client
            };
            let id = client.me().await.expect("is told").user.id;
            let at = cluster.everywhere(&client);
            let mirror = Mirror::start(&at[place % at.len()]).await.expect("starts");
            people.push(Person { id, at, mirror });
        }
        let (posted, hooks, target) = (Mutex::default(), Mutex::default(), target.url.clone());
        Self { community, invite, people, posted, bot, tokens, hooks, target }
    }

    /// Carries rounds out: the acts that were done, each at least once, or what did not go as it must.
    async fn carry_out(&self, rounds: &Rounds, lag: Duration) -> Result<HashSet<Act>, String> {
        for act in OPENING {
            let opened = self.act(Step { who: 0, act, pick: 0 }).await;
            opened.map_err(|undone| format!("{act:?} at the beginning: {undone:?}"))?;
        }
        let mut done = HashSet::new();
        for (at, round) in rounds.iter().enumerate() {
            let answers = join_all(round.iter().map(|step| self.act(*step))).await;
            for (step, answer) in round.iter().zip(answers) {
                match answer {
                    Ok(()) => {
                        done.insert(step.act);
                    }
                    Err(Undone::Refused(error)) if error.status().is_none_or(|status| status >= 500) => {
                        return Err(format!("{step:?}: {error}"));
                    }
                    Err(_) => {}
                }
            }
            if at % LOOK_EVERY == LOOK_EVERY - 1 {
                self.agree(lag).await?;
            }
        }
        self.agree(lag).await?;
        Ok(done)
    }

    /// Waits until each mirror shows what each node says, and one of them in its lists as well.
    async fn agree(&self, lag: Duration) -> Result<(), String> {
        let looks = self.people.iter().enumerate().map(|(place, person)| async move {
            let until = Instant::now() + lag;
            loop {
                let mut wrong = Vec::new();
                for node in &person.at {
                    let mut fresh = node.sync().await.map_err(|error| error.to_string())?;
                    let mut shown = person.mirror.now().state().clone();
                    // One may share no place with them: then no event tells what they call themselves now, or what they do.
                    for blocked in fresh.blocks.iter_mut().chain(&mut shown.blocks) {
                        blocked.display_name.clear();
                        blocked.status_text = None;
                    }
                    wrong.extend(differences(&shown, &fresh, Aside::Nothing));
                }
                if wrong.is_empty() {
                    let shown = person.mirror.now().state().clone();
                    let lists = miscounts(&person.at[place % person.at.len()], &shown).await;
                    wrong = lists.map_err(|error| error.to_string())?;
                }
                match wrong.is_empty() {
                    true => return Ok(()),
                    false if Instant::now() > until => {
                        let fetched = person.mirror.now().fetched;
                        return Err(format!(
                            "person {place} ({fetched} times fetched): {}",
                            wrong.join("; ")
                        ));
                    }
                    false => tokio::time::sleep(POLL).await,
                }
            }
        });
        join_all(looks).await.into_iter().collect::<Result<Vec<()>, String>>().map(drop)
    }
}

/// The runs of a test, each by a new team.
struct Runs {
    cluster: Cluster,
    /// Takes what outgoing webhooks send.
    target: Target,
    teams: Cell<usize>,
    /// Acts that were done in one of them.
    done: RefCell<HashSet<Act>>,
}

impl Runs {
    /// What fails of these rounds.
    async fn failure(&self, rounds: &Rounds, lag: Duration) -> Option<String> {
        self.teams.set(self.teams.get() + 1);
        let team = Team::of(&self.cluster, &self.target, self.teams.get()).await;
        match team.carry_out(rounds, lag).await {
            Ok(done) => {
                self.done.borrow_mut().extend(done);
                None
            }
            Err(failed) => Some(failed),
        }
    }

    /// Notifications that events tell of and that are not kept, or are read: what else a person may count and the server does not.
    async fn told_and_not_kept(&self) -> Vec<String> {
        let sql = "select e.payload #>> '{notification,reason}' || ' of ' || e.stream || ', ' ||
                          coalesce('read ' || n.read_at, 'not kept') || ', told ' || e.ts || ' as ' || e.seq
                   from events e left join notifications n on n.id = (e.payload #>> '{notification,id}')::uuid
                   where e.type = 'notification.new' and (n.id is null or n.read_at is not null)
                     and e.ts > now() - interval '40 seconds' order by e.stream, e.seq";
        sqlx::query_scalar(sql).fetch_all(&mut db(&self.cluster.world).await).await.expect("reads")
    }

    /// Acts that were never done: they were refused each time, or there was nothing to do them to.
    fn never_done(&self) -> Vec<Act> {
        let done = self.done.borrow();
        ACTS.iter().map(|(_, act)| *act).filter(|act| !done.contains(act)).collect()
    }
}

#[tokio::test]
async fn whatever_a_team_does_each_mirror_shows_what_the_server_says() {
    let cluster = Cluster::of(2).await;
    let target = Target::answering(204).await;
    let runs = Runs { cluster, target, teams: Cell::default(), done: RefCell::default() };
    let asked = std::env::var("AJET_TEAM_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let enough = asked.map_or(ENOUGH, Duration::from_secs);
    let began = Instant::now();
    for seed in 1.. {
        let mut made = rounds(PEOPLE).new_tree(&mut runner(seed)).expect("rounds");
        if let Some(failed) = runs.failure(&made.current(), DEADLINE).await {
            let untold = runs.told_and_not_kept().await;
            let fails = async |part: &Rounds| runs.failure(part, LAG).await;
            let last = shortest(&mut made, SHORTER, fails).await.unwrap_or_default();
            let left: Vec<String> = made.current().iter().map(|round| format!("{round:?}")).collect();
            let left = left.join("\n");
            panic!(
                "seed {seed}: {failed}\ntold and not kept: {untold:?}\nthe shortest run that fails: {last}\n{left}"
            );
        }
        let took = began.elapsed();
        if took > enough + MORE || took > enough && runs.never_done().is_empty() {
            break;
        }
    }
    let never = runs.never_done();
    assert!(never.is_empty(), "never done in {} runs: {never:?}", runs.teams.get());
    runs.cluster.end().await;
}
