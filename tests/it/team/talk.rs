//! What people say, and what they keep for themselves.

use ajet_protocol::{
    ChannelId, KeepDraft, MuteChannel, NotifyLevel, PostMessage, PostPoll, ReadNotifications,
};

use super::acts::{Doing, Done};
use super::run::Posted;
use super::steps::Act;
use crate::support::text;

impl Doing<'_> {
    async fn post(&self, channel: ChannelId, request: PostMessage, mentions: bool) -> Done {
        let key = format!("{}-{}", self.pick, self.team.posted.lock().len());
        let has_poll = request.poll.is_some();
        let request = PostMessage { client_mutation_id: Some(key), ..request };
        let posted = self.client.post(channel, &request).await?;
        let posted = Posted { id: posted.id, channel, author: self.person.id, mentions, has_poll };
        self.team.posted.lock().push(posted);
        Ok(())
    }

    pub async fn say(&self, act: Act) -> Done {
        let me = self.person.id;
        match act {
            Act::Post => {
                let Some(room) = self.channel(|one| one.joined) else { return self.left() };
                self.post(room, text(&format!("said {}", self.pick)), false).await
            }
            Act::PostMention => {
                let Some(room) = self.channel(|one| one.joined) else { return self.left() };
                self.post(room, text(&format!("look, @<user:{}>", self.other().id)), true).await
            }
            Act::PostHere | Act::PostToAll => {
                let Some(room) = self.channel(|one| one.joined) else { return self.left() };
                let whom = if act == Act::PostHere { "@here" } else { "@channel" };
                self.post(room, text(&format!("{whom} {}", self.pick)), true).await
            }
            Act::Reply | Act::ReplyToChannel => {
                let Some(parent) = self.posted(|_| true) else { return self.left() };
                let also_to_channel = act == Act::ReplyToChannel;
                let said = text(&format!("re {}", self.pick));
                let reply = PostMessage { parent_id: Some(parent.id), also_to_channel, ..said };
                self.post(parent.channel, reply, false).await
            }
            Act::Edit => {
                let own = self.posted(|one| one.author == me && !one.mentions);
                let Some(own) = own else { return self.left() };
                self.client.edit(own.id, &format!("edited {}", self.pick)).await.map(drop)
            }
            _ => {
                let Some(one) = self.posted(|one| one.author == me || self.pick.is_multiple_of(3)) else {
                    return self.left();
                };
                self.client.delete(one.id).await
            }
        }
    }

    pub async fn poll(&self, act: Act) -> Done {
        if act == Act::PostPoll {
            let Some(room) = self.channel(|one| one.joined) else { return self.left() };
            let poll = PostPoll {
                question: "Lunch?".into(),
                options: vec!["Yes".into(), "No".into()],
                multiple: false,
                closes_at: None,
            };
            let asked = PostMessage { poll: Some(poll), ..text("a question") };
            return self.post(room, asked, false).await;
        }
        let Some(one) = self.posted(|one| one.has_poll) else { return self.left() };
        self.client.vote(one.id, &[i64::from(self.pick % 2)]).await.map(drop)
    }

    pub async fn mark(&self, act: Act) -> Done {
        let Some(one) = self.posted(|_| true) else { return self.left() };
        match act {
            Act::React => self.client.react(one.id, "\u{1f44d}").await,
            Act::Unreact => self.client.unreact(one.id, "\u{1f44d}").await,
            Act::Pin => self.client.pin(one.id).await,
            _ => self.client.unpin(one.id).await,
        }
    }

    pub async fn keep(&self, act: Act) -> Done {
        if act == Act::ReadNotifications {
            let all = ReadNotifications { ids: None, all: Some(true) };
            return self.client.read_notifications(&all).await.map(drop);
        }
        let levels = vec![NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing];
        let level = self.one(levels).unwrap_or_default();
        if act == Act::NotifyCommunity {
            return self.client.notify_community(self.team.community.id, level).await;
        }
        let Some(room) = self.channel(|one| one.joined) else { return self.left() };
        match act {
            Act::MarkUnread => {
                let Some(one) = self.posted(|one| one.channel == room) else { return self.left() };
                self.client.mark_unread(room, one.id).await
            }
            Act::MarkRead => {
                let Some(one) = self.posted(|one| one.channel == room) else { return self.left() };
                self.client.mark_read(room, one.id).await
            }
            Act::MuteChannel => {
                self.client.mute_channel(room, &MuteChannel { muted: self.pick.is_multiple_of(2) }).await
            }
            Act::NotifyChannel => self.client.notify_channel(room, level).await,
            Act::KeepDraft => {
                let draft = KeepDraft { body_md: format!("draft {}", self.pick).into(), parent_id: None };
                self.client.keep_draft(room, &draft).await.map(drop)
            }
            _ => self.client.drop_draft(room, None).await,
        }
    }

    pub async fn whisper(&self, act: Act) -> Done {
        if act == Act::OpenDm {
            let mut people = vec![self.other().id];
            if self.pick.is_multiple_of(3) {
                people.extend(
                    self.team.people.iter().map(|one| one.id).filter(|id| *id != self.person.id).take(2),
                );
            }
            return self.client.open_dm(&people).await.map(drop);
        }
        let ours = |one: &&ajet_protocol::SyncedChannel| {
            one.channel.members.iter().all(|member| self.team.people.iter().any(|one| one.id == member.id))
        };
        let all = self.sees.dms.iter().filter(ours).map(|one| one.channel.id).collect();
        let Some(dm) = self.one(all) else { return self.left() };
        match act {
            Act::PostDm => self.post(dm, text(&format!("psst {}", self.pick)), false).await,
            Act::HideDm => self.client.hide_dm(dm).await,
            _ => self.client.show_dm(dm).await,
        }
    }
}
