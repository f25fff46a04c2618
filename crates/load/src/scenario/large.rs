//! A large community, filled by SQL as the server would have written it.

use std::time::{SystemTime, UNIX_EPOCH};

use ajet_protocol::{CommunityId, Permission, Permissions, UserId, names};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::lab::Lab;

/// Messages of every channel that count as read.
pub const READ: i64 = 20;
/// Channels that each of the other members is in, besides that of arrivals.
const JOINED_BY_OTHERS: usize = 10;
const CATEGORIES: usize = 20;
/// One channel in so many takes a permission from those who hold a role.
const OVERWRITTEN: i64 = 10;
/// Custom roles that the reader holds; each of the others holds one.
const HELD: usize = 3;
const TOPIC: &str = "What this channel is for, in a sentence of a usual length.";

/// What the community is to have, besides what it was founded with.
pub struct Wanted {
    /// Members who never sign in.
    pub members: usize,
    pub roles: usize,
    /// Public channels, each with so many messages of the founder that the reader has not read; `None` where the reader has not joined.
    pub channels: Vec<Option<i64>>,
}

/// Those who are there already, and where.
#[derive(Clone, Copy)]
pub struct Founded {
    pub community: CommunityId,
    /// Where all people arrive.
    pub arrivals: Uuid,
    pub founder: UserId,
    pub reader: UserId,
}

/// Adds all of it. The server must not run: it remembers rights by a version that does not rise here.
///
/// # Errors
/// When the database refuses.
pub async fn fill_community(lab: &Lab, founded: Founded, wanted: &Wanted) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let roles = add_roles(&mut db, founded, wanted.roles).await?;
    let channels = add_channels(&mut db, founded, &wanted.channels).await?;
    add_members(&mut db, founded, (wanted.members, roles.as_slice()), &channels).await?;
    add_overwrites(&mut db, &channels, &roles).await?;
    add_messages(&mut db, founded.founder, &channels, &wanted.channels).await?;
    let joined = channels.iter().zip(&wanted.channels).filter(|(_, unread)| unread.is_some());
    let joined: Vec<Uuid> = joined.map(|(id, _)| *id).collect();
    let held: Vec<Uuid> = roles.iter().take(HELD).copied().collect();
    place_reader(&mut db, founded, (joined.as_slice(), held.as_slice())).await?;
    sqlx::query("analyze").execute(&mut db).await?;
    Ok(())
}

/// So many ids of now, each later than the one before; the rest of each is random, as in the server's own.
pub fn ids(count: usize) -> Vec<Uuid> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let id = |n: usize| {
        let ms = (since.as_millis() + n as u128) & 0xffff_ffff_ffff;
        let random = rand::random::<u128>() & 0x0fff_3fff_ffff_ffff_ffff;
        Uuid::from_u128((ms << 80) | 0x7000_8000_0000_0000_0000 | random)
    };
    (0..count).map(id).collect()
}

/// Names of a kind, and the keys under which they are unique.
pub fn named(kind: &str, count: usize) -> (Vec<String>, Vec<String>) {
    let all = (1..=count).map(|n| format!("{kind}-{n}"));
    all.map(|name| (name.clone(), names::key(&name))).unzip()
}

async fn add_roles(db: &mut PgConnection, founded: Founded, count: usize) -> anyhow::Result<Vec<Uuid>> {
    let (ids, (names, keys)) = (ids(count), named("role", count));
    let granted = Permissions::of(&[Permission::PinMessages, Permission::ManageMessages]);
    sqlx::query(
        "insert into roles (id, community_id, name, name_key, permissions, position, created_at)
         select made.id, $1, made.name, made.key, $5, made.n::int, now()
         from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality as made(id, name, key, n)",
    )
    .bind(founded.community.0)
    .bind(&ids)
    .bind(names)
    .bind(keys)
    .bind(i64::from(granted.bits()))
    .execute(&mut *db)
    .await?;
    Ok(ids)
}

/// The channels with their streams, spread over categories.
async fn add_channels(
    db: &mut PgConnection,
    founded: Founded,
    channels: &[Option<i64>],
) -> anyhow::Result<Vec<Uuid>> {
    let (categories, (names, _)) = (ids(CATEGORIES), named("category", CATEGORIES));
    sqlx::query(
        "insert into channel_categories (id, community_id, name, position)
         select made.id, $1, made.name, made.n::int from unnest($2::uuid[], $3::text[]) with ordinality as made(id, name, n)",
    )
    .bind(founded.community.0)
    .bind(&categories)
    .bind(names)
    .execute(&mut *db)
    .await?;
    let (ids, (names, keys)) = (ids(channels.len()), named("channel", channels.len()));
    sqlx::query(
        "insert into channels (id, community_id, name, name_key, type, visibility, topic, category_id, position, created_by, created_at)
         select made.id, $1, made.name, made.key, 'text', 'public', $5, ($6::uuid[])[(1 + made.n % cardinality($6::uuid[]))::int],
                made.n::int, $7, now()
         from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality as made(id, name, key, n)",
    )
    .bind(founded.community.0)
    .bind(&ids)
    .bind(names)
    .bind(keys)
    .bind(TOPIC)
    .bind(&categories)
    .bind(founded.founder.0)
    .execute(&mut *db)
    .await?;
    let messages: Vec<i64> = channels.iter().map(|unread| READ + unread.unwrap_or_default()).collect();
    sqlx::query("insert into streams (id, head) select * from unnest($1::uuid[], $2::bigint[])")
        .bind(&ids)
        .bind(messages)
        .execute(&mut *db)
        .await?;
    Ok(ids)
}

