//! `sort=best`: those first that fit best, page by page.

use ajet_protocol::{PageQuery, SearchQuery, SearchSort};

use super::{asked, bodies, message, page, said};
use crate::support::World;

fn best(q: &str, limit: i64) -> SearchQuery {
    let page = PageQuery { limit: Some(limit), ..PageQuery::default() };
    SearchQuery { sort: SearchSort::Best, page, ..asked(q) }
}

#[tokio::test]
async fn what_fits_best_comes_first_and_each_once() {
    let world = World::new().await;
    said(&world, &["crab", "crab crab crab crab", "one crab among many other words", "crab crab", "lobster"])
        .await;
    let all = page(&world.bob, &best("crab", 50)).await;
    assert_eq!(all.items.len(), 4);
    assert_eq!(bodies(&all)[0], "crab crab crab crab");
    assert_eq!((all.has_more, all.next), (false, None));
    let mut came = Vec::new();
    let mut query = best("crab", 1);
    for round in 0.. {
        let page = page(&world.bob, &query).await;
        came.extend(page.items.iter().map(|hit| message(hit).id));
        assert_eq!(page.has_more, page.next.is_some());
        if !page.has_more {
            break;
        }
        query.next = page.next;
        // It would come first, and is newer than the first page.
        said(&world, &[&"crab ".repeat(6 + round)]).await;
    }
    let expected: Vec<_> = all.items.iter().map(|hit| message(hit).id).collect();
    assert_eq!(came, expected);
    world.end().await;
}
