//! `GET /api/communities/{id}/categories`.

use ajet_protocol::{CategoryId, Code, PageQuery};

use crate::support::category;
use crate::support::{World, code};

#[tokio::test]
async fn members_list_categories_page_by_page() {
    let world = World::new().await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(category(&world, &format!("c{n}")).await);
    }
    let community = world.community.id;
    let page = async |query: PageQuery| {
        let page = world.bob.categories(community, &query).await.expect("lists");
        (page.items, page.has_more)
    };
    let one = PageQuery { limit: Some(2), ..PageQuery::default() };
    assert_eq!(page(one).await, (made[..2].to_vec(), true));
    let after = |id: CategoryId| PageQuery { after: Some(id.0), ..one };
    assert_eq!(page(after(made[1].id)).await, (made[2..4].to_vec(), true));
    assert_eq!(page(after(made[3].id)).await, (made[4..].to_vec(), false));
    let before = PageQuery { before: Some(made[3].id.0), ..one };
    assert_eq!(page(before).await, (made[1..3].to_vec(), true));
    // What the cursor names may be gone.
    world.ann.delete_category(made[1].id).await.expect("deletes");
    assert_eq!(page(after(made[1].id)).await, (made[2..4].to_vec(), true));
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.categories(community, &one).await), Code::NotFound);
    world.end().await;
}
