//! What happens some time after it was asked for, by the jobs of the nodes: messages for later and reminders. And hours in which one is told silently.

use ajet_chatd::clock;
use ajet_protocol::{
    PageQuery, QuietHours, SaveMessage, ScheduleMessage, Timestamp, UpdateMe, UpdateScheduled,
};

use super::acts::{Doing, Done};
use super::steps::Act;

impl Doing<'_> {
    /// Mostly soon, so that it comes while others do something.
    fn later(&self) -> Timestamp {
        clock::now().plus_seconds([1, 1, 2, 3600][self.pick as usize % 4])
    }

    pub async fn say_later(&self, act: Act) -> Done {
        let room = self.channel(|one| one.joined)?;
        if act == Act::Schedule {
            let request = ScheduleMessage {
                body_md: format!("said later {}", self.pick).into(),
                parent_id: None,
                send_at: self.later(),
                client_mutation_id: Some(self.key("later")),
            };
            self.client.schedule(room, &request).await?;
            return Ok(());
        }
        let waiting = self.client.scheduled(room, &PageQuery::default()).await?.items;
        let one = self.one(waiting.into_iter().map(|one| one.id).collect())?;
        if act == Act::DropScheduled {
            return Ok(self.client.cancel_scheduled(one).await?);
        }
        let update = UpdateScheduled { send_at: Some(self.later()), ..UpdateScheduled::default() };
        self.client.update_scheduled(one, &update).await?;
        Ok(())
    }

    pub async fn be_told_later(&self, act: Act) -> Done {
        if act == Act::RemindOfSaved {
            let one = self.posted(|_| true)?;
            let saved = SaveMessage { note: None, remind_at: Some(self.later()) };
            self.client.save(one.id, &saved).await?;
            return Ok(());
        }
        let hours =
            QuietHours { from: "00:00".into(), to: "23:59".into(), time_zone: "Europe/Berlin".into() };
        let quiet_hours = Some(Some(hours).filter(|_| self.pick.is_multiple_of(2)));
        self.client.update_me(&UpdateMe { quiet_hours, ..UpdateMe::default() }).await?;
        Ok(())
    }
}
