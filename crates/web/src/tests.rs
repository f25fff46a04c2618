//! What a person typed never becomes markup of ours.

use std::collections::HashMap;

use ajet_protocol::{
    Code, FieldError, InviteCode, InviteId, Notification, NotificationId, NotificationReason, ProviderType,
    SignInProvider, Timestamp, User, UserId,
};
use uuid::Uuid;

use crate::chat::inbox::Told;
use crate::pages::access::sign_in::{Provider, SignIn};
use crate::pages::access::{accounts, device, home, sign_in};
use crate::strings::{Language, Refused};
use crate::viewer::Viewer;
use crate::{assets, components, docs, fragments, ops};

fn hostile(text: &str) -> User {
    let id: UserId = "0197f000-0000-7000-8000-000000000001".parse().expect("an id");
    User {
        id,
        username: "u".into(),
        display_name: text.into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

/// A development server's sign-in page, with nothing special about it.
const SIGN_IN: SignIn<'_> = SignIn {
    providers: &[],
    by_name: true,
    first_start: false,
    next: "/",
    query: "return_to=%2F",
    problem: None,
};

fn signing_in(page: &SignIn<'_>) -> String {
    sign_in::sign_in(&Viewer::default(), page).into_string()
}

fn linked(person: Option<&User>, problem: Option<&str>) -> String {
    sign_in::link(&Viewer::default(), person, "t", problem).into_string()
}

fn start(me: &User, founding: Option<home::Suggested<'_>>) -> String {
    told_at_start(me, &[], founding)
}

fn told_at_start(me: &User, notifications: &[Notification], founding: Option<home::Suggested<'_>>) -> String {
    let invites = HashMap::from([(InviteId(Uuid::nil()), InviteCode::from("c0de"))]);
    let told = Told { notifications, invites: &invites };
    let page = home::Start { me, communities: &[], told, founding, owns_system: true };
    home::start(&Viewer::default(), &page).into_string()
}

fn notification(reason: NotificationReason, text: &str) -> Notification {
    Notification {
        id: NotificationId(Uuid::nil()),
        kind: reason.kind(),
        reason,
        source_id: Uuid::nil(),
        community_id: None,
        channel_id: None,
        actor: hostile(text),
        preview: Some(text.into()),
        read: false,
        silent: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn asking(text: &str) -> device::Asking<'_> {
    device::Asking { code: text, device: text, program: text, minutes: 3 }
}

const ATTACK: &str = "</textarea><script>alert(1)</script>\"' onload=x";

#[test]
fn names_and_texts_are_escaped_everywhere() {
    let person = hostile(ATTACK);
    let hostile = [Provider { name: ATTACK, kind: ATTACK, label: ATTACK }];
    let suggested = home::Suggested { name: ATTACK, slug: ATTACK };
    let viewer = Viewer::default();
    let provider = SignInProvider { name: ATTACK.into(), kind: ProviderType::Oidc, label: ATTACK.into() };
    let errors = [FieldError { field: ATTACK.into(), code: ATTACK.into(), message: ATTACK.into() }];
    let refused = Refused { code: Code::Invalid, detail: ATTACK, errors: &errors, after_s: 1 };
    let german = Viewer { language: Language::German, ..Viewer::default() };
    let proposed = accounts::Proposed { username: ATTACK, provider: ATTACK, secret: ATTACK };
    let pages = [
        signing_in(&SignIn { next: ATTACK, problem: Some(ATTACK), providers: &hostile, ..SIGN_IN }),
        signing_in(&SignIn { query: ATTACK, by_name: false, providers: &hostile, ..SIGN_IN }),
        signing_in(&SignIn { first_start: true, providers: &hostile, ..SIGN_IN }),
        sign_in::link(&viewer, Some(&person), ATTACK, Some(ATTACK)).into_string(),
        start(&person, Some(suggested)),
        told_at_start(&person, &[notification(NotificationReason::CommunityInvite, ATTACK)], None),
        fragments::invite(Language::English, ATTACK).into_string(),
        crate::again(ATTACK).into_string(),
        crate::error_page(&viewer, &refused, Some(ATTACK)).into_string(),
        crate::error_page(&german, &refused, None).into_string(),
        device::ask(&viewer, &person, &asking(ATTACK)).into_string(),
        sign_in::another(&viewer, &person, &provider, ATTACK).into_string(),
        accounts::ask_to_link(&viewer, &person, &provider, ATTACK).into_string(),
        accounts::confirm(&viewer, &person, &proposed).into_string(),
    ];
    for page in pages {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(!page.contains("\"' onload"), "{page}");
    }
}

#[test]
fn people_show_their_user_name_and_programs_a_badge() {
    let mut user = hostile("Ann");
    let person = components::name(&user, "bot").into_string();
    assert_eq!(person, r#"<strong dir="auto">Ann</strong> <span class="username">@u</span>"#);
    let start = start(&user, None);
    assert!(start.contains(r#"<span class="username">@u</span>"#), "{start}");
    user.bot = true;
    let program = components::name(&user, "bot").into_string();
    assert!(program.contains(r#"<span class="badge">bot</span>"#), "{program}");
    assert!(!program.contains("@u"), "a webhook's account has a made-up user name: {program}");
}

/// Who is in no community has no page with an inbox.
#[test]
fn the_start_page_shows_what_one_was_told_and_accepts_an_invite() {
    let me = hostile("Ann");
    let all = [
        notification(NotificationReason::CommunityInvite, "come in"),
        notification(NotificationReason::Dm, "a word"),
        notification(NotificationReason::Kicked, "out"),
    ];
    let shown = told_at_start(&me, &all, None);
    let found = |part: &str| shown.find(part).unwrap_or_else(|| panic!("{part}: {shown}"));
    assert!(found(">out<") < found(">a word<") && found(">a word<") < found(">come in<"), "{shown}");
    found(r#"<form method="post" action="/invite/c0de">"#);
    let links: Vec<&str> = shown.matches("href=\"/m/").collect();
    assert_eq!(links.len(), 1, "only the message leads on: {shown}");
    assert!(!start(&me, None).contains("id=\"inbox\""), "nothing was told");
}

#[test]
fn pages_carry_no_inline_script_or_style() {
    let viewer = Viewer::default();
    for page in [
        signing_in(&SIGN_IN),
        device::enter(&viewer, device::Tried::Nothing).into_string(),
        device::ask(&viewer, &hostile("Ann"), &asking("BCDF-GHJK")).into_string(),
        device::decided(&viewer, true).into_string(),
        device::decided(&viewer, false).into_string(),
        crate::pages::components::page(&viewer).into_string(),
    ] {
        assert!(!page.contains("style=") && !page.contains("onclick"), "{page}");
        assert_eq!(page.matches("<script").count(), page.matches("<script src=").count());
    }
}

/// A page that is opened by a link asks; only a press of a button of its form lets the device in.
#[test]
fn who_lets_a_device_in_sees_its_code_and_what_it_is() {
    let page = device::ask(&Viewer::default(), &hostile("Ann"), &asking("BCDF-GHJK")).into_string();
    assert!(page.contains(r#"<p class="code">BCDF-GHJK</p>"#) && page.contains("3 minutes ago"), "{page}");
    assert!(page.contains(r#"<form method="post" action="/auth/device/decision">"#), "{page}");
    assert!(
        page.contains(r#"name="decision" value="approve""#) && page.contains(r#"value="deny""#),
        "{page}"
    );
    assert!(!page.contains("autofocus") && !page.contains("http-equiv=\"refresh\""), "{page}");
}

#[test]
fn pages_need_nothing_from_elsewhere() {
    let pages = [
        signing_in(&SIGN_IN),
        start(&hostile("Ann"), Some(home::Suggested::default())),
        docs::page_of(&serde_json::json!({})).into_string(),
        ops::sign_in(None).into_string(),
    ];
    for page in pages {
        for sign in ["<img", "<picture", "<video", "<audio", "<iframe", "<object", "src=\"http", "srcset"] {
            assert!(!page.contains(sign), "{sign}: {page}");
        }
    }
    let sheet = assets::find(assets::STYLE).expect("embedded");
    let sheet = std::str::from_utf8(sheet.bytes).expect("text");
    assert!(
        !sheet.contains("url(") && !sheet.contains("@import"),
        "the content security policy allows neither"
    );
}

#[test]
fn all_scripts_are_one_file_with_htmx_first_and_ours_last() {
    let page = signing_in(&SIGN_IN);
    assert_eq!(page.matches("<script").count(), 1, "htmx does not wait for a later file");
    assert!(page.contains(&format!(r#"<script src="{}" defer>"#, assets::path(assets::SCRIPT))), "{page}");
    let script = assets::find(assets::SCRIPT).expect("embedded");
    let script = std::str::from_utf8(script.bytes).expect("text");
    let parts = ["var htmx=", r#"createPolicy("fragments""#, "startSwitcher:"];
    let places: Vec<_> = parts.iter().map(|part| script.find(part).expect("in the script")).collect();
    assert!(places.is_sorted(), "{places:?}");
    for asset in assets::ALL {
        assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
    }
}

/// A first visit costs 100 KiB at most, as `script/web-figures.mjs` counts in a browser. The page itself and the heads of all answers take
/// some 20 of them.
const FILES_OF_A_FIRST_VISIT: usize = 80 * 1024;

#[test]
fn the_files_of_a_first_visit_stay_small() {
    // One comes when somebody picks an emoji, the other when something is unread.
    let later = ["emoji.json", assets::APP_ICON_UNREAD];
    let first = assets::ALL.into_iter().filter(|asset| !later.contains(&asset.name));
    // The service worker is compressed as it is sent: as it stands it counts for more.
    let bytes = first.map(|asset| asset.gzip.len()).sum::<usize>() + assets::SERVICE_WORKER.len();
    assert!(bytes <= FILES_OF_A_FIRST_VISIT, "{bytes} bytes, {FILES_OF_A_FIRST_VISIT} at most");
}

#[test]
fn the_sign_in_page_shows_the_ways_that_there_are() {
    let shown = |page: SignIn<'_>| signing_in(&page);
    let github = [Provider { name: "github", kind: "github", label: "GitHub" }];
    let by_name = r#"action="/sign-in""#;
    let dev = shown(SIGN_IN);
    assert!(
        dev.contains(by_name) && !dev.contains("community_name") && !dev.contains("admin invite"),
        "{dev}"
    );
    let with_provider = shown(SignIn { by_name: false, providers: &github, ..SIGN_IN });
    assert!(with_provider.contains(r#"href="/auth/github/start?return_to=%2F""#), "{with_provider}");
    assert!(!with_provider.contains(by_name) && !with_provider.contains("admin invite"), "{with_provider}");
    let none = shown(SignIn { by_name: false, ..SIGN_IN });
    assert!(none.contains("ajet-chatd admin invite") && !none.contains("<form"), "{none}");
}

#[test]
fn before_the_first_community_the_sign_in_page_asks_what_it_is_called() {
    let github = [Provider { name: "github", kind: "github", label: "GitHub" }];
    for by_name in [true, false] {
        let page = SignIn { by_name, first_start: true, providers: &github, ..SIGN_IN };
        let page = signing_in(&page);
        assert_eq!(page.matches(r#"name="community_name""#).count(), 1, "{page}");
        assert_eq!(page.matches(r#"name="community_slug""#).count(), 1, "{page}");
        assert_eq!(page.contains(r#"action="/sign-in/first""#), !by_name, "{page}");
        assert_eq!(page.contains(r#"name="provider" value="github""#), !by_name, "{page}");
    }
}

#[test]
fn a_link_that_signs_in_asks_for_a_click_and_of_somebody_new_for_a_name() {
    let ann = hostile("Ann");
    let (known, new) = (linked(Some(&ann), None), linked(None, None));
    for page in [&known, &new] {
        assert!(page.contains(r#"<form method="post" action="/sign-in/link/t">"#), "{page}");
        assert!(!page.contains("http-equiv=\"refresh\""), "{page}");
    }
    assert!(known.contains("@u") && !known.contains(r#"name="username""#), "{known}");
    assert!(new.contains(r#"name="username""#), "{new}");
}
