//! `GET|PATCH /api/system/settings`.

use ajet_protocol::{Code, CreateCommunities, SystemSettings, UpdateSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::requests::{ann, fields, problem};
use crate::support::{World, code, sql};

#[tokio::test]
async fn the_system_owner_reads_and_changes_settings() {
    let world = World::new().await;
    assert_eq!(world.ann.settings().await.expect("reads"), SystemSettings::default());
    let update = UpdateSettings {
        create_communities: Some(CreateCommunities::Everybody),
        edit_window_s: Some(60),
        audit_retention_days: Some(Some(30)),
        ..UpdateSettings::default()
    };
    let changed = world.ann.update_settings(&update).await.expect("changes");
    assert_eq!((changed.edit_window_s, changed.audit_retention_days), (60, Some(30)));
    assert_eq!(changed.create_communities, CreateCommunities::Everybody);
    assert_eq!(world.ann.settings().await.expect("reads"), changed);
    let kept = UpdateSettings { audit_retention_days: Some(None), ..UpdateSettings::default() };
    let changed = world.ann.update_settings(&kept).await.expect("changes");
    assert_eq!((changed.edit_window_s, changed.audit_retention_days), (60, None), "the rest stays");
    world.end().await;
}

#[tokio::test]
async fn settings_are_no_one_elses() {
    let world = World::new().await;
    let update = UpdateSettings { edit_window_s: Some(1), ..UpdateSettings::default() };
    assert_eq!(code(world.bob.settings().await), Code::Forbidden);
    assert_eq!(code(world.bob.update_settings(&update).await), Code::Forbidden);
    assert_eq!(code(world.nobody.settings().await), Code::Unauthenticated);
    assert_eq!(world.ann.settings().await.expect("reads"), SystemSettings::default());
    world.end().await;
}

#[tokio::test]
async fn what_is_no_setting_is_refused_by_its_name() {
    let world = World::new().await;
    for (body, field, wrong) in [
        (json!({ "colour": "red" }), "colour", "unknown_field"),
        (json!({ "create_communities": "nobody" }), "create_communities", "bad_type"),
        (json!({ "edit_window_s": -1 }), "edit_window_s", "out_of_range"),
        (json!({ "edit_window_s": "60" }), "edit_window_s", "bad_type"),
        (json!({ "upload_max_bytes": 0 }), "upload_max_bytes", "out_of_range"),
        (json!({ "message_retention_days": 0 }), "message_retention_days", "out_of_range"),
        (json!({ "audit_retention_days": 40_000 }), "audit_retention_days", "out_of_range"),
    ] {
        let request = ann(&world, Method::PATCH, "/api/system/settings").json(&body);
        let (status, problem): (u16, Value) = problem(request).await;
        assert_eq!((status, fields(&problem)), (422, vec![(field, wrong)]), "{body}");
    }
    world.end().await;
}

/// What is kept for so many days goes after that, and without a setting nothing does.
#[tokio::test]
async fn the_audit_log_is_kept_as_long_as_the_settings_say() {
    use ajet_chatd::store::outbox::Past;
    let world = World::new().await;
    let aged = sql(&world, "update audit_log set created_at = now() - interval '8 days'").await;
    assert!(aged > 0, "an invite was made");
    let store = &world.server.app().store;
    assert_eq!(store.remove_past(Past::AuditLog, 100).await.expect("removes"), 0);
    for (days, removed) in [(Some(9), 0), (None, 0), (Some(7), aged)] {
        let update = UpdateSettings { audit_retention_days: Some(days), ..UpdateSettings::default() };
        world.ann.update_settings(&update).await.expect("changes");
        assert_eq!(store.remove_past(Past::AuditLog, 100).await.expect("removes"), removed, "{days:?}");
    }
    world.end().await;
}
