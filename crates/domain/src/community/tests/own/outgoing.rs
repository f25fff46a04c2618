//! Decisions about outgoing webhooks: who manages them, what they are narrowed to, and for whom they act.

use ajet_protocol::{DeliveryId, DeliveryStatus, NotificationReason, OffReason, OutgoingWebhookId, limits};

use super::*;
use crate::change::{OutgoingChange, SealedSecret, TargetUrl};
use crate::community::create_outgoing_webhook::{Refused as NotMade, Unfit};
use crate::community::replay_delivery::NotReplayed;
use crate::community::{
    CreateOutgoingWebhook, DeleteOutgoingWebhook, ReplayDelivery, Switch, UpdateOutgoingWebhook,
};
use crate::need::{DeliveryFacts, OutgoingCount, OutgoingFacts};

/// A webhook of the admin's that is on.
const HOOK: OutgoingWebhookId = OutgoingWebhookId(Uuid::from_u128(70));
/// The same, narrowed to a channel.
const NARROW: OutgoingWebhookId = OutgoingWebhookId(Uuid::from_u128(72));
/// The same, which somebody has switched off.
const OFF_HOOK: OutgoingWebhookId = OutgoingWebhookId(Uuid::from_u128(73));
const ELSEWHERE: OutgoingWebhookId = OutgoingWebhookId(Uuid::from_u128(71));
/// A delivery that is dead, one that waits, and one of a webhook that is off.
const DEAD: DeliveryId = DeliveryId(Uuid::from_u128(80));
const WAITS: DeliveryId = DeliveryId(Uuid::from_u128(81));
const OFF: DeliveryId = DeliveryId(Uuid::from_u128(82));

fn stored() -> OutgoingFacts {
    OutgoingFacts {
        url: TargetUrl("https://ci.example/hook".into()),
        events: vec![EventType::MessageCreated],
        channel_ids: None,
        off: None,
        acts_for: ADMIN,
    }
}

pub fn answer(needs: &Needs, facts: &mut Facts) {
    let narrow = || OutgoingFacts { channel_ids: Some(vec![CHANNEL]), ..stored() };
    let off = || OutgoingFacts { off: Some(OffReason::Stopped), ..stored() };
    let there = [(HOOK, stored()), (NARROW, narrow()), (OFF_HOOK, off())];
    for one in &needs.outgoing_webhooks {
        let found = there.iter().find(|(id, _)| *id == one.0).map(|(_, found)| found.clone());
        facts.put(*one, found);
    }
    needs.outgoing_counts.iter().for_each(|one| facts.put(*one, 1));
    for one in &needs.deliveries {
        let status = if one.0 == WAITS { DeliveryStatus::Pending } else { DeliveryStatus::Dead };
        let found = DeliveryFacts { webhook: HOOK, status, is_off: one.0 == OFF };
        facts.put(*one, [DEAD, WAITS, OFF].contains(&one.0).then_some(found));
    }
}

fn create(channel_ids: Option<Vec<ChannelId>>) -> CreateOutgoingWebhook {
    CreateOutgoingWebhook {
        url: TargetUrl("https://ci.example/hook".into()),
        events: vec!["message.created".into(), "of.tomorrow".into()],
        channel_ids,
        secret: SealedSecret(vec![7; 32]),
    }
}

fn narrow(webhook_id: OutgoingWebhookId) -> UpdateOutgoingWebhook {
    let channel_ids = Some(Some(vec![CHANNEL]));
    UpdateOutgoingWebhook {
        channel_ids,
        switch: None,
        ..UpdateOutgoingWebhook::switched(webhook_id, Switch::On)
    }
}

/// All verbs of this file; a permission allows each.
pub fn commands() -> Vec<Command> {
    vec![
        create(Some(vec![CHANNEL])).into(),
        narrow(HOOK).into(),
        DeleteOutgoingWebhook { webhook_id: HOOK }.into(),
        ReplayDelivery { delivery_id: DEAD }.into(),
    ]
}

#[test]
fn those_manage_webhooks_who_may_manage_incoming_ones() {
    for (role, refusal) in [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some("Forbidden")),
        (None, Some("NotFound")),
    ] {
        for command in commands() {
            let allowed = town(role).allows(&Caller::session(user(ANN)), &command);
            assert_eq!(allowed.err().map(Command::refusal_name), refusal, "{role:?}: {command:?}");
        }
    }
}

