//! The arranger renames rooms and categories, puts categories in order, archives a room and opens it again, and makes, renames and
//! deletes custom roles that no person holds.

use std::sync::Arc;

use ajet_protocol::{CategoryId, CustomRole, RoleId};
use rand::Rng;
use rand::seq::SliceRandom;

use super::work::Work;
use super::{Register, Town};
use crate::guests::Asked;
use crate::workload::Scene;

/// Custom roles at a time.
const ROLES: usize = 3;

/// Somebody who arranges what is there.
pub struct Arranger {
    work: Work,
    town: Arc<Town>,
    /// Acts so far: no name is given twice.
    count: usize,
    archived: bool,
    roles: Vec<RoleId>,
}

impl Arranger {
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>) -> Self {
        let work = Work::new(scene, "arranger".into(), 1);
        Self { work, town: Arc::clone(town), count: 0, archived: false, roles: Vec::new() }
    }

    /// One act after another, until the scene ends.
    pub async fn arrange(mut self) {
        while !self.work.is_over() {
            self.count += 1;
            // The history says which acts were given up.
            let _ = self.act().await;
            self.work.pause().await;
        }
    }

    async fn act(&mut self) -> Option<()> {
        let (n, dice) = (self.count, self.work.rng.random_range(0..100));
        let room = self.work.scene.rooms[self.work.rng.random_range(0..self.work.scene.rooms.len())].id;
        let asked = match dice {
            0..25 => Asked::rename_channel(room, &format!("a room named {n}")),
            25..50 => Asked::set_topic(room, &format!("what is said in {n}")),
            50..65 => Asked::rename_category(self.some_category()?, &format!("a category named {n}")),
            65..80 => self.in_another_order(),
            80..90 => return self.archive().await,
            _ => return self.with_roles().await,
        };
        self.work.tell(&self.town.owner.by, asked).await
    }

    fn some_category(&mut self) -> Option<CategoryId> {
        let count = self.town.categories.len();
        let n = self.work.rng.random_range(0..count.max(1));
        self.town.categories.get(n).map(|category| category.id)
    }

    fn in_another_order(&mut self) -> Asked {
        let mut ids: Vec<CategoryId> = self.town.categories.iter().map(|category| category.id).collect();
        ids.shuffle(&mut self.work.rng);
        Asked::order_categories(self.town.community, &ids)
    }

    /// Whether it is read-only or not, somebody writes there.
    async fn archive(&mut self) -> Option<()> {
        let (attic, archived) = (self.town.attic.id, !self.archived);
        self.work.tell(&self.town.owner.by, Asked::archive(attic, archived)).await?;
        self.archived = archived;
        self.work.say(&self.town.owner.by, attic).await.map(drop)
    }

    async fn with_roles(&mut self) -> Option<()> {
        let name = format!("role {}", self.count);
        if self.roles.len() < ROLES {
            let asked = Asked::make_role(self.town.community, &name);
            let (_, role) = self.work.ask::<CustomRole>(&self.town.owner.by, asked).await?;
            self.work.made(Register::Role(role.id.0), &name);
            self.roles.push(role.id);
            return Some(());
        }
        let n = self.work.rng.random_range(0..self.roles.len());
        let asked = if self.work.rng.random_range(0..2) == 0 {
            Asked::rename_role(self.roles[n], &name)
        } else {
            // It is not touched any more, whatever comes of this.
            Asked::delete_role(self.roles.swap_remove(n))
        };
        self.work.tell(&self.town.owner.by, asked).await
    }
}
