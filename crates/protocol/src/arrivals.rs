//! Who comes to belong to a topic by an event: their sessions don't listen to it yet, so they are told by other ways than its subject.

use crate::{Envelope, Event, EventType, UserId};

impl Envelope {
    /// The people who belong to the event's topic from it on: who joins a community, and all people of a new direct message.
    #[must_use]
    pub fn arrivals(&self) -> Vec<UserId> {
        let may_bring = match EventType::named(&self.kind) {
            Some(EventType::MemberJoined) => self.channel_id.is_none(),
            Some(EventType::ChannelCreated) => self.community_id.is_none(),
            _ => false,
        };
        // Most events bring no one, and are not read for it.
        match may_bring.then(|| self.event()) {
            Some(Ok(Some(Event::MemberJoined(joined)))) => vec![joined.member.user.id],
            Some(Ok(Some(Event::ChannelCreated(created)))) => {
                created.channel.members.iter().map(|person| person.id).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::events::{ChannelPayload, ENVELOPE_VERSION, MemberGone};
    use crate::{ChannelId, ChannelShown, ChannelType, CommunityId, Timestamp, User, Visibility};

    const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(50));

    fn user(n: u128) -> User {
        User {
            id: UserId(Uuid::from_u128(n)),
            username: "u".into(),
            display_name: "U".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(1),
        }
    }

    fn envelope(event: &Event, community_id: Option<CommunityId>) -> Envelope {
        Envelope {
            v: ENVELOPE_VERSION,
            id: Uuid::from_u128(4).into(),
            kind: event.kind().as_str().into(),
            ts: Timestamp::from_unix_millis(1),
            stream: CHANNEL.into(),
            seq: Some(1),
            community_id,
            channel_id: Some(CHANNEL),
            actor_id: None,
            acl_version: None,
            payload: event.payload(),
        }
    }

    #[test]
    fn all_people_of_a_new_direct_message_come_to_it() {
        let channel = ChannelShown {
            id: CHANNEL,
            community_id: None,
            name: String::new(),
            kind: ChannelType::Dm,
            visibility: Visibility::Private,
            topic: None,
            category_id: None,
            position: 0,
            members: vec![user(1), user(2)],
            last_message_id: None,
            archived: false,
            slow_mode_s: 0,
            created_at: Timestamp::from_unix_millis(1),
        };
        let created = Event::ChannelCreated(ChannelPayload { channel });
        assert_eq!(envelope(&created, None).arrivals(), [user(1).id, user(2).id]);
        let here = Some(CommunityId(Uuid::from_u128(60)));
        assert!(envelope(&created, here).arrivals().is_empty(), "its people are those of its community");
        let left = Event::MemberLeft(MemberGone { user_id: user(1).id });
        assert!(envelope(&left, None).arrivals().is_empty());
    }
}
