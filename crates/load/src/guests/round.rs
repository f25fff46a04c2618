//! One round: a guest comes in and says something; then a right is taken away, and what it allowed is tried all the same.

use ajet_client::Client;
use ajet_protocol::{Channel, Message};
use rand::Rng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::asked::{Asked, By};
use super::{Extent, Guest};
use crate::history::What;
use crate::visits::{invite, revoke, sign_in};
use crate::workload::{Told, Writer};

/// Acceptances of one of the invites made here.
const ONE: i64 = 1;

impl Guest {
    /// `None` where a step was refused or given up.
    pub(super) async fn one_round(&mut self) -> Option<()> {
        let room = self.come_in().await?;
        let kinds = match self.extent {
            Extent::BothVersions => 1,
            Extent::All => 4,
        };
        match self.rng.random_range(0..kinds) {
            0 => self.leaves(&room).await,
            1 => self.is_kicked(&room).await,
            2 => self.is_banned(&room).await,
            _ => self.den_is_hidden().await,
        }
    }

    /// Comes into the community, where the guest may be out of it, and into a room.
    async fn come_in(&mut self) -> Option<Channel> {
        if self.banned {
            let unban = Asked::unban(self.community, self.id, &self.name);
            self.ask::<Value>(&self.by_owner(), unban).await?;
            self.banned = false;
        }
        if self.removed {
            self.accept(&self.by_guest()).await?;
            self.removed = false;
        }
        let room = self.scene.rooms[self.rng.random_range(0..self.scene.rooms.len())].clone();
        self.ask::<Value>(&self.by_guest(), Asked::join(room.id)).await?;
        self.say(&self.by_guest(), &room).await?;
        self.pause().await;
        Some(room)
    }

    async fn leaves(&mut self, room: &Channel) -> Option<()> {
        self.ask::<Value>(&self.by_guest(), Asked::leave(room.id)).await?;
        self.say(&self.by_guest(), room).await;
        self.pause().await;
        Some(())
    }

    async fn is_kicked(&mut self, room: &Channel) -> Option<()> {
        self.removed = true;
        let kick = Asked::kick(self.community, self.id, &self.name);
        let (op, _) = self.ask::<Value>(&self.by_owner(), kick).await?;
        self.mark(op);
        self.say(&self.by_guest(), room).await;
        self.pause().await;
        Some(())
    }

    async fn is_banned(&mut self, room: &Channel) -> Option<()> {
        (self.banned, self.removed) = (true, true);
        let ban = Asked::ban(self.community, self.id, &self.name);
        let (op, _) = self.ask::<Value>(&self.by_owner(), ban).await?;
        self.mark(op);
        self.say(&self.by_guest(), room).await;
        self.accept(&self.by_guest()).await;
        self.pause().await;
        Some(())
    }

    /// The guest is not in the den, and may know of it only while it is public. Somebody else is, speaks there, and leaves.
    async fn den_is_hidden(&mut self) -> Option<()> {
        let den = self.den.clone();
        if self.hidden {
            self.ask::<Value>(&self.by_owner(), Asked::show(&den, false)).await?;
            self.hidden = false;
        }
        let insider = self.insider().await?;
        self.accept(&insider).await?;
        self.ask::<Value>(&insider, Asked::join(den.id)).await?;
        self.hidden = true;
        self.ask::<Value>(&self.by_owner(), Asked::show(&den, true)).await?;
        let message = self.say(&insider, &den).await?;
        self.ask::<Value>(&self.by_guest(), Asked::join(den.id)).await;
        self.ask::<Message>(&self.by_guest(), Asked::read(message.id)).await;
        self.ask::<Value>(&insider, Asked::leave(den.id)).await;
        self.pause().await;
        self.ask::<Value>(&self.by_owner(), Asked::show(&den, false)).await?;
        self.hidden = false;
        Some(())
    }

    /// Somebody new, who leaves the den once at most: so the event of that tells when it was sent.
    async fn insider(&mut self) -> Option<By> {
        let name = format!("insider-of-{}-{}", self.name, self.round);
        let node = self.somewhere();
        let client: Client = sign_in(&self.scene, &self.owner, &name, node).await?;
        let id = client.me().await.ok()?.user.id;
        self.scene.recorder.note(&name, What::Person { id: id.0 });
        Some(By { name, client })
    }

    async fn accept(&mut self, by: &By) -> Option<()> {
        let node = self.somewhere();
        let invite = invite(&self.scene, &self.owner, self.community, node, ONE).await?;
        let accepted = self.ask::<Value>(by, Asked::accept(&invite.code)).await;
        if accepted.is_none() {
            revoke(&self.scene, &self.owner, &invite.code, node).await;
        }
        accepted.map(drop)
    }

    async fn say(&mut self, by: &By, room: &Channel) -> Option<Message> {
        self.posts += 1;
        let key = format!("{}-{}-{}", by.name, self.round, self.posts);
        self.ask::<Message>(by, Asked::post(room.id, key)).await.map(|(_, message)| message)
    }

    fn by_guest(&self) -> By {
        By { name: self.name.clone(), client: self.client.clone() }
    }

    fn by_owner(&self) -> By {
        By { name: "owner".into(), client: self.owner.clone() }
    }

    /// Asks at some node first; gives the answer, and the request's number in the history.
    async fn ask<T: DeserializeOwned + Told>(&mut self, by: &By, asked: Asked) -> Option<(u64, T)> {
        let Asked { action, method, path, body } = asked;
        let node = self.somewhere();
        let mut writer = Writer::new(&self.scene, by.name.clone(), &by.client, node, 0);
        let answer = writer.ask::<T>(action, method, &path, body.as_ref()).await?;
        Some((writer.last(), answer))
    }
}
