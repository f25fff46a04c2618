//! When the log of changes tells all of it, and whom an overwrite is for.

use super::*;

fn told(versions: &[u64]) -> Vec<(u64, Option<Affected>)> {
    versions.iter().map(|version| (*version, Some(Affected::Everyone))).collect()
}

fn versions(since: u64, now: u64, log: &[u64]) -> Option<Vec<u64>> {
    let affected = complete(since, now, told(log))?;
    Some(affected.into_iter().map(|(version, _)| version).collect())
}

#[test]
fn every_version_is_told_or_nothing_is() {
    assert_eq!(versions(5, 5, &[]), Some(vec![]), "nothing has changed");
    assert_eq!(versions(5, 7, &[6, 7]), Some(vec![6, 7]));
    assert_eq!(versions(5, 7, &[6, 6, 7]), Some(vec![6, 6, 7]), "one version affects several");
    assert_eq!(versions(5, 7, &[]), None, "the log was tidied");
    assert_eq!(versions(5, 7, &[7]), None, "it begins too late");
    assert_eq!(versions(5, 8, &[6, 8]), None, "a hole");
    assert_eq!(versions(5, 8, &[6, 7]), None, "it ends too early");
    assert_eq!(versions(5, 3, &[]), None, "the database is behind: it is not the one that was read before");
}

#[test]
fn what_is_not_known_and_what_is_too_much_is_read_again() {
    assert_eq!(complete(1, 2, vec![(2, None)]), None);
    let many: Vec<u64> = (1..=MOST as u64).collect();
    assert_eq!(versions(0, MOST as u64, &many).map(|all| all.len()), Some(MOST));
    let more: Vec<u64> = (1..=MOST as u64 + 1).collect();
    assert_eq!(versions(0, MOST as u64 + 1, &more), None);
}

#[test]
fn the_scopes_own_id_stands_for_everybody() {
    let (scope, id) = (Scope(Uuid::from_u128(1)), Uuid::from_u128(2));
    let target =
        |id: Uuid, kind: &str| overwrite(scope, (id, kind.into()), (1, 2)).ok().map(|one| one.target);
    assert_eq!(target(scope.0, "role"), Some(Target::Everybody));
    assert_eq!(target(id, "role"), Some(Target::Role(RoleId(id))));
    assert_eq!(target(id, "user"), Some(Target::User(UserId(id))));
    assert_eq!(target(id, "planet"), None);
}
