//! The order of channels and categories, one step at a time: what a drag does, without a script and by keyboard.

use std::str::FromStr;

use ajet_domain::community::Placed;
use ajet_protocol::{CategoryId, ChannelId};
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, categories_of, channels_of};
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::page::PageError;
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::{categories, channel_state, channels};

/// Which way something moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl FromStr for Way {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "up" => Ok(Self::Up),
            "down" => Ok(Self::Down),
            _ => Err(()),
        }
    }
}

/// The order after one of them has moved; `None` where there is no place to move to.
fn moved<T: PartialEq>(mut all: Vec<T>, one: &T, way: Way) -> Option<Vec<T>> {
    let at = all.iter().position(|other| other == one)?;
    let to = match way {
        Way::Up => at.checked_sub(1)?,
        Way::Down => Some(at + 1).filter(|to| *to < all.len())?,
    };
    all.swap(at, to);
    Some(all)
}

/// Moves a channel within its category.
pub async fn channel(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let (context, reader) = (&app.context, here.caller.id());
    let way = form.needed("way")?;
    let category = channels::get(context, reader, id).await?.category_id;
    let mut all = channels_of(context, reader, here.community.id).await?;
    all.retain(|one| one.category_id == category);
    all.sort_by_key(|one| (one.position, one.id));
    if let Some(order) = moved(all.into_iter().map(|one| one.id).collect(), &id, way) {
        let place = |(position, channel_id)| Placed { channel_id, category_id: None, position };
        let places = (0..).zip(order).map(place).collect();
        channel_state::order(context, here.by(), here.community.id, places).await?;
    }
    Ok(here.saved("channels"))
}

/// Moves a category.
pub async fn category(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, CategoryId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let (context, reader) = (&app.context, here.caller.id());
    let way = form.needed("way")?;
    let mut all = categories_of(context, reader, here.community.id).await?;
    all.sort_by_key(|one| (one.position, one.id));
    if let Some(order) = moved(all.into_iter().map(|one| one.id).collect(), &id, way) {
        categories::order(context, here.by(), here.community.id, order).await?;
    }
    Ok(here.saved("channels"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moves_a_place_and_stays_at_the_ends() {
        let all = || vec![1, 2, 3];
        assert_eq!(moved(all(), &2, Way::Up), Some(vec![2, 1, 3]));
        assert_eq!(moved(all(), &2, Way::Down), Some(vec![1, 3, 2]));
        for (one, way) in [(1, Way::Up), (3, Way::Down), (4, Way::Up), (4, Way::Down)] {
            assert_eq!(moved(all(), &one, way), None, "{one}");
        }
    }
}
