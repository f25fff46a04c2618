//! J1: what joining and leaving costs everybody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, CommunityId, CreateRole, Permission, RoleId, UpdateMember, UserId};
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::database::{Observer, Work};
use super::reading::Received;
use super::server::cpu_seconds;
use super::steady::{Answers, steady};
use super::streams::{AT_ONCE, open_all};
use super::writing::message;
use super::{Figure, Size, limits, names, people, spread};
use crate::lab::Lab;
use crate::people::People;
use crate::report::Spread;

/// Posts a second, into a room with so many readers.
const POSTS: u32 = 10;
const READERS: usize = 10;
/// How often things change; the last one is compared with the one before.
const PHASES: [Changes; 4] = [
    Changes { moves: 0, roles: 0 },
    Changes { moves: 5, roles: 0 },
    Changes { moves: 20, roles: 0 },
    Changes { moves: 20, roles: 1 },
];
/// Members who do, in turn, and the rooms that they join.
const MOVERS: usize = 20;
const ROOMS: usize = 8;

/// Changes a second.
#[derive(Clone, Copy)]
struct Changes {
    /// Members join and leave rooms.
    moves: u32,
    /// One is given a custom role, and has it taken away.
    roles: u32,
}

/// The member who is given the role and loses it, and the owner, who does that.
#[derive(Clone)]
struct Holder {
    owner: Client,
    community: CommunityId,
    person: UserId,
    role: RoleId,
}

/// What happened in a while.
struct While {
    posts: Answers,
    /// From a join's sending to its answer.
    joins: Spread,
    /// From when a change of roles was due to its answer.
    roles: Spread,
    failed_changes: u64,
    database: Work,
    server_cpu: f64,
}

/// J1: members connected, one of whom posts 10 messages a second; others join and leave rooms meanwhile, and one is given a role and loses
/// it.
pub async fn joins(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let bare = limits::bare_commits(&lab.stack).await?;
    let mut figures = spread("j1", "bare one-row commit", &bare, (None, None)).to_vec();
    let counts = [size.of(1000, 60), size.of(2000, 120)];
    let people = people(lab, 2 + ROOMS).await?;
    let readers = vec![people.rooms[1].clone()];
    let rooms_of = |n: usize| if n < READERS { readers.clone() } else { vec![] };
    let crowd = people.join(&lab.bases()[0], names("member", counts[1]), rooms_of).await?;
    // Neither a reader nor one of those who join and leave.
    let holder = Holder::of(&people, &crowd[READERS]).await?;
    let received = Arc::new(Received::default());
    let mut reading: Vec<JoinHandle<()>> = Vec::new();
    for count in counts {
        reading.extend(open_all(lab, &crowd[reading.len()..count], &received, AT_ONCE).await?);
        tokio::time::sleep(size.seconds(2, 1)).await;
        for changes in PHASES {
            let who = (crowd.as_slice(), &holder);
            let seen = phase(lab, &people, (who, changes), size.seconds(20, 3)).await?;
            figures.extend(told(count, changes, &seen));
        }
    }
    reading.iter().for_each(JoinHandle::abort);
    Ok(figures)
}

