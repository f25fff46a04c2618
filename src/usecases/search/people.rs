//! People and bots whom the reader shares a community or a direct message with, by their names.

use ajet_protocol::{SearchHit, SearchHitType, SearchPage, SearchQuery, User, UserId};
use ajet_search::Query;

use crate::usecases::{Context, Failure};

/// People who are looked at by one query.
const CHUNK: usize = 1000;

/// A page of people whose names fit, by their ids.
///
/// # Errors
/// [`Failure`]
pub async fn find(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<SearchPage, Failure> {
    let query = ajet_search::words(&asked.q);
    if query.finds_nothing() {
        return Ok(SearchPage { items: Vec::new(), has_more: false, next: None });
    }
    let (store, page) = (&context.store, &asked.page);
    let size = usize::try_from(page.size()).unwrap_or(1);
    let community = asked.community_id.map(|id| id.0);
    let known = store.people_known_to(reader, community, page).await?;
    let mut items = Vec::new();
    for some in known.chunks(CHUNK) {
        let people = store.people_to_search(reader, community, page, some).await?;
        items.extend(people.into_iter().filter_map(|user| fit(&query, user)));
        if items.len() > size {
            break;
        }
    }
    let has_more = items.len() > size;
    items.truncate(size);
    if page.before.is_some() {
        items.reverse();
    }
    Ok(SearchPage { items, has_more, next: None })
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
