//! Carries out what somebody does. Something that is not there to be done, or that the person may not do, is left: that is no failure.

use ajet_client::{Client, Error};
use ajet_protocol::{ChannelId, Sync, SyncedChannel, SyncedCommunity};

use super::run::{Person, Posted, Team};
use super::steps::{Act, Step};

/// What a step is done with.
pub struct Doing<'a> {
    pub team: &'a Team,
    pub person: &'a Person,
    pub client: &'a Client,
    /// What the person's mirror shows.
    pub sees: Sync,
    pub pick: u32,
}

/// Why something was not done.
#[derive(Debug)]
pub enum Undone {
    /// There is nothing there that it could be done to.
    Nothing,
    Refused(Error),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

pub type Done = Result<(), Undone>;

impl Team {
    pub async fn act(&self, step: Step) -> Done {
        let person = &self.people[step.who];
        let client = &person.at[step.pick as usize % person.at.len()];
        // A copy: what is shown can't change as long as it is borrowed.
        let sees = person.mirror.now().state().clone();
        let doing = Doing { team: self, person, client, sees, pick: step.pick / 2 };
        match step.act {
            Act::Post
            | Act::PostMention
            | Act::PostHere
            | Act::PostRole
            | Act::PostPoll
            | Act::Reply
            | Act::ReplyToChannel
            | Act::Edit
            | Act::EditMention
            | Act::Delete
            | Act::Purge => doing.say(step.act).await,
            Act::React | Act::Unreact | Act::Pin | Act::Unpin | Act::Vote => doing.mark(step.act).await,
            Act::Save | Act::Follow | Act::Unfollow => doing.remember(step.act).await,
            Act::MarkRead
            | Act::MarkUnread
            | Act::MuteChannel
            | Act::NotifyChannel
            | Act::KeepDraft
            | Act::DropDraft => doing.keep(step.act).await,
            Act::OpenDm | Act::PostDm | Act::HideDm | Act::ShowDm | Act::NameGroup => {
                doing.whisper(step.act).await
            }
            Act::CreateChannel | Act::CreatePrivate => doing.found(step.act).await,
            Act::Rename
            | Act::Close
            | Act::Open
            | Act::Archive
            | Act::Unarchive
            | Act::SlowMode
            | Act::DeleteChannel => doing.build(step.act).await,
            Act::Join | Act::Leave | Act::LetIn | Act::PutOut => doing.go(step.act).await,
            Act::CreateCategory | Act::RenameCategory | Act::DeleteCategory | Act::PlaceChannel => {
                doing.arrange(step.act).await
            }
            Act::CreateRole | Act::UpdateRole | Act::DeleteRole | Act::GiveRole => doing.rank(step.act).await,
            Act::SetOverwrite | Act::RemoveOverwrite => doing.allow(step.act).await,
            Act::Promote | Act::Kick | Act::Ban | Act::Unban | Act::Mute | Act::Unmute => {
                doing.moderate(step.act).await
            }
            Act::RenameCommunity | Act::AddEmoji | Act::DeleteEmoji => doing.adorn(step.act).await,
            Act::ReadNotifications
            | Act::NotifyCommunity
            | Act::LeaveCommunity
            | Act::ComeBack
            | Act::Block
            | Act::Unblock
            | Act::Nickname
            | Act::Profile => doing.live(step.act).await,
            Act::CommandMe
            | Act::CommandTopic
            | Act::CommandNick
            | Act::CommandStatus
            | Act::CommandRemind
            | Act::CommandOfBot => doing.type_command(step.act).await,
            Act::BotPosts => doing.post_as_bot().await,
            Act::MakeToken | Act::RevokeToken => doing.equip(step.act).await,
            Act::HookPosts => doing.post_by_hook().await,
            Act::MakeOutgoing | Act::DeleteOutgoing => doing.have_sent(step.act).await,
            Act::Schedule | Act::Reschedule | Act::DropScheduled => doing.say_later(step.act).await,
            Act::RemindOfSaved | Act::QuietHours => doing.be_told_later(step.act).await,
        }
    }
}

impl Doing<'_> {
    /// One of these, by the step's pick.
    pub fn one<T>(&self, all: Vec<T>) -> Result<T, Undone> {
        let at = self.pick as usize % all.len().max(1);
        all.into_iter().nth(at).ok_or(Undone::Nothing)
    }

    /// A key under which something is made once: the owner has several teams.
    pub fn key(&self, name: &str) -> String {
        format!("{}-{name}-{}", self.team.community.slug, self.pick)
    }

    /// The team's community, while the person is in it.
    pub fn home(&self) -> Option<&SyncedCommunity> {
        self.sees.communities.iter().find(|one| one.community.id == self.team.community.id)
    }

    /// One of the team's channels that the person sees and that fits.
    pub fn channel(&self, fits: impl Fn(&SyncedChannel) -> bool) -> Result<ChannelId, Undone> {
        let home = Some(self.team.community.id);
        let all = self.sees.channels.iter().filter(|one| one.channel.community_id == home && fits(one));
        self.one(all.map(|one| one.channel.id).collect())
    }

    /// One of the team's channels that is not the one where people arrive.
    pub fn room(&self) -> Result<ChannelId, Undone> {
        let arrival = self.team.community.default_channel_id;
        self.channel(|one| Some(one.channel.id) != arrival)
    }

    /// Somebody else in the team.
    pub fn other(&self) -> &Person {
        let others: Vec<&Person> = self.team.people.iter().filter(|one| one.id != self.person.id).collect();
        others[self.pick as usize % others.len()]
    }

    /// A message of the team that fits.
    pub fn posted(&self, fits: impl Fn(&Posted) -> bool) -> Result<Posted, Undone> {
        let all: Vec<Posted> = self.team.posted.lock().iter().filter(|one| fits(one)).copied().collect();
        self.one(all)
    }
}
