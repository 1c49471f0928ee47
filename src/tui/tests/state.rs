//! The state and the files, one client watched alone: seen, walked through, ended.

use std::sync::Arc;

use insta::assert_snapshot;

use super::driver::{Driver, busy};
use super::screens::at_every_size;
use super::shop;
use crate::contract::command::{Command, TokenEnd};
use crate::contract::fault::FaultSpec;
use crate::contract::trust::Trust;
use crate::tui::keys::Place;
use crate::tui::message::Effect;
use crate::tui::model::{Notice, Overlay};
use crate::tui::page::Page;

/// A page reached by keys, looked at again after each of them.
fn walk(size: (u16, u16), keys: &str) -> Driver {
    let mut driver = busy(size);
    for key in keys.split(' ') {
        driver.press(key);
        driver.look(1, shop::faulty(), Vec::new());
    }
    driver
}

#[test]
fn tokens_with_what_is_left_of_their_life() {
    assert_snapshot!(at_every_size(|size| walk(size, "7 enter j")));
}

#[test]
fn limits_with_their_fill() {
    assert_snapshot!(at_every_size(|size| walk(size, "7 j enter j")));
}

#[test]
fn the_clients_of_the_state() {
    assert_snapshot!(at_every_size(|size| walk(size, "7 j j enter j")));
}

#[test]
fn records_as_a_table_and_one_of_them_whole() {
    assert_snapshot!(at_every_size(|size| walk(size, "7 j j j enter j")));
    assert_snapshot!(at_every_size(|size| walk(size, "7 j j j j enter G enter")));
}

#[test]
fn records_that_fit_a_filter_and_a_filter_that_none_fits() {
    let filtered = |size, text: &str| {
        let mut driver = walk(size, "7 j j j j /");
        driver.write(text);
        driver.look(1, shop::faulty(), Vec::new());
        driver
    };
    assert_snapshot!(at_every_size(|size| filtered(size, "発送 leave")));
    let mut driver = filtered((80, 24), "nothing like it");
    let text = driver.text();
    assert!(
        text.contains("/ nothing like it▏  0 of 240, of session default"),
        "{text}"
    );
    assert!(
        text.contains("no record fits; esc drops the filter"),
        "{text}"
    );
    driver.press("esc");
    driver.look(1, shop::faulty(), Vec::new());
    assert!(driver.text().contains("o-1 "), "as before");
}

#[test]
fn a_filter_of_records_is_kept_dropped_and_forgotten_with_their_collection() {
    let mut driver = walk((160, 50), "7 j j j /");
    driver.write("yamada");
    assert_eq!(driver.model.state.text, "yamada");
    driver.press("enter");
    driver.look(1, shop::faulty(), Vec::new());
    assert_eq!(driver.model.place(), Place::Rows);
    let copied = driver.press("y");
    assert!(
        matches!(&copied[..], [Effect::Copy { text, .. }] if text.contains("yamada@example.com")),
        "{copied:?}"
    );
    assert_eq!(driver.press("esc"), [Effect::Look], "the filter is dropped");
    assert_eq!(
        (driver.model.browse().depth, &*driver.model.state.text),
        (1, "")
    );
    driver.press("/");
    driver.write("ani");
    driver.press("enter esc esc / a n i enter h j");
    assert_eq!(driver.model.state.text, "", "it was about other records");
}

#[test]
fn a_session_that_the_api_has_not_seen() {
    let mut driver = busy((80, 24));
    driver.model.watched = Some("carol".into());
    driver.press("7");
    assert_snapshot!(driver.text());
}

#[test]
fn problems_and_files_with_excerpt_and_caret() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        let mut glance = shop::faulty();
        glance.problems = shop::problems();
        driver.press("9");
        driver.look(1, glance, Vec::new());
        driver
    });
    assert_snapshot!(screens);
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        let mut glance = shop::faulty();
        glance.problems = shop::problems();
        driver.press("9");
        driver.look(1, glance, Vec::new());
        driver.press("j j j j enter");
        driver
    }));
}

