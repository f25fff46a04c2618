//! Decisions on why a person is told, on what they want to be told of, and on when they want it quiet.

use ajet_protocol::{NotificationReason, NotificationType, QuietHours};

use super::*;
use crate::Via;
use crate::job::JobRequest;
use crate::person::{Inform, Matter, Notice, Notify, SetCommunityLevel, SetQuietHours};

/// Who writes the messages, and does the rest.
const BOB: UserId = UserId(Uuid::from_u128(2));

const NOTICES: [Notice; 6] =
    [Notice::Mention, Notice::Role, Notice::Here, Notice::Channel, Notice::Dm, Notice::ThreadReply];

fn server(user_id: UserId) -> Caller {
    Caller { user: user(user_id), via: Via::System, scopes: None }
}

fn notify(kind: Notice) -> Notify {
    Notify { channel_id: HERE, message_id: message(5), kind }
}

fn inform(matter: Matter, channel_id: Option<ChannelId>) -> Inform {
    let (notice, source_id) = (Uuid::from_u128(70), Uuid::from_u128(71));
    Inform { notice, matter, source_id, community_id: Some(COMMUNITY), channel_id, at: Still.now() }
}

fn wishing(wishes: Wishes) -> Stored {
    Stored { wishes, ..Stored::default() }
}

/// What a decision tells: the reason, and whether it is silent.
fn told<V: Verb<Entity = PersonCore>>(
    by: UserId,
    verb: &V,
    stored: &Stored,
) -> Option<(NotificationReason, bool)> {
    let Ok(decision) = decided(&server(by), verb, stored) else { panic!("is no refusal") };
    assert_eq!(decision.events.len(), decision.changes.len());
    match decision.changes.as_slice() {
        [] => None,
        [Change::AddNotification { reason, silent, .. }] => Some((*reason, *silent)),
        other => panic!("other rows: {other:?}"),
    }
}

#[test]
fn a_level_lets_through_what_it_says() {
    for kind in NOTICES {
        let reason = NotificationReason::from(kind);
        let of = |level| told(BOB, &notify(kind), &wishing(Wishes { level, ..Wishes::default() }));
        assert_eq!(of(NotifyLevel::All), Some((reason, false)));
        let expected = (reason.kind() != NotificationType::ThreadReply).then_some((reason, false));
        assert_eq!(of(NotifyLevel::Mentions), expected, "{reason:?}");
        assert_eq!(of(NotifyLevel::Nothing), None, "{reason:?}");
    }
}

#[test]
fn of_a_muted_channel_and_of_people_whom_one_blocks_one_is_told_nothing() {
    for kind in NOTICES {
        for wishes in
            [Wishes { muted: true, ..Wishes::default() }, Wishes { blocked: true, ..Wishes::default() }]
        {
            assert_eq!(told(BOB, &notify(kind), &wishing(wishes)), None, "{kind:?}");
        }
    }
}

/// A retry may find that the message concerns the person for another reason than before.
#[test]
fn of_a_message_one_is_told_once_whatever_the_reason() {
    let mut shell = Shell::new();
    let by_server = |kind| Asked { by: server(BOB), key: None, verb: notify(kind).into() };
    let waiting = vec![by_server(Notice::Here), by_server(Notice::Mention)];
    assert_eq!(shell.all(waiting), [Ok(()), Ok(())]);
    assert_eq!(shell.all(vec![by_server(Notice::ThreadReply)]), [Ok(())]);
    assert_eq!(shell.published.len(), 1);
}

#[test]
fn in_quiet_hours_one_is_told_without_a_sound() {
    // It is the first millisecond of 1970: midnight in Greenwich, and one o'clock in the morning in Berlin.
    let quiet = |from: &str, to: &str, zone: &str| {
        let hours = QuietHours { from: from.into(), to: to.into(), time_zone: zone.into() };
        wishing(Wishes { quiet: Some(hours), ..Wishes::default() })
    };
    for (stored, silent) in [
        (quiet("23:00", "00:30", "Etc/UTC"), true),
        (quiet("23:00", "00:30", "Europe/Berlin"), false),
        (quiet("12:00", "13:00", "Etc/UTC"), false),
        (Stored::default(), false),
    ] {
        assert_eq!(told(BOB, &notify(Notice::Dm), &stored), Some((NotificationReason::Dm, silent)));
        let muted = inform(Matter::Muted, None);
        assert_eq!(told(BOB, &muted, &stored), Some((NotificationReason::Muted, silent)));
    }
}

#[test]
fn one_is_told_of_what_others_do_to_one_and_not_of_ones_own_acts() {
    let stored = Stored::default();
    for (matter, own) in [
        (Matter::CommunityInvite, false),
        (Matter::RoleChanged, false),
        (Matter::Muted, false),
        (Matter::Unmuted, false),
        (Matter::Kicked, false),
        (Matter::Banned, false),
        (Matter::SignedIn, true),
        (Matter::Reminder, true),
        (Matter::WebhookOff, true),
        (Matter::AccountLinked, true),
        (Matter::SavedReminder, true),
        (Matter::ExportReady, true),
    ] {
        let (verb, reason) = (inform(matter, None), NotificationReason::from(matter));
        assert_eq!(Matter::of(reason), Some(matter));
        assert_eq!(Notice::of(reason), None);
        assert_eq!(told(BOB, &verb, &stored), Some((reason, false)), "{reason:?}");
        assert_eq!(told(ANN, &verb, &stored), own.then_some((reason, false)), "{reason:?}");
    }
}

