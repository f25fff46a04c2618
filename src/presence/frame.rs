//! What nodes tell each other, as bytes: a version, a kind, a number, and ids of 16 bytes each.
//!
//! The numbers of a node's frames rise, so that one which is repeated or overtaken is told. What can't be read is from a version that
//! this one does not know, and is left out.

use ajet_protocol::{ChannelId, UserId};
use uuid::Uuid;

/// The version that this release speaks.
const VERSION: u8 = 1;
/// Ids in one frame: 256 KiB, a quarter of what NATS takes.
pub const IDS: usize = 16_000;

/// What a node tells the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// It has begun to listen: the others tell it who is with them.
    Hello,
    /// A part of everybody who is online at it; `of` parts make the whole.
    All { part: u16, of: u16, people: Vec<UserId> },
    /// These came to be online at it.
    Came(Vec<UserId>),
    /// These are not online at it any more.
    Went(Vec<UserId>),
    /// Whether these people want to be seen has changed.
    LookAgain(Vec<UserId>),
    /// It follows from now on until when a person types in a channel; who followed that before does so no more.
    Types { person: UserId, channel: ChannelId },
    /// A person types no more in a channel, which it has told: who followed that does so no more.
    TypesNoMore { person: UserId, channel: ChannelId },
}

impl Frame {
    /// Everybody, in as many frames as it takes; one where that is no one.
    #[must_use]
    pub fn all(people: &[UserId]) -> Vec<Self> {
        if people.is_empty() {
            return vec![Self::All { part: 0, of: 1, people: Vec::new() }];
        }
        let of = u16::try_from(people.len().div_ceil(IDS)).unwrap_or(u16::MAX);
        let parts = (0..of).zip(people.chunks(IDS));
        parts.map(|(part, people)| Self::All { part, of, people: people.to_vec() }).collect()
    }

    /// Its bytes, under a number.
    #[must_use]
    pub fn encode(&self, number: u64) -> Vec<u8> {
        let (kind, ids): (u8, Vec<Uuid>) = match self {
            Self::Hello => (0, Vec::new()),
            Self::All { people, .. } => (1, uuids(people)),
            Self::Came(people) => (2, uuids(people)),
            Self::Went(people) => (3, uuids(people)),
            Self::LookAgain(people) => (4, uuids(people)),
            Self::Types { person, channel } => (5, vec![person.0, channel.0]),
            Self::TypesNoMore { person, channel } => (6, vec![person.0, channel.0]),
        };
        let mut bytes = Vec::with_capacity(14 + ids.len() * 16);
        bytes.extend_from_slice(&[VERSION, kind]);
        bytes.extend_from_slice(&number.to_be_bytes());
        if let Self::All { part, of, .. } = self {
            bytes.extend_from_slice(&part.to_be_bytes());
            bytes.extend_from_slice(&of.to_be_bytes());
        }
        ids.iter().for_each(|id| bytes.extend_from_slice(id.as_bytes()));
        bytes
    }

    /// The number and the frame; `None` where it is none that this version knows.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<(u64, Self)> {
        let (head, rest) = bytes.split_first_chunk::<10>()?;
        let [VERSION, kind, number @ ..] = head else { return None };
        let number = u64::from_be_bytes(*number);
        let frame = match kind {
            0 => Self::Hello,
            1 => {
                let ([a, b, c, d], ids) = rest.split_first_chunk::<4>()?;
                let (part, of) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
                Self::All { part, of, people: people(ids)? }
            }
            2 => Self::Came(people(rest)?),
            3 => Self::Went(people(rest)?),
            4 => Self::LookAgain(people(rest)?),
            5 => person_in_channel(rest).map(|(person, channel)| Self::Types { person, channel })?,
            6 => person_in_channel(rest).map(|(person, channel)| Self::TypesNoMore { person, channel })?,
            _ => return None,
        };
        Some((number, frame))
    }
}

fn uuids(people: &[UserId]) -> Vec<Uuid> {
    people.iter().map(|person| person.0).collect()
}

fn person_in_channel(bytes: &[u8]) -> Option<(UserId, ChannelId)> {
    match people(bytes)?.as_slice() {
        [person, channel] => Some((*person, ChannelId(channel.0))),
        _ => None,
    }
}

fn people(bytes: &[u8]) -> Option<Vec<UserId>> {
    let (ids, rest) = bytes.as_chunks::<16>();
    rest.is_empty().then(|| ids.iter().map(|id| UserId(Uuid::from_bytes(*id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persons(count: u128) -> Vec<UserId> {
        (1..=count).map(|n| UserId(Uuid::from_u128(n))).collect()
    }

    #[test]
    fn what_is_told_reads_back() {
        let (person, channel) = (persons(1)[0], ChannelId(Uuid::from_u128(9)));
        for frame in [
            Frame::Hello,
            Frame::All { part: 1, of: 3, people: persons(2) },
            Frame::Came(persons(3)),
            Frame::Went(Vec::new()),
            Frame::LookAgain(persons(1)),
            Frame::Types { person, channel },
            Frame::TypesNoMore { person, channel },
        ] {
            assert_eq!(Frame::decode(&frame.encode(7)), Some((7, frame)));
        }
    }

    #[test]
    fn what_is_no_frame_is_none() {
        let whole = Frame::Came(persons(1)).encode(1);
        for cut in 0..whole.len() {
            // Without any id it is a frame as well.
            assert_eq!(Frame::decode(&whole[..cut]).is_some(), cut == 10, "{cut}");
        }
        let of_later = [2, 2].iter().chain(&whole[2..]).copied().collect::<Vec<u8>>();
        assert_eq!(Frame::decode(&of_later), None, "another version");
        let unknown = [1, 99].iter().chain(&whole[2..]).copied().collect::<Vec<u8>>();
        assert_eq!(Frame::decode(&unknown), None, "another kind");
    }

    #[test]
    fn many_are_told_in_parts() {
        assert_eq!(Frame::all(&[]), [Frame::All { part: 0, of: 1, people: vec![] }]);
        let all = Frame::all(&persons(IDS as u128 + 1));
        let sizes = all.iter().map(|frame| match frame {
            Frame::All { part, of, people } => (*part, *of, people.len()),
            other => panic!("{other:?}"),
        });
        assert_eq!(sizes.collect::<Vec<_>>(), [(0, 2, IDS), (1, 2, 1)]);
        assert!(all.iter().all(|frame| frame.encode(1).len() < 512 << 10));
    }
}
