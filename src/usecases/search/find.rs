//! What is looked for, and by which kind of search.

use ajet_protocol::{SearchPage, SearchQuery, SearchType, UserId};

use super::turns::Turn;
use super::{channels, messages, people};
use crate::usecases::{Context, Failure};

/// A page of what a person may see and looks for.
///
/// # Errors
/// [`Failure`]; 422 that names an operator which can't be read; 429, where others of the person are under way
pub async fn find(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<SearchPage, Failure> {
    let _turn = Turn::of(reader)?;
    match asked.kind {
        SearchType::Messages => messages::find(context, reader, asked).await,
        SearchType::Channels => channels::find(context, reader, asked).await,
        SearchType::Users => people::find(context, reader, asked).await,
    }
}
