//! Cursor pages: what every list answers and takes.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::forms::PageSize;
use crate::{limits, shape};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The page's items.
    pub items: Vec<T>,
    /// Whether the list goes on in the direction of the query.
    pub has_more: bool,
}

/// The cursor of a list query; the cursor is an item's id.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = "one_direction"))]
pub struct PageQuery {
    /// The page just before the item of this id; not together with `after`.
    pub before: Option<Uuid>,
    /// The page just after the item of this id; not together with `before`.
    pub after: Option<Uuid>,
    /// Items at most, 1 to 200; 50 where it is missing.
    #[param(inline, value_type = Option<PageSize>)]
    #[validate(custom(function = "limit_in_range"))]
    pub limit: Option<i64>,
}

impl PageQuery {
    /// The number of items asked for; call after validation.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.limit.unwrap_or(i64::from(limits::PAGE_DEFAULT)).clamp(1, i64::from(limits::PAGE_MAX))
    }
}

fn limit_in_range(limit: i64) -> Result<(), ValidationError> {
    if (1..=i64::from(limits::PAGE_MAX)).contains(&limit) {
        return Ok(());
    }
    Err(ValidationError::new("out_of_range").with_message("must be between 1 and 200".into()))
}

fn one_direction(query: &PageQuery) -> Result<(), ValidationError> {
    if query.before.is_some() && query.after.is_some() {
        let message = "can't be given together with another cursor";
        return Err(shape::of_fields(&["before", "after"], "exclusive", message));
    }
    Ok(())
}
