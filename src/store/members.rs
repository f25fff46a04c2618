//! A community's people: who belongs to it, and who is banned from it. What they may do follows from `rights.rs`.

use std::collections::HashMap;

use ajet_domain::need::{BanOf, KeptMute, MemberOf, SoleOwner};
use ajet_protocol::{Ban, Member, Page, PageQuery, Timestamp, User, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{MemberRow, UserRow};
use super::{Inconsistent, Store, StoreError};

impl Answers<MemberOf> for Lookup<'_> {
    async fn answer(&self, asked: &[MemberOf]) -> Answered<MemberOf> {
        let users: Vec<Uuid> = asked.iter().map(|MemberOf(user)| user.0).collect();
        let found = sqlx::query_as!(
            MemberRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url as user_avatar_url, u.status_text, u.bot, u.created_at,
                      m.role, m.nickname, m.avatar_url, m.muted_until, m.joined_at,
                      array(select mr.role_id from member_roles mr
                            where mr.community_id = m.community_id and mr.user_id = m.user_id order by mr.role_id) as "roles!"
               from community_members m join users u on u.id = m.user_id
               where m.community_id = $1 and m.user_id = any($2)"#,
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        let members: Result<Vec<Member>, Inconsistent> = found.into_iter().map(TryInto::try_into).collect();
        Ok(complete(asked, members?.into_iter().map(|member| (MemberOf(member.user.id), Some(member)))))
    }
}

impl Answers<SoleOwner> for Lookup<'_> {
    /// An owner whose account is out of use is none to leave a community with.
    async fn answer(&self, asked: &[SoleOwner]) -> Answered<SoleOwner> {
        let users: Vec<Uuid> = asked.iter().map(|SoleOwner(user)| user.0).collect();
        let found = sqlx::query!(
            "select m.user_id from community_members m
             where m.community_id = $1 and m.user_id = any($2) and m.role = 'owner'
               and not exists (select from community_members o join users u on u.id = o.user_id
                               where o.community_id = $1 and o.role = 'owner' and o.user_id <> m.user_id
                                 and u.deactivated_at is null)",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (SoleOwner(UserId(row.user_id)), true))))
    }
}

impl Answers<BanOf> for Lookup<'_> {
    async fn answer(&self, asked: &[BanOf]) -> Answered<BanOf> {
        let users: Vec<Uuid> = asked.iter().map(|BanOf(user)| user.0).collect();
        let found = sqlx::query!(
            "select user_id from bans where community_id = $1 and user_id = any($2)",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (BanOf(UserId(row.user_id)), true))))
    }
}

impl Answers<KeptMute> for Lookup<'_> {
    async fn answer(&self, asked: &[KeptMute]) -> Answered<KeptMute> {
        let users: Vec<Uuid> = asked.iter().map(|KeptMute(user)| user.0).collect();
        let found = sqlx::query!(
            "select user_id, muted_until from kept_mutes where community_id = $1 and user_id = any($2)",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| {
            let until = Timestamp::from(row.muted_until);
            (KeptMute(UserId(row.user_id)), Some(until))
        });
        Ok(complete(asked, found))
    }
}

fenced_row! {
    struct BanRow / FencedBanRow {
        id: Uuid,
        username: String,
        display_name: String,
        avatar_url: Option<String>,
        status_text: Option<String>,
        bot: bool,
        created_at: OffsetDateTime,
        reason: Option<String>,
        actor_id: Option<Uuid>,
        banned_at: OffsetDateTime,
    }
}

impl BanRow {
    fn shown(self, people: &HashMap<UserId, User>) -> Ban {
        let user = UserRow {
            id: self.id,
            username: self.username,
            display_name: self.display_name,
            avatar_url: self.avatar_url,
            status_text: self.status_text,
            bot: self.bot,
            created_at: self.created_at,
        };
        Ban {
            user: user.into(),
            reason: self.reason,
            actor: self.actor_id.and_then(|actor| people.get(&UserId(actor)).cloned()),
            created_at: self.banned_at.into(),
        }
    }
}

impl Store {
    /// The bans of a community, by the banned person's id.
    pub async fn bans_of(&self, fence: Fence, query: &PageQuery) -> Result<Fenced<Page<Ban>>, StoreError> {
        let rows = fenced!(
            FencedBanRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?", u.avatar_url,
                      u.status_text, u.bot as "bot?", u.created_at as "created_at?", b.reason, b.actor_id, b.created_at as "banned_at?"
               from fence f
               left join (
                 select * from bans
                 where community_id = $1 and ($5::uuid is null or user_id > $5) and ($6::uuid is null or user_id < $6)
                 order by case when $6::uuid is null then user_id end, user_id desc limit $7::int8 + 1
               ) b on f.holds
               left join users u on u.id = b.user_id
               order by case when $6::uuid is null then u.id end, u.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let Fenced::Holds(rows) = Fenced::all(rows) else { return Ok(Fenced::Stale) };
        let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).map(UserId).collect();
        let people = self.people(&actors).await?;
        let items = rows.into_iter().map(|row| row.shown(&people)).collect();
        Ok(Fenced::Holds(page_of(items, query)))
    }
}