#[test]
fn invites_are_for_those_who_want_them_and_acts_of_moderators_for_everybody() {
    let blocks = wishing(Wishes { blocked: true, ..Wishes::default() });
    assert_eq!(told(BOB, &inform(Matter::CommunityInvite, None), &blocks), None);
    assert_eq!(told(BOB, &inform(Matter::Banned, None), &blocks), Some((NotificationReason::Banned, false)));
    let brought = inform(Matter::ChannelInvite, Some(HERE));
    let reason = NotificationReason::ChannelInvite;
    assert_eq!(told(BOB, &brought, &Stored::default()), Some((reason, false)));
    assert_eq!(told(BOB, &brought, &wishing(Wishes { muted: true, ..Wishes::default() })), None);
    let gone = inform(Matter::ChannelInvite, Some(UNJOINED));
    assert_eq!(told(BOB, &gone, &Stored::default()), None, "they are not in it any more");
}

/// What a decision has pushed, and the notification that it makes.
fn pushed<V: Verb<Entity = PersonCore>>(
    verb: &V,
    stored: &Stored,
) -> Option<(NotificationId, NotificationId)> {
    let Ok(decision) = decided(&server(BOB), verb, stored) else { panic!("is no refusal") };
    match decision.changes.as_slice() {
        [Change::AddNotification { .. }] => None,
        [
            Change::AddNotification { id, .. },
            Change::RequestJob(JobRequest::PushNotification { user_id, notification_id }),
        ] if *user_id == ANN => Some((*id, *notification_id)),
        other => panic!("other rows: {other:?}"),
    }
}

#[test]
fn to_who_has_a_browser_for_that_is_pushed_what_they_have_not_read() {
    let browser = wishing(Wishes { pushed: true, ..Wishes::default() });
    let has_read =
        Stored { read_to: BTreeMap::from([(HERE, message(5))]), ..wishing(browser.wishes.clone()) };
    let (said, done) = (notify(Notice::Dm), inform(Matter::Kicked, None));
    for found in [pushed(&said, &browser), pushed(&done, &browser)] {
        assert!(found.is_some_and(|(made, pushed)| made == pushed), "{found:?}");
    }
    for found in
        [pushed(&said, &has_read), pushed(&said, &Stored::default()), pushed(&done, &Stored::default())]
    {
        assert_eq!(found, None);
    }
}

#[test]
fn of_a_notice_one_is_told_once() {
    let mut shell = Shell::new();
    let asked = || Asked { by: server(BOB), key: None, verb: inform(Matter::Kicked, None).into() };
    assert_eq!(shell.all(vec![asked(), asked()]), [Ok(()), Ok(())]);
    assert_eq!(shell.all(vec![asked()]), [Ok(())]);
    assert_eq!(shell.published.len(), 1);
}

#[test]
fn only_the_server_informs() {
    for via in [Via::Session, Via::Token, Via::Slash] {
        let by = Caller { user: user(ANN), via, scopes: None };
        let refused = decided(&by, &inform(Matter::SignedIn, None), &Stored::default());
        assert_eq!(refused.err(), Some(Denied::NotFound));
    }
}

#[test]
fn a_level_of_a_community_is_its_members_own() {
    let set = |level| SetCommunityLevel { community_id: COMMUNITY, level };
    let own = Caller::session(user(ANN));
    let decision = decided(&own, &set(NotifyLevel::Nothing), &Stored::default()).expect("may");
    let (user_id, community_id, notify) = (ANN, COMMUNITY, NotifyLevel::Nothing);
    let row = Change::Notice(NoticeChange::SetCommunityLevel { user_id, community_id, notify });
    assert_eq!((decision.changes, decision.events.len()), (vec![row], 1));
    assert_eq!(decision.events[0].audience, Some(Audience::Person));
    let same = decided(&own, &set(NotifyLevel::All), &Stored::default()).expect("may");
    assert!(same.changes.is_empty() && same.events.is_empty(), "it is so already");
    let elsewhere =
        SetCommunityLevel { community_id: CommunityId(Uuid::from_u128(61)), level: NotifyLevel::All };
    assert_eq!(decided(&own, &elsewhere, &Stored::default()).err(), Some(Denied::NotFound));
    let other = decided(&Caller::session(user(BOB)), &set(NotifyLevel::Nothing), &Stored::default());
    assert_eq!(other.err(), Some(Denied::NotFound));
}

#[test]
fn quiet_hours_are_ones_own() {
    let hours = QuietHours { from: "22:00".into(), to: "07:00".into(), time_zone: "Europe/Berlin".into() };
    let set = SetQuietHours { hours: Some(hours.clone().into()) };
    let own = Caller::session(user(ANN));
    let decision = decided(&own, &set, &Stored::default()).expect("may");
    let row = Change::Notice(NoticeChange::SetQuietHours { user_id: ANN, hours: Some(hours.clone()) });
    assert_eq!((decision.changes, decision.events.len()), (vec![row], 1));
    let stored = wishing(Wishes { quiet: Some(hours), ..Wishes::default() });
    let same = decided(&own, &set, &stored).expect("may");
    assert!(same.changes.is_empty() && same.events.is_empty(), "it is so already");
    let off = decided(&own, &SetQuietHours { hours: None }, &stored).expect("may");
    assert_eq!(off.changes, [Change::Notice(NoticeChange::SetQuietHours { user_id: ANN, hours: None })]);
    assert_eq!(decided(&Caller::session(user(BOB)), &set, &stored).err(), Some(Denied::NotFound));
}
