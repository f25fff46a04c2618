//! What may stand in `next`, and what would lead elsewhere.

use super::{asked, may_follow_sign_in, or_start, through_sign_in};

#[test]
fn addresses_on_this_site_are_kept() {
    let long = format!("/{}", "x".repeat(2047));
    for address in [
        "/",
        "/c/x",
        "/invite/abc",
        "/channels/1?a=b&c=d#m-2",
        "/c/caf%C3%A9",
        "/%09/evil.example",
        "/a//b",
        &long,
    ] {
        assert_eq!(or_start(Some(address)), address);
    }
}

#[test]
fn everything_else_leads_to_the_start_page() {
    let long = format!("/{}", "x".repeat(2048));
    for address in [
        "",
        "//evil.example",
        "///evil.example",
        "/\t/evil.example",
        "/\r/evil.example",
        "/\n/evil.example",
        "/\u{b}/evil.example",
        "/\0/evil.example",
        "/ /evil.example",
        "/\u{85}/evil.example",
        "/\u{2028}/evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/c\\x",
        "\t//evil.example",
        " /c/x",
        "/c/x\r\nset-cookie: a=b",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "c/x",
        "?next=/",
        "/café",
        &long,
    ] {
        assert_eq!(or_start(Some(address)), "/", "{address:?}");
    }
    assert_eq!(or_start(None), "/");
}

#[test]
fn a_sign_in_leads_to_what_begins_nothing_by_itself() {
    for good in ["/", "/c/x", "/invite/abc", "/accounts", "/auth/device", "/auth/device?user_code=BBBB-BBBB"]
    {
        assert!(may_follow_sign_in(good), "{good}");
        assert_eq!(asked(Some(good), "/accounts").expect("is ours"), good);
        assert_eq!(or_start(Some(good)), good);
    }
    for bad in [
        "/auth/it/start",
        "/auth/device/decision",
        "/auth/device/../it/start",
        "/auth/device/",
        "/auth/devices",
        "/auth/%2e%2e/auth/it/start",
        "/x/../auth/it/start",
        "//evil.example/auth/device",
    ] {
        assert!(!may_follow_sign_in(bad), "{bad}");
        let refused = asked(Some(bad), "/accounts").expect_err("is not ours");
        assert_eq!(refused.errors[0].field, "return_to", "{bad}");
        assert_eq!(or_start(Some(bad)), "/", "{bad}");
    }
    assert_eq!(asked(None, "/accounts").expect("none was named"), "/accounts");
}

#[test]
fn the_sign_in_page_is_told_where_to_go_on() {
    assert_eq!(through_sign_in(Some("/invite/abc")), "/sign-in?next=%2Finvite%2Fabc");
    assert_eq!(through_sign_in(Some("/c/x?a=b&c=d")), "/sign-in?next=%2Fc%2Fx%3Fa%3Db%26c%3Dd");
    for nothing in [None, Some("/"), Some("//evil.example"), Some("/auth/it/start")] {
        assert_eq!(through_sign_in(nothing), "/sign-in");
    }
}
