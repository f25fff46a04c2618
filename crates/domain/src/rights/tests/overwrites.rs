//! Laws of custom roles and overwrites.

use super::*;

fn view() -> Permissions {
    Permissions::NONE.with(Permission::ViewChannel)
}

fn send() -> Permissions {
    Permissions::NONE.with(Permission::SendMessages)
}

fn deny(target: Target, deny: Permissions) -> Overwrite {
    Overwrite { target, allow: Permissions::NONE, deny }
}

fn allow(target: Target, allow: Permissions) -> Overwrite {
    Overwrite { target, allow, deny: Permissions::NONE }
}

/// A community with one public channel and two roles, of which the second one stands higher.
fn town(overwrites: Vec<Overwrite>) -> CommunityRights {
    let low = RoleRights { permissions: Permissions::of(&[Permission::PinMessages]), position: 1 };
    let high = RoleRights { permissions: Permissions::of(&[Permission::KickMembers]), position: 5 };
    let roles = HashMap::from([(role(0), low), (role(1), high)]);
    let channel = ChannelRights::new(Visibility::Public, overwrites);
    CommunityRights { roles: Arc::new(roles), ..rights_of([(0, channel)]) }
}

/// What ann may do in the channel, which she has joined.
fn there(overwrites: Vec<Overwrite>, held: &[u8]) -> Standing {
    let ann = MemberRights::new(ANN, Role::Member, None, vec![channel(0)]);
    let ann = ann.with_roles(held.iter().copied().map(role).collect());
    standing(&town(overwrites), Some(&ann), Some(channel(0)), VERSION)
}

/// The order of evaluation: everybody, roles, person.
#[test]
fn a_later_step_wins_and_of_roles_the_one_that_allows() {
    let (all, one, two, own) =
        (Target::Everybody, Target::Role(role(0)), Target::Role(role(1)), Target::User(ANN));
    let table: [(Vec<Overwrite>, &[u8], bool); 12] = [
        (vec![], &[], true),
        (vec![deny(all, send())], &[], false),
        (vec![deny(all, send()), allow(one, send())], &[], false),
        (vec![deny(all, send()), allow(one, send())], &[0], true),
        (vec![allow(all, send()), deny(one, send())], &[0], false),
        (vec![deny(one, send()), allow(two, send())], &[0, 1], true),
        (vec![deny(one, send()), allow(two, send())], &[0], false),
        (vec![allow(one, send()), deny(own, send())], &[0], false),
        (vec![deny(all, send()), deny(one, send()), allow(own, send())], &[0], true),
        (vec![deny(Target::User(BOB), send())], &[], true),
        (vec![Overwrite { target: all, allow: send(), deny: send() }], &[], true),
        // Held, and not there any more.
        (vec![deny(all, send()), allow(Target::Role(role(3)), send())], &[3], false),
    ];
    for (overwrites, held, may) in table {
        let found = there(overwrites.clone(), held);
        assert_eq!(found.may(Permission::SendMessages), may, "{overwrites:?} with {held:?}");
        assert!(found.sees() && found.in_channel);
    }
}

#[test]
fn who_may_not_view_a_channel_is_not_in_it() {
    let closed = deny(Target::Everybody, view());
    let hidden = there(vec![closed], &[0]);
    assert_eq!((hidden.sees(), hidden.in_channel, hidden.permissions), (false, false, Permissions::NONE));
    let let_in = there(vec![closed, allow(Target::Role(role(0)), view())], &[0]);
    assert!(let_in.sees() && let_in.in_channel && let_in.may(Permission::SendMessages));
}

#[test]
fn an_allow_opens_no_private_channel() {
    let overwrites = vec![allow(Target::User(ANN), view())];
    let rights = rights_of([(0, ChannelRights::new(Visibility::Private, overwrites))]);
    assert!(!standing(&rights, Some(&of_role(Role::Member)), Some(channel(0)), VERSION).sees());
}

#[test]
fn people_rank_by_role_and_by_the_highest_of_their_custom_roles() {
    let town = town(vec![]);
    let ranked = |role: Role, held: &[u8]| {
        let ann = of_role(role).with_roles(held.iter().copied().map(self::role).collect());
        standing(&town, Some(&ann), None, VERSION).rank
    };
    assert_eq!(ranked(Role::Member, &[]), Rank::None);
    assert_eq!(ranked(Role::Member, &[0]), Rank::Role(1));
    assert_eq!(ranked(Role::Member, &[0, 1]), Rank::Role(5));
    assert_eq!(ranked(Role::Member, &[3]), Rank::None, "not there any more");
    assert_eq!((ranked(Role::Admin, &[0]), ranked(Role::Owner, &[])), (Rank::Admin, Rank::Owner));
    assert_eq!(standing(&town, None, None, VERSION).rank, Rank::None);
    let order = [Rank::None, Rank::Role(i32::MIN), Rank::Role(i32::MAX), Rank::Admin, Rank::Owner];
    assert!(order.is_sorted());
}

/// The same community with one channel in place of what it had there.
fn with_channel(rights: &CommunityRights, n: u8, replaced: ChannelRights) -> CommunityRights {
    let mut rights = rights.clone();
    rights.channels.insert(channel(n), replaced);
    rights
}

