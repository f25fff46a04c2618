//! What people choose in polls, and how many have chosen what. A message that is deleted loses both in the same commit.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row of a vote has all that the person chooses, and how many people have chosen each option after it. Of the rows of a poll in one append
/// that of the highest number says how many have; the later of two votes of one person replaces the earlier, and so the last one of all stays.
///
/// A row `remove_all` is about all votes in a poll. It has no person, so its key is that of no other row: rows of single votes that came before
/// it in the same append stay beside it, and do nothing. None comes after it, since a deleted message takes no votes.
pub const TABLE: Table = Table {
    name: "poll_votes",
    columns: "op text, message_id uuid, user_id uuid, options int2[], votes int8[], seq int8, voted_at timestamptz",
    spent: None,
    writes: "set_votes as (
  insert into poll_votes (message_id, user_id, options, voted_at)
  select r.message_id, r.user_id, r.options, r.voted_at from poll_votes_rows r join admitted a on a.id = r.stream
  where r.op = 'set' and not exists (
    select from poll_votes_rows w where w.op = 'remove_all' and w.stream = r.stream and w.message_id = r.message_id)
  on conflict (message_id, user_id) do update set options = excluded.options, voted_at = excluded.voted_at
), withdrawn_votes as (
  delete from poll_votes v using poll_votes_rows r join admitted a on a.id = r.stream
  where r.op = 'withdraw' and v.message_id = r.message_id and v.user_id = r.user_id and not exists (
    select from poll_votes_rows w where w.op = 'remove_all' and w.stream = r.stream and w.message_id = r.message_id)
), removed_votes as (
  delete from poll_votes v using poll_votes_rows r join admitted a on a.id = r.stream
  where r.op = 'remove_all' and v.message_id = r.message_id
), counted_votes as (
  insert into poll_tallies (message_id, votes)
  select distinct on (r.message_id) r.message_id, r.votes
  from poll_votes_rows r join admitted a on a.id = r.stream
  where r.op <> 'remove_all' and not exists (
    select from poll_votes_rows w where w.op = 'remove_all' and w.stream = r.stream and w.message_id = r.message_id)
  order by r.message_id, r.seq desc
  on conflict (message_id) do update set votes = excluded.votes
), removed_tallies as (
  delete from poll_tallies t using poll_votes_rows r join admitted a on a.id = r.stream
  where r.op = 'remove_all' and t.message_id = r.message_id
)",
    key: &["message_id", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::SetVotes { message_id, user_id, options, votes, seq, at } => {
            let op = if options.is_empty() { "withdraw" } else { "set" };
            Some(json!({
                "op": op, "message_id": message_id, "user_id": user_id, "options": options, "votes": votes, "seq": seq,
                "voted_at": at
            }))
        }
        Change::DeleteMessage { id, at: _ } => Some(json!({"op": "remove_all", "message_id": id})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{MessageId, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    fn voted(options: &[i16]) -> Value {
        let (message_id, user_id, at) = (MessageId(Uuid::nil()), UserId(Uuid::nil()), Timestamp::FAR);
        let (options, votes) = (options.to_vec(), vec![0, 1]);
        row(&Change::SetVotes { message_id, user_id, options, votes, seq: 7, at }).expect("a row")
    }

    fn key(row: &Value) -> Vec<Value> {
        TABLE.key.iter().map(|field| row[*field].clone()).collect()
    }

    #[test]
    fn to_choose_nothing_withdraws() {
        let (set, withdrawn) = (voted(&[1]), voted(&[]));
        assert_eq!((&set["op"], &withdrawn["op"]), (&json!("set"), &json!("withdraw")));
        assert_eq!(key(&set), key(&withdrawn), "the later one counts");
    }

    /// Else of a vote and a deletion in one append only the later one would stand.
    #[test]
    fn all_votes_in_a_poll_are_another_row_than_each_of_them() {
        let deleted = Change::DeleteMessage { id: MessageId(Uuid::nil()), at: Timestamp::FAR };
        let (deleted, set) = (key(&row(&deleted).expect("a row")), key(&voted(&[1])));
        assert_ne!(deleted, set);
        assert_eq!(deleted[0], set[0], "of the same message");
    }
}
