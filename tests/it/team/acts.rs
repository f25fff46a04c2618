//! Carries out what somebody does. Something that is not there to be done, or that the person may not do, is left: a refusal is no failure.

use std::cell::Cell;

use ajet_client::{Client, Error};
use ajet_protocol::{ChannelId, Sync, SyncedChannel};

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
    /// Whether there was nothing to do it to.
    is_left: Cell<bool>,
}

pub type Done = Result<(), Error>;

impl Team {
    /// Whether it was done.
    pub async fn act(&self, step: Step) -> Result<bool, Error> {
        let person = &self.people[step.who];
        let client = &person.at[step.pick as usize % person.at.len()];
        // A copy: what is shown can't change as long as it is borrowed.
        let sees = person.mirror.now().state().clone();
        let doing =
            Doing { team: self, person, client, sees, pick: step.pick / 2, is_left: Cell::new(false) };
        doing.carried_out(step.act).await.map(|()| !doing.is_left.get())
    }
}

impl Doing<'_> {
    async fn carried_out(&self, act: Act) -> Done {
        match act {
            Act::Post
            | Act::PostMention
            | Act::PostHere
            | Act::PostToAll
            | Act::Reply
            | Act::ReplyToChannel
            | Act::Edit
            | Act::Delete => self.say(act).await,
            Act::PostPoll | Act::Vote => self.poll(act).await,
            Act::Block | Act::Unblock => self.shun(act).await,
            Act::React | Act::Unreact | Act::Pin | Act::Unpin => self.mark(act).await,
            Act::MarkRead
            | Act::MarkUnread
            | Act::NotifyCommunity
            | Act::ReadNotifications
            | Act::MuteChannel
            | Act::NotifyChannel
            | Act::KeepDraft
            | Act::DropDraft => self.keep(act).await,
            Act::OpenDm | Act::PostDm | Act::HideDm | Act::ShowDm => self.whisper(act).await,
            Act::CreateChannel
            | Act::CreatePrivate
            | Act::Rename
            | Act::Close
            | Act::Open
            | Act::Archive
            | Act::Unarchive
            | Act::DeleteChannel => self.build(act).await,
            Act::Join | Act::Leave | Act::LetIn | Act::PutOut => self.go(act).await,
            Act::CreateCategory | Act::RenameCategory | Act::DeleteCategory | Act::PlaceChannel => {
                self.arrange(act).await
            }
            Act::CreateRole | Act::UpdateRole | Act::DeleteRole | Act::GiveRole => self.rank(act).await,
            Act::SetOverwrite | Act::RemoveOverwrite => self.allow(act).await,
            Act::Promote | Act::Kick | Act::Ban | Act::Unban | Act::Mute | Act::Unmute => {
                self.moderate(act).await
            }
            Act::LeaveCommunity | Act::ComeBack | Act::Nickname | Act::Profile => self.live(act).await,
        }
    }

    /// There is nothing to do it to.
    pub fn left(&self) -> Done {
        self.is_left.set(true);
        Ok(())
    }

    /// One of these, by the step's pick.
    pub fn one<T>(&self, all: Vec<T>) -> Option<T> {
        let at = self.pick as usize % all.len().max(1);
        all.into_iter().nth(at)
    }

    /// One of the team's channels that the person sees and that fits.
    pub fn channel(&self, fits: impl Fn(&SyncedChannel) -> bool) -> Option<ChannelId> {
        let home = Some(self.team.community.id);
        let all = self.sees.channels.iter().filter(|one| one.channel.community_id == home && fits(one));
        self.one(all.map(|one| one.channel.id).collect())
    }

    /// One of the team's channels that is not the one where people arrive.
    pub fn room(&self) -> Option<ChannelId> {
        let arrival = self.team.community.default_channel_id;
        self.channel(|one| Some(one.channel.id) != arrival)
    }

    /// Somebody else in the team.
    pub fn other(&self) -> &Person {
        let others: Vec<&Person> = self.team.people.iter().filter(|one| one.id != self.person.id).collect();
        others[self.pick as usize % others.len()]
    }

    /// A message of the team that fits.
    pub fn posted(&self, fits: impl Fn(&Posted) -> bool) -> Option<Posted> {
        let all: Vec<Posted> = self.team.posted.lock().iter().filter(|one| fits(one)).copied().collect();
        self.one(all)
    }
}
