//! What people want to be told of, in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Bob is a member of the community, and dave is in none.
pub async fn notify(walk: &mut Walk, [bob, dave]: [&str; 2], community: &str) {
    let level = |level: &str| json!({ "level": level });
    walk.go("communities.notify 204", &[community], bob, level("mentions")).await;
    let shown = walk.go("communities.get 200", &[community], bob, Value::Null).await;
    assert_eq!(shown["notify"], "mentions");
    walk.go("communities.notify 204", &[community], bob, level("all")).await;
    walk.go("communities.notify 401", &[community], "", level("all")).await;
    walk.go("communities.notify 404", &[community], dave, level("all")).await;
    walk.go("communities.notify 404", &[NONE], bob, level("all")).await;
    walk.go("communities.notify 422", &[community], bob, level("some")).await;
    let hours = json!({ "from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin" });
    let me = walk.go("me.update 200", &[], bob, json!({ "quiet_hours": hours })).await;
    assert_eq!(me["quiet_hours"], hours);
    let nowhere = json!({ "from": "22:00", "to": "07:00", "time_zone": "Europe/Nowhere" });
    walk.go("me.update 422", &[], bob, json!({ "quiet_hours": nowhere })).await;
    let me = walk.go("me.update 200", &[], bob, json!({ "quiet_hours": null })).await;
    assert_eq!(me["quiet_hours"], Value::Null);
}