#[cfg(target_os = "linux")] // each system has its own ways
#[test]
fn the_authority_that_clients_are_to_trust_and_how() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        let mut glance = shop::faulty();
        let authority = Some("/home/ani/.local/share/galat/tls/ca.pem".into());
        glance.trust = Some(Arc::new(Trust { authority }));
        driver.press("9");
        driver.look(1, glance, Vec::new());
        driver.press("enter");
        let copied = driver.press("y");
        assert!(
            matches!(&copied[..], [Effect::Copy { text, .. }] if text.lines().count() == 6),
            "{copied:?}"
        );
        driver
    }));
}

#[test]
fn the_list_of_the_sessions_to_watch_and_one_watched() {
    assert_snapshot!(at_every_size(|size| walk(size, "s j j")));
    assert_snapshot!(at_every_size(|size| walk(size, "s j j enter")));
}

#[test]
fn a_watched_session_is_asked_for_everywhere_until_all_are_shown_again() {
    let mut driver = walk((80, 24), "s j j enter");
    let glance = shop::faulty();
    let asked = |driver: &Driver| {
        let pairs = driver.model.filter(&glance).pairs();
        (
            pairs.unwrap_or_default(),
            driver.model.need(&glance).session,
        )
    };
    let alice = Some(std::sync::Arc::from("alice"));
    assert_eq!(
        asked(&driver),
        (vec![("session", "alice".to_owned())], alice)
    );
    driver.press("tab");
    assert_eq!(driver.press("esc"), [Effect::Look]);
    assert_eq!(asked(&driver), (Vec::new(), None));
}

#[test]
fn a_fault_switched_on_while_a_client_is_watched_meets_it_alone() {
    let only = |session: &str| FaultSpec {
        session: Some(session.to_owned()),
        ..FaultSpec::default()
    };
    let on = |id: &str, spec: FaultSpec| Command::SwitchFault {
        api: "shop".to_owned(),
        id: id.to_owned(),
        spec,
    };
    let off = |id: &str| Command::LiftFault {
        api: "shop".to_owned(),
        id: id.to_owned(),
    };
    // alice is met by her own server error and by everybody's rate limit; bob by neither of his own.
    let elsewhere = FaultSpec {
        fault: Some("server-error".to_owned()),
        ..only("bob")
    };
    let cases = [
        ("alice", "1", on("expired-token", only("alice"))),
        ("alice", "2", off("rate-limited")),
        ("alice", "3", off("server-error")),
        ("bob", "3", on("server-error.bob", elsewhere)),
    ];
    for (session, key, command) in cases {
        let mut driver = busy((80, 24));
        driver.model.watched = Some(session.into());
        assert_eq!(driver.asked(key).command, command, "{key} for {session}");
    }
}

