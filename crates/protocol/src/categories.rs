//! Categories: groups of channels in the side bar.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{KeyText, NameText, PositionNumber};
use crate::{CategoryId, CommunityId, Trimmed, limits, shape};

/// A group of channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Category {
    /// The category's id.
    pub id: CategoryId,
    /// The community that it belongs to.
    pub community_id: CommunityId,
    /// Its name; several may have the same one.
    pub name: String,
    /// Its place among the categories, the smallest first.
    pub position: i32,
}

/// A category to be created: `POST /api/communities/{id}/categories`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCategory {
    /// The name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// Its place among the categories, the smallest first; null or absent puts it behind all others.
    #[validate(custom(function = "shape::position"))]
    #[schema(value_type = Option<PositionNumber>)]
    pub position: Option<i64>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What is to be changed of a category: `PATCH /api/categories/{id}`. What is absent or null stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCategory {
    /// The new name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// Its place among the categories, the smallest first.
    #[validate(custom(function = "shape::position"))]
    #[schema(value_type = Option<PositionNumber>)]
    pub position: Option<i64>,
}

/// The order of all categories: `PUT /api/communities/{id}/categories/order`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCategories {
    /// All of the community's categories, each once, in their order.
    #[validate(custom(function = "each_once"))]
    #[schema(max_items = 200)]
    pub ids: Vec<CategoryId>,
}

fn each_once(ids: &[CategoryId]) -> Result<(), ValidationError> {
    if ids.len() > limits::CATEGORIES {
        return Err(ValidationError::new("too_many").with_message("names more than 200 categories".into()));
    }
    let mut named = HashSet::new();
    match ids.iter().find(|id| !named.insert(**id)) {
        None => Ok(()),
        Some(twice) => {
            let message = format!("names {twice} more than once");
            Err(ValidationError::new("duplicate").with_message(message.into()))
        }
    }
}

/// `{"category": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryPayload {
    /// The category as it is after the event.
    pub category: Category,
}

/// `{"category_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryGone {
    /// Which category it was.
    pub category_id: CategoryId,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{ChannelPlace, OrderChannels, UpdateChannel};

    fn id(n: usize) -> Uuid {
        Uuid::from_u128(n as u128)
    }

    fn codes<T: Validate>(value: &T) -> Vec<String> {
        let report = value.validate().err().unwrap_or_default();
        shape::field_errors(&report).into_iter().map(|one| format!("{}:{}", one.field, one.code)).collect()
    }

    #[test]
    fn an_order_names_each_category_once() {
        let order = |ids: Vec<usize>| {
            codes(&OrderCategories { ids: ids.into_iter().map(id).map(CategoryId).collect() })
        };
        assert_eq!(order((0..limits::CATEGORIES).collect()), Vec::<String>::new());
        assert_eq!(order((0..=limits::CATEGORIES).collect()), ["ids:too_many"]);
        assert_eq!(order(vec![1, 2, 1]), ["ids:duplicate"]);
    }

    #[test]
    fn an_order_names_each_channel_once_and_positions_are_not_negative() {
        let order = |ids: Vec<usize>, position: i64| {
            let place = |n: usize| ChannelPlace { id: id(n).into(), category_id: None, position };
            codes(&OrderChannels { channels: ids.into_iter().map(place).collect() })
        };
        assert_eq!(order((0..limits::ORDERED_CHANNELS).collect(), 0), Vec::<String>::new());
        assert_eq!(order((0..=limits::ORDERED_CHANNELS).collect(), 0), ["channels:too_many"]);
        assert_eq!(order(vec![1, 1], i64::from(i32::MAX)), ["channels:duplicate"]);
        for position in [-1, i64::from(i32::MAX) + 1] {
            assert_eq!(
                order(vec![1, 2], position),
                ["channels[0].position:out_of_range", "channels[1].position:out_of_range"]
            );
        }
    }

    /// Null is a value there: it takes a channel out of its category.
    #[test]
    fn no_category_and_nothing_said_of_one_differ() {
        let read = |body| serde_json::from_value::<UpdateChannel>(body).expect("decodes").category_id;
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({ "category_id": null })), Some(None));
        assert_eq!(read(json!({ "category_id": id(7) })), Some(Some(CategoryId(id(7)))));
        let written =
            |category_id| serde_json::to_value(UpdateChannel { category_id, ..UpdateChannel::default() });
        assert!(written(None).expect("encodes").get("category_id").is_none());
        assert_eq!(written(Some(None)).expect("encodes")["category_id"], json!(null));
    }
}