/// Members, each of whom holds a role and is in some channels.
async fn add_members(
    db: &mut PgConnection,
    founded: Founded,
    (count, roles): (usize, &[Uuid]),
    channels: &[Uuid],
) -> anyhow::Result<()> {
    let people = ids(count);
    sqlx::query(
        "insert into users (id, username, display_name, created_at)
         select made.id, 'member-' || made.n, 'Member ' || made.n, now() from unnest($1::uuid[]) with ordinality as made(id, n)",
    )
    .bind(&people)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into community_members (community_id, user_id, role, joined_at)
         select $1, made.id, 'member', now() from unnest($2::uuid[]) as made(id)",
    )
    .bind(founded.community.0)
    .bind(&people)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into member_roles (community_id, user_id, role_id)
         select $1, made.id, ($3::uuid[])[(1 + made.n % cardinality($3::uuid[]))::int]
         from unnest($2::uuid[]) with ordinality as made(id, n)",
    )
    .bind(founded.community.0)
    .bind(&people)
    .bind(roles)
    .execute(&mut *db)
    .await?;
    // Those of one person are spread over all, so every channel has as many members.
    sqlx::query(
        "insert into channel_members (channel_id, user_id, joined_at)
         select $2, made.id, now() from unnest($1::uuid[]) as made(id)
         union all
         select ($3::uuid[])[(1 + (made.n + k * (cardinality($3::uuid[]) / $4::bigint)) % cardinality($3::uuid[]))::int], made.id, now()
         from unnest($1::uuid[]) with ordinality as made(id, n), generate_series(0, $4::bigint - 1) as k",
    )
    .bind(&people)
    .bind(founded.arrivals)
    .bind(channels)
    .bind(i64::try_from(JOINED_BY_OTHERS)?)
    .execute(&mut *db)
    .await?;
    Ok(())
}

async fn add_overwrites(db: &mut PgConnection, channels: &[Uuid], roles: &[Uuid]) -> anyhow::Result<()> {
    sqlx::query(
        "insert into channel_overwrites (channel_id, target_id, target_type, allow, deny)
         select made.id, ($2::uuid[])[(1 + made.n / $3::bigint % cardinality($2::uuid[]))::int], 'role', 0, $4
         from unnest($1::uuid[]) with ordinality as made(id, n) where made.n % $3::bigint = 0",
    )
    .bind(channels)
    .bind(roles)
    .bind(OVERWRITTEN)
    .bind(i64::from(Permissions::of(&[Permission::MentionHere]).bits()))
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Messages of one author, which mention no one: those that are read, and those that are not.
async fn add_messages(
    db: &mut PgConnection,
    author: UserId,
    channels: &[Uuid],
    unread: &[Option<i64>],
) -> anyhow::Result<()> {
    let counts: Vec<i64> = unread.iter().map(|unread| READ + unread.unwrap_or_default()).collect();
    // Ids of a day ago, those of a channel 20 s after those of the one before: what the server mints comes after them.
    sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select (lpad(to_hex(t.ms), 12, '0') || '7' || substr(h.hex, 1, 3) || '8' || substr(h.hex, 4, 15))::uuid, made.id, $3,
                repeat('x', 120), '<p>' || repeat('x', 120) || '</p>', s.n, 'filled-' || made.place || '-' || s.n, 0,
                to_timestamp(t.ms / 1000.0)
         from unnest($1::uuid[], $2::bigint[]) with ordinality as made(id, messages, place)
         cross join lateral generate_series(1::bigint, made.messages) as s(n)
         cross join lateral (
           select (extract(epoch from now()) * 1000)::bigint - 100000000 + made.place * 20000 + s.n as ms
         ) t
         cross join lateral (select md5(made.id::text || s.n::text) as hex) h",
    )
    .bind(channels)
    .bind(counts)
    .bind(author.0)
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// The reader joined these channels at their first message, has read on since, and holds these roles.
async fn place_reader(
    db: &mut PgConnection,
    founded: Founded,
    (joined, held): (&[Uuid], &[Uuid]),
) -> anyhow::Result<()> {
    sqlx::query(
        "insert into channel_members (channel_id, user_id, joined_at, last_read_id)
         select m.channel_id, $1, now(), m.id from messages m where m.channel_id = any($2::uuid[]) and m.seq = 1",
    )
    .bind(founded.reader.0)
    .bind(joined)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into read_markers (user_id, channel_id, message_id)
         select $1, m.channel_id, m.id from messages m where m.channel_id = any($2::uuid[]) and m.seq = $3",
    )
    .bind(founded.reader.0)
    .bind(joined)
    .bind(READ)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into member_roles (community_id, user_id, role_id) select $1, $2, unnest($3::uuid[])",
    )
    .bind(founded.community.0)
    .bind(founded.reader.0)
    .bind(held)
    .execute(&mut *db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_rise_and_have_the_servers_form() {
        let ids = ids(1000);
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.as_bytes()[8] >> 6 == 0b10));
    }
}
