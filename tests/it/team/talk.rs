//! What people say, and what they keep for themselves.

use ajet_protocol::{
    ChannelId, ChannelType, KeepDraft, MuteChannel, NotifyLevel, PostMessage, PostPoll, SaveMessage,
    UpdateChannel,
};

use super::acts::{Doing, Done, Undone};
use super::run::Posted;
use super::steps::Act;
use crate::support::text;

impl Doing<'_> {
    async fn post(&self, channel: ChannelId, request: PostMessage) -> Done {
        let key = format!("{}-{}", self.pick, self.team.posted.lock().len());
        let request = PostMessage { client_mutation_id: Some(key), ..request };
        let poll = request.poll.is_some();
        let posted = self.client.post(channel, &request).await?;
        let posted = Posted { id: posted.id, channel, author: self.person.id, poll };
        self.team.posted.lock().push(posted);
        Ok(())
    }

    /// What is posted for itself.
    fn words(&self, act: Act) -> Result<PostMessage, Undone> {
        let body = match act {
            Act::PostMention => format!("look, @<user:{}>", self.other().id),
            Act::PostHere if self.pick.is_multiple_of(2) => "@<here> look".to_owned(),
            Act::PostHere => "@<channel> look".to_owned(),
            Act::PostRole => format!("look, @<role:{}>", self.role()?),
            _ => format!("said {}", self.pick),
        };
        let options = vec!["one".into(), "other".into()];
        let poll = PostPoll { question: "which?".into(), options, multiple: false, closes_at: None };
        Ok(PostMessage { poll: (act == Act::PostPoll).then_some(poll), ..text(&body) })
    }

    pub async fn say(&self, act: Act) -> Done {
        let me = self.person.id;
        match act {
            Act::Reply | Act::ReplyToChannel => {
                let parent = self.posted(|_| true)?;
                let also_to_channel = act == Act::ReplyToChannel;
                let words = text(&format!("re {}", self.pick));
                let reply = PostMessage { parent_id: Some(parent.id), also_to_channel, ..words };
                self.post(parent.channel, reply).await
            }
            Act::Edit | Act::EditMention => {
                let own = self.posted(|one| one.author == me)?;
                let mentions = [Act::PostMention, Act::PostHere, Act::PostRole];
                let body = match act {
                    Act::Edit => format!("edited {}", self.pick),
                    _ => self.words(mentions[self.pick as usize / 2 % 3])?.body_md.to_string(),
                };
                self.client.edit(own.id, &body).await?;
                Ok(())
            }
            Act::Purge => {
                let room = self.channel(|one| one.joined)?;
                self.client.purge(room, 1 + i64::from(self.pick % 3)).await?;
                Ok(())
            }
            Act::Delete => {
                let one = self.posted(|one| one.author == me || self.pick.is_multiple_of(3))?;
                Ok(self.client.delete(one.id).await?)
            }
            _ => {
                let room = self.channel(|one| one.joined)?;
                self.post(room, self.words(act)?).await
            }
        }
    }

    pub async fn mark(&self, act: Act) -> Done {
        let one = self.posted(|one| act != Act::Vote || one.poll)?;
        let done = match act {
            Act::React => self.client.react(one.id, "\u{1f44d}").await,
            Act::Unreact => self.client.unreact(one.id, "\u{1f44d}").await,
            Act::Pin => self.client.pin(one.id).await,
            Act::Unpin => self.client.unpin(one.id).await,
            _ => self.client.vote(one.id, &[i64::from(self.pick % 2)]).await.map(drop),
        };
        Ok(done?)
    }

    pub async fn remember(&self, act: Act) -> Done {
        let one = self.posted(|_| true)?;
        let done = match act {
            Act::Follow => self.client.follow(one.id).await,
            Act::Unfollow => self.client.unfollow(one.id).await,
            _ => self.client.save(one.id, &SaveMessage::default()).await.map(drop),
        };
        Ok(done?)
    }

    /// One of the levels.
    pub fn level(&self) -> NotifyLevel {
        [NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing][self.pick as usize % 3]
    }

    pub async fn keep(&self, act: Act) -> Done {
        let room = self.channel(|one| one.joined)?;
        let done = match act {
            Act::MarkRead | Act::MarkUnread => {
                let one = self.posted(|one| one.channel == room)?;
                match act {
                    Act::MarkRead => self.client.mark_read(room, one.id).await,
                    _ => self.client.mark_unread(room, one.id).await,
                }
            }
            Act::MuteChannel => {
                self.client.mute_channel(room, &MuteChannel { muted: self.pick.is_multiple_of(2) }).await
            }
            Act::NotifyChannel => self.client.notify_channel(room, self.level()).await,
            Act::KeepDraft => {
                let draft = KeepDraft { body_md: format!("draft {}", self.pick).into(), parent_id: None };
                self.client.keep_draft(room, &draft).await.map(drop)
            }
            _ => self.client.drop_draft(room, None).await,
        };
        Ok(done?)
    }

    pub async fn whisper(&self, act: Act) -> Done {
        if act == Act::OpenDm {
            let mut people = vec![self.other().id];
            if self.pick.is_multiple_of(3) {
                people.extend(
                    self.team.people.iter().map(|one| one.id).filter(|id| *id != self.person.id).take(2),
                );
            }
            self.client.open_dm(&people).await?;
            return Ok(());
        }
        let ours = |one: &&ajet_protocol::SyncedChannel| {
            one.channel.members.iter().all(|member| self.team.people.iter().any(|one| one.id == member.id))
        };
        let fits = |one: &&ajet_protocol::SyncedChannel| {
            act != Act::NameGroup || one.channel.kind == ChannelType::GroupDm
        };
        let all = self.sees.dms.iter().filter(ours).filter(fits);
        let dm = self.one(all.map(|one| one.channel.id).collect())?;
        match act {
            Act::PostDm => self.post(dm, text(&format!("psst {}", self.pick))).await,
            Act::HideDm => Ok(self.client.hide_dm(dm).await?),
            Act::NameGroup => {
                let name = Some(format!("group {}", self.pick).into());
                self.client.update_channel(dm, &UpdateChannel { name, ..UpdateChannel::default() }).await?;
                Ok(())
            }
            _ => Ok(self.client.show_dm(dm).await?),
        }
    }
}
