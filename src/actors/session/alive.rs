//! Which sessions have an actor on a node: by session and by person, so that none is looked for among all of them.
//!
//! A session is forgotten here as soon as it is closed, which may be before its actor ends.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::{SessionId, UserId};
use ractor::{ActorId, ActorRef};

use super::actor::SessionMessage;
use super::listening::Listening;

/// A session's actor.
#[derive(Clone)]
pub struct Alive {
    pub user: UserId,
    pub actor: ActorRef<SessionMessage>,
    pub listening: Arc<Listening>,
}

/// The sessions that have an actor here.
#[derive(Default)]
pub struct AliveSessions {
    by_session: HashMap<SessionId, Alive>,
    by_person: HashMap<UserId, Vec<SessionId>>,
}

impl AliveSessions {
    /// A session's actor.
    pub fn get(&self, id: SessionId) -> Option<&Alive> {
        self.by_session.get(&id)
    }

    /// Notes a session's actor.
    pub fn insert(&mut self, id: SessionId, alive: Alive) {
        self.remove(id);
        self.by_person.entry(alive.user).or_default().push(id);
        self.by_session.insert(id, alive);
    }

    /// Forgets a session.
    pub fn remove(&mut self, id: SessionId) -> Option<Alive> {
        let alive = self.by_session.remove(&id)?;
        if let Some(sessions) = self.by_person.get_mut(&alive.user) {
            sessions.retain(|one| *one != id);
            if sessions.is_empty() {
                self.by_person.remove(&alive.user);
            }
        }
        Some(alive)
    }

    /// Forgets a session, if it still lives as this actor.
    pub fn remove_actor(&mut self, id: SessionId, actor: ActorId) -> Option<Alive> {
        let alive = self.by_session.get(&id).is_some_and(|alive| alive.actor.get_id() == actor);
        if alive { self.remove(id) } else { None }
    }

    /// The actors of a person's sessions.
    pub fn of(&self, user: UserId) -> impl Iterator<Item = &Alive> {
        self.by_person.get(&user).into_iter().flatten().filter_map(|id| self.by_session.get(id))
    }

    /// A person's sessions.
    pub fn sessions_of(&self, user: UserId) -> Vec<SessionId> {
        self.by_person.get(&user).cloned().unwrap_or_default()
    }

    /// Takes all of them out.
    pub fn drain(&mut self) -> Vec<Alive> {
        self.by_person.clear();
        self.by_session.drain().map(|(_, alive)| alive).collect()
    }
}