proptest! {
    #[test]
    fn a_deny_that_is_added_never_allows(
        rights in community(), person in member(), visibility in visibility(), told in overwrites(),
        at in any::<prop::sample::Index>(), denied in permissions()
    ) {
        // To one that is there, or as a new one.
        let mut more = told.clone();
        let free = [Target::Everybody, Target::User(ANN), Target::Role(role(0)), Target::Role(role(1))];
        let free = free.into_iter().find(|free| told.iter().all(|one| one.target != *free));
        match (free, told.is_empty()) {
            (Some(target), _) if denied.contains(Permission::AddReactions) => more.push(deny(target, denied)),
            (_, false) => {
                let target = more[at.index(told.len())].target;
                for one in more.iter_mut().filter(|one| one.target == target) {
                    one.deny = one.deny.union(denied);
                }
            }
            _ => {}
        }
        let before = with_channel(&rights, 0, ChannelRights::new(visibility, told));
        let after = with_channel(&rights, 0, ChannelRights::new(visibility, more));
        let there = |rights| standing(rights, Some(&person), Some(channel(0)), VERSION);
        let (before, after) = (there(&before), there(&after));
        prop_assert_eq!(after.permissions.without(before.permissions), Permissions::NONE);
        prop_assert!(before.sees() || !after.sees());
        prop_assert!(before.in_channel || !after.in_channel);
    }

    #[test]
    fn the_order_of_roles_and_overwrites_does_not_matter(
        rights in community(), person in member(), told in prop::collection::hash_map(target(), (permissions(), permissions()), 0..6)
    ) {
        let forth: Vec<_> =
            told.into_iter().map(|(target, (allow, deny))| Overwrite { target, allow, deny }).collect();
        let back: Vec<_> = forth.iter().rev().copied().collect();
        let held: Vec<_> = person.roles().iter().rev().chain(person.roles()).copied().collect();
        let again = person.clone().with_roles(held);
        prop_assert_eq!(&again, &person);
        let of = |overwrites| with_channel(&rights, 0, ChannelRights::new(Visibility::Public, overwrites));
        let (forth, back) = (of(forth), of(back));
        prop_assert_eq!(&forth, &back);
        let there = |rights, person| standing(rights, Some(person), Some(channel(0)), VERSION);
        prop_assert_eq!(there(&forth, &person), there(&back, &again));
    }

    #[test]
    fn an_owner_and_an_admin_may_do_all_and_no_overwrite_touches_them(
        rights in community(), person in member_of(prop_oneof![Just(Role::Admin), Just(Role::Owner)])
    ) {
        let rank = if person.role == Role::Owner { Rank::Owner } else { Rank::Admin };
        for asked in all_channels().map(Some).chain([None]) {
            let found = standing(&rights, Some(&person), asked, VERSION);
            prop_assert_eq!((found.permissions, found.rank), (Permissions::of(Permission::ALL), rank));
        }
        for (id, known) in &rights.channels {
            let found = standing(&rights, Some(&person), Some(*id), VERSION);
            prop_assert_eq!(found.sees(), known.visibility == Visibility::Public || person.has_joined(*id));
        }
    }

    #[test]
    fn who_may_not_view_a_channel_may_do_nothing_there(rights in community(), person in member()) {
        for id in all_channels() {
            let found = standing(&rights, Some(&person), Some(id), VERSION);
            if !found.may(Permission::ViewChannel) {
                prop_assert_eq!((found.permissions, found.sees_channel, found.in_channel), (Permissions::NONE, false, false));
            }
        }
    }

    #[test]
    fn a_role_that_is_not_there_any_more_gives_nothing(rights in community(), person in member(), gone in 0..ROLES) {
        let mut without = (*rights.roles).clone();
        without.remove(&role(gone));
        let rights = CommunityRights { roles: Arc::new(without), ..rights };
        let rest = person.roles().iter().copied().filter(|held| *held != role(gone)).collect();
        let bare = person.clone().with_roles(rest);
        for asked in all_channels().map(Some).chain([None]) {
            let of = |person| standing(&rights, Some(person), asked, VERSION);
            prop_assert_eq!(of(&person), of(&bare));
        }
    }

    #[test]
    fn a_role_adds_to_what_every_member_may_do(rights in community(), person in member()) {
        let bare = person.clone().with_roles(vec![]);
        let of = |person| standing(&rights, Some(person), None, VERSION);
        let (with, without) = (of(&person), of(&bare));
        prop_assert_eq!(without.permissions.without(with.permissions), Permissions::NONE);
        prop_assert!(without.rank <= with.rank);
    }

    #[test]
    fn what_is_known_to_all_is_seen_by_every_member(
        rights in community(), person in member(), visibility in visibility(), told in overwrites()
    ) {
        let denied = told.iter().fold(Permissions::NONE, |all, one| all.union(one.deny));
        let rights = with_channel(&rights, 0, ChannelRights::new(visibility, told));
        let sees = standing(&rights, Some(&person), Some(channel(0)), VERSION).sees();
        prop_assert!(sees || !is_known_to_all(visibility, denied));
    }
}
