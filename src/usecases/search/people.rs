//! People and bots whom the reader shares a community or a direct message with, by their names.

use ajet_protocol::{PageQuery, SearchHit, SearchHitType, SearchPage, SearchQuery, User, UserId};
use ajet_search::Query;

use crate::usecases::{Context, Failure};

/// People who are looked at by one query.
const CHUNK: i64 = 500;

/// A page of people whose names fit, by their ids.
///
/// # Errors
/// [`Failure`]
pub async fn find(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<SearchPage, Failure> {
    let query = ajet_search::words(&asked.q);
    let size = usize::try_from(asked.page.size()).unwrap_or(1);
    let community = asked.community_id.map(|id| id.0);
    let mut page = asked.page;
    let mut items = Vec::new();
    loop {
        let people = context.store.people_to_search(reader, community, &page, CHUNK).await?;
        let goes_on = i64::try_from(people.len()).is_ok_and(|read| read >= CHUNK);
        let last = people.last().map(|user| user.id);
        items.extend(people.into_iter().filter_map(|user| fit(&query, user)));
        match last {
            Some(last) if goes_on && items.len() <= size => page = beyond(&page, last),
            _ => break,
        }
    }
    let has_more = items.len() > size;
    items.truncate(size);
    if asked.page.before.is_some() {
        items.reverse();
    }
    Ok(SearchPage { items, has_more, next: None })
}

/// The same query from a person on.
fn beyond(query: &PageQuery, last: UserId) -> PageQuery {
    match query.before {
        Some(_) => PageQuery { before: Some(last.0), ..*query },
        None => PageQuery { after: Some(last.0), ..*query },
    }
}

fn fit(query: &Query, user: User) -> Option<SearchHit> {
    let text = format!("{} @{}", user.display_name, user.username);
    let fits = query.fits(&text);
    fits.then(|| {
        let shown = ajet_search::snippet(&text, query);
        SearchHit {
            kind: SearchHitType::User,
            message: None,
            channel: None,
            user: Some(user),
            snippet_html: shown.html,
            ranges: shown.ranges,
        }
    })
}
