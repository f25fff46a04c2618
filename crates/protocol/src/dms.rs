//! Direct messages: channels of a few people, in no community.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::KeyText;
use crate::{UserId, limits, shape};

/// Whom the caller talks with: `POST /api/dms`. The same people always share the same channel.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDm {
    /// The other people, 1 to 9. The caller's own id and ids that are there twice do not count.
    #[validate(custom(function = "some_people"))]
    #[schema(min_items = 1, max_items = 10)]
    pub user_ids: Vec<UserId>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// Whether there are any people, and with the caller, whose id may be among them, no more than there may be. Who else is there is not
/// known here.
fn some_people(ids: &[UserId]) -> Result<(), ValidationError> {
    let different: BTreeSet<&UserId> = ids.iter().collect();
    if (1..=limits::DM_PEOPLE).contains(&different.len()) {
        return Ok(());
    }
    Err(ValidationError::new("bad_length").with_message("needs 1 to 9 people".into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn of(ids: impl Iterator<Item = u128>) -> OpenDm {
        let user_ids = ids.map(|id| UserId(Uuid::from_u128(id))).collect();
        OpenDm { user_ids, client_mutation_id: None }
    }

    #[test]
    fn a_direct_message_is_asked_for_with_one_to_ten_different_ids() {
        for (ids, fits) in [(0, false), (1, true), (9, true), (10, true), (11, false)] {
            assert_eq!(of(1..=ids).validate().is_ok(), fits, "{ids}");
        }
        assert!(of((1..=9).chain(1..=9)).validate().is_ok(), "each counts once");
    }
}
