//! Lists that are read to their end: what a word names may be on any of their pages.

use ajet_client::Error;
use ajet_protocol::{Page, PageQuery};
use uuid::Uuid;

use crate::failure::Failure;

/// As many as a page holds at most.
const MANY: i64 = 200;

/// All items of a list that begins with the least id.
///
/// # Errors
/// When a page can't be had.
pub async fn whole<T>(
    id: impl Fn(&T) -> Uuid,
    page: impl AsyncFn(PageQuery) -> Result<Page<T>, Error>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    loop {
        let query = PageQuery { before: None, after: all.last().map(&id), limit: Some(MANY) };
        let next = page(query).await?;
        let goes_on = next.has_more && !next.items.is_empty();
        all.extend(next.items);
        if !goes_on {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_end() {
        let page = async |query: PageQuery| {
            let first = query.after.map_or(0, |after| after.as_u128() + 1);
            let items: Vec<Uuid> = (first..450).take(200).map(Uuid::from_u128).collect();
            let has_more = items.last().is_some_and(|last| last.as_u128() < 449);
            Ok::<_, Error>(Page { items, has_more })
        };
        let all = whole(|id: &Uuid| *id, page).await.expect("is read");
        assert_eq!(all, (0..450).map(Uuid::from_u128).collect::<Vec<_>>());
    }
}