#[test]
fn the_editor_and_a_route_s_error_begin_with_the_watched_session() {
    let mut driver = busy((80, 24));
    driver.model.watched = Some("alice".into());
    match driver.asked("enter enter").command {
        Command::SwitchFault { spec, .. } => assert_eq!(spec.session.as_deref(), Some("alice")),
        other => panic!("{other:?}"),
    }
    driver.press("esc 6 j j enter");
    driver.press("j j");
    match driver.asked("space").command {
        Command::SwitchFault { id, spec, .. } => {
            assert_eq!(id, "sold-out.post-orders.alice");
            assert_eq!(spec.session.as_deref(), Some("alice"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_tokens_of_the_watched_session_expire_and_nobody_else_s() {
    let mut driver = busy((80, 24));
    for watched in [None, Some("alice")] {
        driver.model.watched = watched.map(Into::into);
        let session = watched.map(str::to_owned);
        let api = "shop".to_owned();
        assert_eq!(
            driver.asked("x").command,
            Command::ExpireTokens { api, session }
        );
    }
}

#[test]
fn one_token_is_ended_by_its_id_in_the_session_shown() {
    for (key, end) in [("X", TokenEnd::Expired), ("R", TokenEnd::Revoked)] {
        for watched in [None, Some("alice")] {
            let mut driver = walk((80, 24), "7 enter j");
            driver.model.watched = watched.map(Into::into);
            let command = Command::EndToken {
                api: "shop".to_owned(),
                session: watched.map(str::to_owned),
                token: "t-1".to_owned(),
                end,
            };
            assert_eq!(driver.asked(key).command, command, "{key}");
        }
    }
}

#[test]
fn enter_goes_deeper_and_escape_comes_back_to_the_board() {
    let mut driver = walk((80, 24), "7 j j j enter enter");
    let mut seen = Vec::new();
    for _ in 0..3 {
        driver.press("esc");
        seen.push((driver.model.page, driver.model.browse().depth));
    }
    assert_eq!(seen, [(Page::State, 1), (Page::State, 0), (Page::Board, 0)]);
}

#[test]
fn enter_on_a_session_of_the_state_watches_it() {
    let mut driver = walk((80, 24), "7 j j enter j");
    assert_eq!(driver.press("enter"), [Effect::Look]);
    assert_eq!(driver.model.watched.as_deref(), Some("alice"));
}

#[test]
fn leaving_the_list_of_sessions_changes_nothing() {
    let mut driver = walk((80, 24), "s j j");
    driver.press("esc");
    assert_eq!(driver.model.overlay, Overlay::None);
    assert_eq!(driver.model.watched, None);
}

#[test]
fn no_more_records_are_asked_for_than_are_seen_or_about_to_be() {
    let driver = walk((80, 24), "7 j j j j enter G");
    let wanted = driver.model.need(&shop::faulty()).state.expect("a state");
    let rows = driver.model.browse().lists[1];
    assert_eq!(wanted.collection.as_deref(), Some("orders"));
    assert_eq!((rows.at, wanted.most), (239, 72));
    assert!(wanted.first < rows.top && rows.at < wanted.first + wanted.most);
}

#[test]
fn nothing_is_asked_for_beside_the_glance_while_the_board_is_shown() {
    let driver = busy((80, 24));
    let need = driver.model.need(&shop::faulty());
    assert!(!need.routes && !need.sessions && !need.files && need.state.is_none());
}

#[test]
fn what_is_selected_is_copied() {
    let cases = [
        (
            "6 j",
            "http://127.0.0.1:4100/v1/orders",
            "copied the address",
        ),
        ("7 enter j", "\"id\": \"t-1\"", "copied what is selected"),
        ("7 j j j enter j", "山田太郎", "copied the record"),
        (
            "9 j",
            "fixtures/shop/collections/注文.json",
            "copied the path",
        ),
    ];
    for (keys, part, expected) in cases {
        let mut driver = walk((120, 40), keys);
        match driver.press("y").as_slice() {
            [Effect::Copy { text, said }] => {
                assert!(text.contains(part), "{text}");
                assert_eq!(said, expected);
            }
            other => panic!("{keys}: {other:?}"),
        }
    }
}

#[test]
fn a_problem_opens_at_its_line_and_a_file_where_it_begins() {
    let mut driver = busy((80, 24));
    let mut glance = shop::faulty();
    glance.problems = shop::problems();
    driver.press("9");
    driver.look(1, glance, Vec::new());
    let file = "fixtures/shop/errors.json".to_owned();
    assert_eq!(driver.press("e"), [Effect::OpenFile { file, line: 12 }]);
    let file = "fixtures/shop/api.json".to_owned();
    assert_eq!(driver.press("j j e"), [Effect::OpenFile { file, line: 0 }]);
}

#[test]
fn a_life_is_drawn_anew_each_second_and_a_page_without_one_is_not() {
    let second = |keys: &str| {
        let mut driver = walk((80, 24), keys);
        driver.model.rates.clear();
        let mut still = shop::quiet();
        still.clock = driver.model.glance.clock;
        driver.look(2, still, Vec::new());
        driver.model.next_beat().map(|beat| beat.as_millis())
    };
    assert_eq!(second("5"), None);
    assert_eq!(second("9"), None);
    assert_eq!(
        second("7 enter"),
        Some(1000),
        "tokens end on whole seconds from now"
    );
    assert_eq!(second("7 j enter"), Some(1000), "so do windows");
    assert_eq!(
        second("s"),
        Some(1000),
        "and sessions are a second longer idle"
    );
}

#[test]
fn a_refusal_of_the_hub_is_said() {
    let mut driver = busy((80, 24));
    driver.press("7 j enter");
    assert_eq!(driver.press("X"), []);
    assert!(!matches!(driver.model.notice, Some(Notice::Done(_))));
}
