//! Members, found by who they are and by what they are called.
//!
//! A search looks at the members of one community in the order of their ids, until the page is full: no index helps, and none is needed
//! for as many as a community has. It has connections of its own, so that it holds up nothing else.

use ajet_protocol::{Member, Page, PageQuery, UserId};

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced};
use super::rows::FencedMemberRow;
use super::{Store, StoreError};

impl Store {
    /// A member of a community.
    pub async fn member_for(
        &self,
        fence: Fence,
        person: UserId,
    ) -> Result<Fenced<Option<Member>>, StoreError> {
        let row = fenced!(
            FencedMemberRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?",
                      u.avatar_url as user_avatar_url, u.status_text, u.bot as "bot?", u.created_at as "created_at?",
                      m.role as "role?", m.nickname, m.avatar_url, m.muted_until, m.joined_at as "joined_at?",
                      array(select h.role_id from member_roles h
                            where h.community_id = m.community_id and h.user_id = m.user_id order by h.role_id) as "roles?"
               from fence f
               left join community_members m on f.holds and m.community_id = $1 and m.user_id = $5
               left join users u on u.id = m.user_id"#,
            person.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).try_map(|row| row.map(Member::try_from).transpose())?)
    }

    /// The members of a community whose user name, display name or nickname holds a text, in capitals or not; by the person's id.
    pub async fn members_like(
        &self,
        fence: Fence,
        text: &str,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Member>>, StoreError> {
        let rows = fenced!(
            FencedMemberRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?",
                      u.avatar_url as user_avatar_url, u.status_text, u.bot as "bot?", u.created_at as "created_at?",
                      m.role as "role?", m.nickname, m.avatar_url, m.muted_until, m.joined_at as "joined_at?",
                      array(select h.role_id from member_roles h
                            where h.community_id = m.community_id and h.user_id = m.user_id order by h.role_id) as "roles?"
               from fence f
               left join (
                 (select c.* from community_members c join users p on p.id = c.user_id
                  where $6::uuid is null and c.community_id = $1 and c.user_id > coalesce($5, '00000000-0000-0000-0000-000000000000'::uuid)
                    and (p.username ilike $8 or p.display_name ilike $8 or c.nickname ilike $8)
                  order by c.user_id limit $7::int8 + 1)
                 union all
                 (select c.* from community_members c join users p on p.id = c.user_id
                  where $6::uuid is not null and c.community_id = $1 and c.user_id < $6 and ($5::uuid is null or c.user_id > $5)
                    and (p.username ilike $8 or p.display_name ilike $8 or c.nickname ilike $8)
                  order by c.user_id desc limit $7::int8 + 1)
               ) m on f.holds
               left join users u on u.id = m.user_id
               order by case when $6::uuid is null then u.id end, u.id desc"#,
            query.after,
            query.before,
            query.size(),
            pattern(text)
        )
        .fetch_all(self.searches())
        .await?;
        let items = Fenced::all(rows)
            .try_map(|rows| rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>, _>>())?;
        Ok(items.map(|items| page_of(items, query)))
    }
}

/// A pattern for all that holds this text: characters that mean something in patterns mean themselves.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn what_people_type_is_no_pattern() {
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(pattern("ann"), "%ann%");
    }
}