#[test]
fn a_webhook_is_narrowed_to_channels_that_its_maker_sees() {
    let unseen = Standing { sees_channel: false, ..town(Some(Role::Admin)).standing };
    let hidden = Town { standing: unseen, ..town(Some(Role::Admin)) };
    assert_eq!(hidden.decide(&create(Some(vec![CHANNEL]))).err(), Some(Unfit::ChannelUnknown.into()));
    assert_eq!(hidden.decide(&narrow(HOOK)).err(), Some(Unfit::ChannelUnknown));
    let made = hidden.decide(&create(None)).expect("may");
    let [Change::Outgoing(OutgoingChange::AddWebhook { id, events, channel_ids, by, .. })] =
        &made.changes[..]
    else {
        panic!("{:?}", made.changes)
    };
    assert_eq!((made.made, *by, channel_ids), (Some(id.0), ANN, &None));
    assert_eq!(events, &[EventType::MessageCreated], "what this version does not know is left out");
    assert_eq!((made.events.len(), made.raises.len()), (0, 0));
}

#[test]
fn a_community_has_so_many_and_no_more() {
    let verb = create(None);
    let town = town(Some(Role::Owner));
    let by = Caller::session(user(ANN));
    for (count, refusal) in
        [(limits::OUTGOING_WEBHOOKS - 1, None), (limits::OUTGOING_WEBHOOKS, Some(NotMade::TooMany))]
    {
        let mut core = CommunityCore::new(HOME, Mint::above(1, None));
        let (mut needs, mut universe) = (Needs::default(), Still);
        verb.needs(&core, &by, &mut needs);
        let mut facts = town.facts(&needs);
        facts.put(OutgoingCount, count);
        let (now, seq) = (universe.now(), 3);
        let mut turn = Turn { by: &by, key: None, facts: &facts, seq, now, universe: &mut universe };
        assert_eq!(verb.decide(&mut core, &mut turn).err(), refusal, "{count}");
    }
}

/// Else who does not see a channel could have its events sent to an address of their own.
#[test]
fn who_changes_a_webhook_answers_for_it() {
    let town = town(Some(Role::Owner));
    let done = town.decide(&narrow(HOOK)).expect("may");
    let OutgoingFacts { url, events, .. } = stored();
    let (channel_ids, id) = (Some(vec![CHANNEL]), HOOK);
    let updated = OutgoingChange::UpdateWebhook { id, url, events, channel_ids, off: None, acts_for: ANN };
    assert_eq!(done.changes, [Change::Outgoing(updated)]);
    let same = UpdateOutgoingWebhook::switched(HOOK, Switch::On);
    assert_eq!(town.decide(&same).expect("may").changes, [], "nothing is different");
    assert_eq!(town.decide(&narrow(ELSEWHERE)).err(), Some(Denied::NotFound.into()));
    let gone = DeleteOutgoingWebhook { webhook_id: ELSEWHERE };
    assert_eq!(town.decide(&gone).err(), Some(Denied::NotFound));
}

/// Else they would be told of the end of a channel that they never saw.
#[test]
fn who_takes_a_narrow_webhook_over_says_which_channels_it_keeps() {
    let town = town(Some(Role::Owner));
    let off = UpdateOutgoingWebhook::switched(NARROW, Switch::Stopped);
    assert_eq!(town.decide(&off).err(), Some(Unfit::ChannelUnknown));
    let none = UpdateOutgoingWebhook { channel_ids: Some(Some(vec![])), ..off };
    assert_eq!(town.decide(&none).expect("may").changes.len(), 1);
    let same = UpdateOutgoingWebhook::switched(NARROW, Switch::On);
    assert_eq!(town.decide(&same).expect("may").changes, [], "nothing is different");
}

