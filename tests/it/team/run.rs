//! A run: a team is founded, does its steps, and is held against the server.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use ajet_client::{Client, Mirror};
use ajet_protocol::{
    ChannelId, Community, CreateCommunity, CreateInvite, MessageId, PageQuery, Sync, UserId,
};
use futures::future::join_all;
use parking_lot::Mutex;

use super::shortest::shortest;
use super::steps::{ACTS, Act, Step, steps};
use crate::laws::{Aside, differences};
use crate::support::cluster::Cluster;
use crate::support::{DEADLINE, POLL, db};

/// People of a team; the first one owns the community.
const PEOPLE: usize = 5;
/// Rounds of a run.
const ROUNDS: usize = 24;
/// Rounds between two looks at the mirrors.
const LOOK_EVERY: usize = 6;
/// The test makes run after run for this long, and at least one; `AJET_TEAM_SECONDS` says otherwise.
const ENOUGH: Duration = Duration::from_secs(40);
/// What has not been done once so long after that is not done at all.
const MORE: Duration = Duration::from_secs(80);
/// How long mirrors may lag while a failing run is made shorter, and how many shorter runs are tried.
const LAG: Duration = Duration::from_secs(10);
const SHORTER: usize = 40;

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
    /// Whether it mentions somebody; such a one is not edited.
    pub mentions: bool,
    pub has_poll: bool,
}

pub struct Team {
    pub community: Community,
    /// Lets anybody in.
    pub invite: String,
    pub people: Vec<Person>,
    pub posted: Mutex<Vec<Posted>>,
    /// What was done, and not left or refused.
    pub done: Mutex<HashSet<Act>>,
}

impl Team {
    /// A team of new people, whose names end in a number that no other team has.
    async fn of(cluster: &Cluster, number: usize) -> Self {
        let owner = &cluster.world.ann;
        let slug = format!("team-{number}");
        let request = CreateCommunity {
            name: slug.as_str().into(),
            slug: slug.as_str().into(),
            client_mutation_id: None,
        };
        let community = owner.create_community(&request).await.expect("founds");
        let invite = owner.create_invite(community.id, &CreateInvite::default()).await.expect("invites").code;
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
        Self { community, invite, people, posted: Mutex::default(), done: Mutex::default() }
    }

    /// Carries steps out; what did not go as it must.
    async fn carry_out(&self, steps: &[Step], lag: Duration) -> Result<(), String> {
        for (round, at_once) in steps.chunk_by(|one, other| one.round == other.round).enumerate() {
            let done = join_all(at_once.iter().map(|step| self.act(*step))).await;
            for (step, answer) in at_once.iter().zip(done) {
                if answer.as_ref().is_ok_and(|is_done| *is_done) {
                    self.done.lock().insert(step.act);
                }
                let failed = answer.err().filter(|error| error.status().is_none_or(|status| status >= 500));
                if let Some(error) = failed {
                    return Err(format!("{step:?}: {error}"));
                }
            }
            if round % LOOK_EVERY == LOOK_EVERY - 1 {
                self.agree(lag).await?;
            }
        }
        self.agree(lag).await
    }

    /// Waits until each mirror shows what each node says.
    async fn agree(&self, lag: Duration) -> Result<(), String> {
        let looks = self.people.iter().enumerate().map(|(place, person)| async move {
            let until = Instant::now() + lag;
            loop {
                let mut wrong = Vec::new();
                for node in &person.at {
                    let fresh = node.sync().await.map_err(|error| error.to_string())?;
                    let mut shown = person.mirror.now().state().clone();
                    name_blocked(&mut shown, &fresh);
                    wrong.extend(differences(&shown, &fresh, Aside::Nothing));
                }
                match wrong.is_empty() {
                    true => return Ok(()),
                    false if Instant::now() > until => {
                        let fetched = person.mirror.now().fetched;
                        let listed = person.at[0].notifications(true, &PageQuery::default()).await;
                        let listed = listed.map(|page| page.items).unwrap_or_default();
                        let told: Vec<_> =
                            listed.iter().map(|one| (one.reason, one.channel_id, one.id)).collect();
                        let wrong = wrong.join("; ");
                        return Err(format!(
                            "person {place}, {} ({fetched} times fetched): {wrong}; notifications: {told:?}",
                            person.id
                        ));
                    }
                    false => tokio::time::sleep(POLL).await,
                }
            }
        });
        join_all(looks).await.into_iter().collect::<Result<Vec<()>, String>>().map(drop)
    }
}

/// Names blocked people as they are called now: those with whom one shares nothing any more may have changed their names unseen.
fn name_blocked(shown: &mut Sync, fresh: &Sync) {
    for blocked in &mut shown.blocks {
        if let Some(now) = fresh.blocks.iter().find(|other| other.id == blocked.id) {
            blocked.clone_from(now);
        }
    }
}

/// What fails of these steps, done by a new team, and what it did.
async fn failure(
    cluster: &Cluster,
    number: usize,
    steps: &[Step],
    lag: Duration,
) -> (Option<String>, HashSet<Act>) {
    let team = Team::of(cluster, number).await;
    let failed = team.carry_out(steps, lag).await.err();
    (failed, team.done.into_inner())
}

/// Notifications that events tell of and that are not kept, or are read: what else a person may count and the server does not.
async fn told_and_not_kept(cluster: &Cluster) -> Vec<String> {
    let sql = "select e.payload #>> '{notification,reason}' || ' of ' || e.stream || ', ' ||
                      coalesce('read ' || n.read_at, 'not kept') || ', told ' || e.ts || ' as ' || e.seq
               from events e left join notifications n on n.id = (e.payload #>> '{notification,id}')::uuid
               where e.type = 'notification.new' and (n.id is null or n.read_at is not null)
                 and e.ts > now() - interval '40 seconds' order by e.stream, e.seq";
    let found = sqlx::query_scalar(sql).fetch_all(&mut db(&cluster.world).await).await;
    found.expect("reads")
}

#[tokio::test]
async fn whatever_a_team_does_each_mirror_shows_what_the_server_says() {
    let cluster = Cluster::of(2).await;
    let began = Instant::now();
    let asked = std::env::var("AJET_TEAM_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let enough = asked.map_or(ENOUGH, Duration::from_secs);
    let teams = std::cell::Cell::new(0);
    let number = || {
        teams.set(teams.get() + 1);
        teams.get()
    };
    // Of what is rare, and few may do, it is not certain that it comes.
    let mut left_out: Vec<Act> = ACTS.iter().filter(|(_, often)| *often > 1).map(|(act, _)| *act).collect();
    for seed in 1.. {
        let made = steps(seed, PEOPLE, ROUNDS);
        let (failed, done) = failure(&cluster, number(), &made, DEADLINE).await;
        left_out.retain(|act| !done.contains(act));
        if let Some(failed) = failed {
            let untold = told_and_not_kept(&cluster).await;
            let fails = async |part: &[Step]| failure(&cluster, number(), part, LAG).await.0.is_some();
            let left = shortest(made, SHORTER, fails).await;
            let left: Vec<String> = left.iter().map(|step| format!("{step:?}")).collect();
            let left = left.join("\n");
            panic!(
                "seed {seed}: {failed}\ntold and not kept: {untold:?}\nthe shortest run that fails:\n{left}"
            );
        }
        // What is always refused is not tested.
        if began.elapsed() > enough && (left_out.is_empty() || began.elapsed() > enough + MORE) {
            break;
        }
    }
    assert!(left_out.is_empty(), "never done: {left_out:?}");
    cluster.end().await;
}