/// Posts for a while, and so many changes a second.
async fn phase(
    lab: &Lab,
    people: &People,
    ((crowd, holder), changes): ((&[Client], &Holder), Changes),
    lasts: Duration,
) -> anyhow::Result<While> {
    let mut database = Observer::of(&lab.stack).await?;
    let (before, cpu_before) = (database.work().await?, cpu_seconds(lab));
    let over = CancellationToken::new();
    let room = people.rooms[1].id;
    let posting = steady(POSTS, over.clone(), |_| {
        let owner = people.owner.clone();
        async move { owner.post(room, &message()).await.is_ok() }
    });
    let joins = Arc::new(Mutex::new(Spread::default()));
    // The last of all: none of them reads the room of the posts.
    let movers = &crowd[crowd.len().saturating_sub(MOVERS)..];
    let room_of = |mover: usize| people.rooms[2 + mover % ROOMS].clone();
    let moving = steadily(changes.moves, &over, |n| {
        let (mover, comes) = (n % movers.len(), (n / movers.len()).is_multiple_of(2));
        let joins = comes.then(|| Arc::clone(&joins));
        join_or_leave(movers[mover].clone(), room_of(mover), joins)
    });
    let giving = steadily(changes.roles, &over, |n| holder.clone().give(n.is_multiple_of(2)));
    let timer = async {
        tokio::time::sleep(lasts).await;
        over.cancel();
    };
    let (posts, moves, roles, ()) = tokio::join!(posting, moving, giving, timer);
    let (database, server_cpu) = (database.work().await?.since(before), cpu_seconds(lab) - cpu_before);
    for (n, mover) in movers.iter().enumerate() {
        // So that the next phase begins like this one.
        let _ = mover.leave(room_of(n).id).await;
    }
    holder.clone().give(false).await;
    let (joins, roles) = (joins.lock().clone(), roles?);
    let failed_changes = moves?.failed + roles.failed;
    Ok(While { posts: posts?, joins, roles: roles.times, failed_changes, database, server_cpu })
}

/// As [`steady`]; sends nothing where that is zero a second.
async fn steadily<A>(
    per_second: u32,
    over: &CancellationToken,
    ask: impl FnMut(usize) -> A,
) -> anyhow::Result<Answers>
where
    A: Future<Output = bool> + Send + 'static,
{
    if per_second == 0 {
        return Ok(Answers::default());
    }
    steady(per_second, over.clone(), ask).await
}

impl Holder {
    /// Makes the role.
    async fn of(people: &People, member: &Client) -> anyhow::Result<Self> {
        let (owner, community) = (people.owner.clone(), people.community.id);
        let permissions = Some(vec![Permission::PinMessages]);
        let request = CreateRole { name: "shift".into(), permissions, ..CreateRole::default() };
        let role = owner.create_role(community, &request).await?.id;
        Ok(Self { owner, community, person: member.me().await?.user.id, role })
    }

    /// Gives the role, or takes it away; whether that was done.
    async fn give(self, given: bool) -> bool {
        let held = if given { vec![self.role] } else { vec![] };
        let update = UpdateMember { roles: Some(held), ..UpdateMember::default() };
        self.owner.update_member(self.community, self.person, &update).await.is_ok()
    }
}

/// Joins, where there is a spread for the time that it takes, or leaves; whether that was done.
async fn join_or_leave(mover: Client, room: Channel, joins: Option<Arc<Mutex<Spread>>>) -> bool {
    let Some(joins) = joins else { return mover.leave(room.id).await.is_ok() };
    let began = Instant::now();
    let joined = mover.join(room.id).await.is_ok();
    if joined {
        joins.lock().add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    joined
}

fn told(members: usize, changes: Changes, seen: &While) -> Vec<Figure> {
    let Changes { moves, roles } = changes;
    let and_roles = if roles > 0 { format!(" and {roles} of roles") } else { String::new() };
    let what = |what: &str| format!("{members} members, {moves} changes{and_roles} a second: {what}");
    let figure = |text: &str, value: f64, unit: &'static str| Figure::new("j1", what(text), value, unit);
    let mut figures = vec![
        figure("post, p50", seen.posts.times.ms(50.0), "ms"),
        figure("post, p95", seen.posts.times.ms(95.0), "ms"),
        figure("a join, p50", seen.joins.ms(50.0), "ms"),
        figure("posts and changes that failed", (seen.posts.failed + seen.failed_changes) as f64, ""),
        figure("PostgreSQL's processor", seen.database.cpu, "s"),
        figure("PostgreSQL's transactions", seen.database.transactions, ""),
        figure("server's processor", seen.server_cpu, "s"),
    ];
    if roles > 0 {
        figures.push(figure("a role given or taken away, p50", seen.roles.ms(50.0), "ms"));
    }
    figures
}