#[test]
fn the_server_switches_a_webhook_off_whatever_its_person_may_do() {
    let by = Caller { via: Via::System, ..Caller::session(user(ANN)) };
    for (switch, reason) in [(Switch::Gone, OffReason::Gone), (Switch::Failing, OffReason::Failing)] {
        let verb = UpdateOutgoingWebhook::switched(HOOK, switch);
        let needs = |core: &CommunityCore, needs: &mut Needs| verb.needs(core, &by, needs);
        let done = town(None).turn(&by, needs, |core, turn| verb.decide(core, turn)).expect("may");
        let [Change::Outgoing(OutgoingChange::UpdateWebhook { off, acts_for, .. }), _] = &done.changes[..]
        else {
            panic!("{:?}", done.changes)
        };
        assert_eq!((*off, *acts_for), (Some(reason), ADMIN), "it still acts for whom it did");
        assert_eq!(verb.audit().expect("a line").details, [("state", Cow::Borrowed(reason.as_str()))]);
    }
}

#[test]
fn who_answers_for_a_webhook_is_told_that_the_server_switched_it_off() {
    let mut town = town(Some(Role::Owner));
    let switch = |town: &Town, by: UserId, webhook_id| {
        let by = Caller { via: Via::System, ..Caller::session(user(by)) };
        let verb = UpdateOutgoingWebhook::switched(webhook_id, Switch::Failing);
        let needs = |core: &CommunityCore, needs: &mut Needs| verb.needs(core, &by, needs);
        let done = town.turn(&by, needs, |core, turn| verb.decide(core, turn)).expect("may");
        done.changes.into_iter().find_map(|change| match change {
            Change::DueNotice(one) => Some((one.user_id, one.actor, one.reason, one.source_id)),
            _ => None,
        })
    };
    let told = Some((ADMIN, ADMIN, NotificationReason::WebhookOff, HOOK.0));
    assert_eq!(switch(&town, ADMIN, HOOK), told);
    assert_eq!(switch(&town, MEMBER, HOOK), told, "they took it over meanwhile");
    assert_eq!(switch(&town, ADMIN, OFF_HOOK), None, "it is off already");
    let own = town.decide(&UpdateOutgoingWebhook::switched(HOOK, Switch::Stopped));
    assert_eq!(own.expect("may").changes.len(), 1, "who switches it off knows");
    town.members.remove(&ADMIN);
    assert_eq!(switch(&town, ADMIN, HOOK), None, "they manage no webhooks any more");
}

/// The answer to a request that was under way came after its address was changed.
#[test]
fn the_server_switches_a_webhook_off_for_its_address_of_now_alone() {
    let by = Caller { via: Via::System, ..Caller::session(user(ANN)) };
    for (url, changes) in [(stored().url, 2), (TargetUrl("https://ci.example/former".into()), 0)] {
        let switched = UpdateOutgoingWebhook::switched(HOOK, Switch::Gone);
        let verb = UpdateOutgoingWebhook { url: Some(url), ..switched };
        let needs = |core: &CommunityCore, needs: &mut Needs| verb.needs(core, &by, needs);
        let done = town(None).turn(&by, needs, |core, turn| verb.decide(core, turn)).expect("may");
        assert_eq!(done.changes.len(), changes, "{changes}");
    }
}

#[test]
fn what_is_settled_is_tried_again_and_what_waits_goes_on_waiting() {
    let town = town(Some(Role::Admin));
    let replay = |delivery_id| town.decide(&ReplayDelivery { delivery_id });
    let replayed = Change::Outgoing(OutgoingChange::ReplayDelivery { id: DEAD });
    assert_eq!(replay(DEAD).expect("may").changes, [replayed]);
    assert_eq!(replay(WAITS).expect("may").changes, []);
    assert_eq!(replay(OFF).err(), Some(NotReplayed::Off));
    assert_eq!(replay(DeliveryId(Uuid::nil())).err(), Some(Denied::NotFound.into()));
}

/// Neither the log of a node nor the audit log holds what may be a secret.
#[test]
fn secrets_are_printed_nowhere() {
    let (verb, command) = (create(None), Command::from(create(None)));
    let done = town(Some(Role::Owner)).decide(&verb).expect("may");
    for printed in [format!("{command:?}"), format!("{:?}", done.changes), format!("{:?}", verb.audit())] {
        assert!(!printed.contains("example") && !printed.contains("7, 7"), "{printed}");
    }
}
