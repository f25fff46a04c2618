//! Where a page of what fits best left off: the last one's score and id, and the newest message that fitted when the first page was made.
//! Newer ones are left out of later pages, or they would move what comes after them.

use ajet_protocol::MessageId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::usecases::Failure;

/// It tells nothing that the page did not show, and a forged one finds nothing that another query would not: it is not sealed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Next {
    pub score: f32,
    pub id: MessageId,
    pub newest: MessageId,
}

impl Next {
    /// As it is given out.
    pub fn told(self) -> String {
        let Self { score, id, newest } = self;
        let bytes = [&score.to_be_bytes()[..], id.0.as_bytes(), newest.0.as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What was given out.
    ///
    /// # Errors
    /// 422
    pub fn read(text: &str) -> Result<Self, Failure> {
        Self::parsed(text).ok_or_else(|| Failure::field("next", "bad_format", "is none that was given out"))
    }

    fn parsed(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (score, ids) = bytes.split_first_chunk::<4>()?;
        let (id, newest) = ids.split_first_chunk::<16>()?;
        let newest: [u8; 16] = newest.try_into().ok()?;
        let score = f32::from_be_bytes(*score);
        let id = MessageId(Uuid::from_bytes(*id));
        score.is_finite().then_some(Self { score, id, newest: MessageId(Uuid::from_bytes(newest)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_out_is_read_again_and_nothing_else() {
        let id = |n| MessageId(Uuid::from_u128(n));
        let next = Next { score: 0.25, id: id(7), newest: id(8) };
        assert_eq!(Next::parsed(&next.told()), Some(next));
        let not_a_number = Next { score: f32::NAN, ..next }.told();
        for bad in ["", "abc", "!", &not_a_number, &format!("{}AAAA", next.told())] {
            assert_eq!(Next::parsed(bad), None, "{bad}");
        }
    }
}
