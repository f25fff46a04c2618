//! The page of all components, for developers: what the pages are put together from, in the look that is chosen. It is there in the
//! development profile alone, and its words are samples: they are not translated.

use ajet_protocol::{ChannelId, ChannelType, Timestamp, User, UserId, Visibility};
use maud::{Markup, html};
use uuid::Uuid;

use crate::components::*;
use crate::layout::page_for;
use crate::shell::{Dm, Entry, Frame, Group, Head, Place, Sidebar, rail, sidebar};
use crate::viewer::Viewer;

/// The page.
#[must_use]
pub fn page(viewer: &Viewer) -> Markup {
    let body = html! {
        body { div.samples {
            // First and in no section: its link to the content is a page's first, and what is main stands in no other landmark.
            div.shell-sample { (shell(viewer)) }
            header { h1 { "Components" } }
            (sample("Colours", &colours()))
            (sample("Buttons", &buttons()))
            (sample("Fields", &fields()))
            (sample("Choices", &choices()))
            (sample("Marks", &marks()))
            (sample("Surfaces", &surfaces()))
            (sample("Overlays", &overlays()))
            (sample("Collections", &collections()))
            (sample("Icons", &html! { div.row { @for icon in Icon::ALL { (icon.show()) } } }))
        } }
    };
    page_for(viewer, "Components", &body)
}

fn sample(title: &str, content: &Markup) -> Markup {
    html! { section.sample aria-label=(title) { h2 { (title) } (content) } }
}

fn colours() -> Markup {
    let names = ["ground", "sunken", "rail", "hover", "accent", "wash", "good", "warn", "bad", "mention"];
    html! {
        div.swatches { @for name in names { div class={ "swatch swatch-" (name) } { (name) } } }
        p { "What is read. " span.soft { "What stands beside it. " } span.faint { "What is looked up." } }
    }
}

fn buttons() -> Markup {
    html! {
        div.row {
            (Button::new(Kind::Primary, "Primary").submit())
            (Button::new(Kind::Plain, "Plain").icon(Icon::Add).submit())
            (Button::new(Kind::Quiet, "Quiet").submit())
            (Button::new(Kind::Danger, "Danger").icon(Icon::Remove).submit())
            (Button::new(Kind::Plain, "Small").small().submit())
            (Button::icon_link(Icon::Settings, "With a tooltip", "#"))
            button.button.button-primary disabled { "Disabled" }
        }
    }
}

fn fields() -> Markup {
    let options = [Choice { value: "a", label: "First" }, Choice { value: "b", label: "Second" }];
    html! {
        div.fields-two {
            (Field::text("one", "A line").value("Some text").hint("A hint says what fits.").show())
            (Field::text("two", "Left empty").optional("optional").show())
            (Select { name: "three", label: "One of several", id: "three", hint: None, choices: &options, chosen: "b" }.show())
            (Field::text("four", "Several lines").area().value("First\nSecond").show())
        }
        p.problem { "A problem in words, below its form." }
    }
}

fn choices() -> Markup {
    html! {
        div.fields-two {
            div {
                (switch("on", "A switch that is on", Some("And what it does."), true))
                (switch("off", "A switch that is off", None, false))
            }
            div { (checkbox("check", "1", "A check box", true)) (checkbox("check", "2", "Another one", false)) (checkbox_with_hint("check", "a:value", "What it means", false)) }
        }
        div.tiles { (radio("tile", "1", "A tile", true)) (radio("tile", "2", "Another tile", false)) (radio("tile", "3", "The last tile", false)) }
    }
}

fn marks() -> Markup {
    let people = ["Ada Lovelace", "Grace Hopper", "كريم", "Bob", "李 小龙", "Zoë", "Åsa Öst", "Mia"];
    html! {
        div.row {
            (badge("Accent", Tone::Accent)) (badge("Good", Tone::Good)) (badge("Warn", Tone::Warn)) (badge("Bad", Tone::Bad))
            (badge("Plain", Tone::Plain)) (count(7, "7 unread")) (mentions(120, "120 mentions")) (chips(["messages:read", "files:write"]))
            (presence(true, "online")) (presence(false, "offline"))
        }
        div.row { @for (at, name) in people.iter().enumerate() { (avatar(&user(at as u128, name), Size::Normal)) } }
        div.row { (avatar(&user(3, "Large One"), Size::Large)) (person(&user(4, "Somebody with a name"), "bot")) (avatar(&user(5, "Small"), Size::Small)) }
    }
}

