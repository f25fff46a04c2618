//! `ajet-chat ban`, `mute`, `kick` and `purge`, and what takes them back.

use ajet_protocol::{CommunityId, MuteMember, PurgeMessages, Reason, UserId};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::when;

const BAN: [Column; 5] = [
    ("id", "user.id"),
    ("username", "user.username"),
    ("since", "created_at"),
    ("by", "actor.username"),
    ("reason", "reason"),
];

#[derive(Debug, clap::Args)]
pub struct Whom {
    #[arg(add = ArgValueCompleter::new(complete::people))]
    person: String,
    /// Why; it stands in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Ban {
    #[command(flatten)]
    whom: Whom,
}

#[derive(Debug, clap::Args)]
pub struct Mute {
    #[command(flatten)]
    whom: Whom,
    /// For how long: 10m, 2h, 3d; until it is lifted if not given.
    #[arg(long = "for", value_name = "LENGTH")]
    length: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Purge {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    /// How many, 1 to 100.
    count: i64,
}

/// The community, the person, and why.
async fn found(app: &App, whom: Whom) -> Result<(CommunityId, UserId, Reason), Failure> {
    let community = app.community().await?.community.id;
    let person = app.person("PERSON", &whom.person).await?.id;
    Ok((community, person, Reason { reason: whom.reason.map(Into::into) }))
}

/// Bans somebody.
pub async fn ban(app: &App, args: Ban) -> Done {
    let (community, person, why) = found(app, args.whom).await?;
    app.client()?.ban(community, person, &why).await?;
    app.screen.done("banned")
}

/// Lifts a ban.
pub async fn unban(app: &App, whom: Whom) -> Done {
    let (community, person, why) = found(app, whom).await?;
    app.client()?.unban(community, person, &why).await?;
    app.screen.done("the ban is lifted")
}

/// Lists who is banned.
pub async fn bans(app: &App) -> Done {
    let community = app.community().await?.community.id;
    app.screen.list(&app.client()?.bans(community).await?, &BAN)
}

/// Mutes somebody.
pub async fn mute(app: &App, args: Mute) -> Done {
    let seconds = args.length.as_deref().map(|text| when::seconds("--for", text)).transpose()?;
    let (community, person, why) = found(app, args.whom).await?;
    let seconds = seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
    app.client()?.mute(community, person, &MuteMember { seconds, reason: why.reason }).await?;
    app.screen.done("muted")
}

/// Lifts a mute.
pub async fn unmute(app: &App, whom: Whom) -> Done {
    let (community, person, why) = found(app, whom).await?;
    app.client()?.unmute(community, person, &why).await?;
    app.screen.done("the mute is lifted")
}

/// Removes somebody from the community.
pub async fn kick(app: &App, whom: Whom) -> Done {
    let (community, person, why) = found(app, whom).await?;
    app.client()?.remove_member(community, person, &why).await?;
    app.screen.done("removed")
}

/// Deletes the newest messages of a channel.
pub async fn purge(app: &App, args: Purge) -> Done {
    app.confirmed("deleting many messages")?;
    let channel = app.channel("CHANNEL", &args.which).await?;
    let purge = PurgeMessages { count: args.count, client_mutation_id: app.key() };
    app.client()?.purge_by(channel, &purge).await?;
    app.screen.done("deleted")
}
