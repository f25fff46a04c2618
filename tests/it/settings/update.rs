//! `GET|PATCH /api/system/settings`.

use ajet_protocol::{Code, CreateCommunities, SystemSettings, UpdateSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::requests::{ann, fields, problem};
use crate::support::{World, code, db, sql};

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

/// What is as it was before leaves no line, and no more does what was refused.
#[tokio::test]
async fn changed_settings_are_audited_with_their_new_values() {
    let world = World::new().await;
    for (edit_window_s, days) in [(60, None), (60, None), (60, Some(Some(30))), (60, Some(None))] {
        let update = UpdateSettings {
            edit_window_s: Some(edit_window_s),
            audit_retention_days: days,
            ..UpdateSettings::default()
        };
        world.ann.update_settings(&update).await.expect("changes");
        assert_eq!(code(world.bob.update_settings(&update).await), Code::Forbidden);
    }
    world.ann.update_settings(&UpdateSettings::default()).await.expect("changes nothing");
    let lines: Vec<(String, Value)> = sqlx::query_as(
        "select u.username, l.details from system_audit l join users u on u.id = l.actor_id
         where l.action = 'settings.update' and l.target_type = 'system' and l.target_id is null order by l.created_at",
    )
    .fetch_all(&mut db(&world).await)
    .await
    .expect("reads");
    let changed = [
        json!({ "edit_window_s": 60 }),
        json!({ "audit_retention_days": 30 }),
        json!({ "audit_retention_days": null }),
    ];
    assert_eq!(lines, changed.map(|details| ("ann".to_owned(), details)));
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
    assert_eq!(store.remove_past(Past::SystemAudit, 100).await.expect("removes"), 0, "those are of today");
    let aged = sql(&world, "update system_audit set created_at = now() - interval '8 days'").await;
    assert_eq!(store.remove_past(Past::SystemAudit, 100).await.expect("removes"), aged);
    world.end().await;
}