fn surfaces() -> Markup {
    html! {
        div.fields-two {
            (card("A card", Some("With a hint below its title."), &html! { p { "Its content." } }))
            (danger_card("A card of danger", Some("What can't be taken back."), &html! { div { (Button::new(Kind::Danger, "Delete").submit()) } }))
        }
        (banner(Tone::Accent, &html! { p { "Something to know." } }))
        (banner(Tone::Good, &html! { p { "Something was done." } }))
        (banner(Tone::Warn, &html! { p { "Something to mind." } }))
        (banner(Tone::Bad, &html! { p { "Something went wrong." } }))
        (empty(Icon::Inbox, "Nothing here yet", "What would be here, and how to begin.", &Button::new(Kind::Primary, "Begin").submit()))
        (skeleton(6, "loading"))
        (toast(Icon::Good, &html! { "Copied." }))
        div.secret { code { "https://chat.example/invite/sample" } }
    }
}

fn overlays() -> Markup {
    let dialog = Dialog { id: "sample-dialog", title: "A question", close: "Cancel" };
    html! {
        div.row {
            (confirm(dialog, "This can't be taken back. Delete it?", "/dev/components", "Delete"))
            (Button::new(Kind::Plain, "Menu").icon(Icon::Open).opens("sample-menu"))
            (menu("sample-menu", &html! { a href="#" { (Icon::Write.small()) "Edit" } a href="#" { (Icon::Link.small()) "Copy link" } hr; button.menu-danger type="button" { (Icon::Remove.small()) "Delete" } }))
        }
    }
}

fn collections() -> Markup {
    let all = [
        Tab { address: "#one", label: "One", current: true },
        Tab { address: "#two", label: "Two", current: false },
        Tab { address: "#three", label: "Three", current: false },
    ];
    let rows = html! {
        @for (at, name) in ["Ada Lovelace", "Grace Hopper"].iter().enumerate() {
            tr { th scope="row" { (person(&user(at as u128, name), "bot")) } td { (badge("Member", Tone::Plain)) } td.end { (Button::new(Kind::Plain, "Manage").small().submit()) } }
        }
    };
    html! {
        (tabs("Samples", &all))
        (table("People", &["Name", "Role", ""], &rows))
        ul.rows { li { span { "A row of a list" } (Button::new(Kind::Plain, "Edit").small().submit()) } li { span { "Another one" } } }
        (pager(Some("#next"), "Next page"))
    }
}

fn shell(viewer: &Viewer) -> Markup {
    let places =
        [place(1, "Ferris and Friends", true), place(2, "Open Source", false), place(3, "Family", false)];
    let (ann, bob) = (user(11, "Ann Archer"), user(12, "Bob Baker"));
    let top = [entry(21, "general", 0), entry(22, "random", 3)];
    let work = [entry(23, "design", 12), Entry { visibility: Visibility::Private, ..entry(24, "leads", 0) }];
    let dms = vec![Dm {
        id: id(31),
        name: "Bob Baker",
        address: "#",
        person: Some(&bob),
        is_online: true,
        unread: 2,
        is_current: false,
    }];
    let shown = Sidebar {
        title: "Ferris and Friends",
        acts: html! { (Button::icon_link(Icon::Open, "Menu", "#")) },
        top: html! {},
        groups: vec![
            Group { name: None, entries: top.to_vec() },
            Group { name: Some("Work"), entries: work.to_vec() },
        ],
        dms,
        me: &ann,
    };
    let head = Head {
        icon: Icon::Channel,
        title: "general",
        note: Some("What everybody should read"),
        acts: html! { (Button::icon_link(Icon::Members, "People", "#")) },
    };
    Frame {
        rail: rail(viewer, &places),
        sidebar: sidebar(viewer, &shown),
        head: head.show(viewer),
        main: html! { div.scroller { div.page { (skeleton(9, "loading")) } } },
        pane: None,
    }
    .show(viewer)
}

fn place(number: u128, name: &str, is_current: bool) -> Place<'_> {
    Place {
        id: Uuid::from_u128(number),
        name,
        slug: "sample",
        avatar_url: None,
        is_unread: !is_current,
        mentions: i64::from(number == 3) * 4,
        is_current,
    }
}

fn entry(number: u128, name: &str, unread: i64) -> Entry<'_> {
    Entry {
        id: id(number),
        name,
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        address: "#",
        unread,
        mentions: i64::from(unread > 9) * 2,
        is_muted: false,
        is_current: number == 21,
    }
}

fn id(number: u128) -> ChannelId {
    ChannelId(Uuid::from_u128(number))
}

fn user(number: u128, name: &str) -> User {
    User {
        id: UserId(Uuid::from_u128(number)),
        username: "sample".to_owned(),
        display_name: name.to_owned(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}
