//! The shop at a closer look: its state, sessions and files.

use std::sync::Arc;

use serde_json::{Value, json};

use super::shop::NOW;
use crate::contract::card::{Card, Evidence, Mark, Rule, Verdict};
use crate::contract::glance::{TokenView, WindowView};
use crate::contract::peek::{FileView, RecordsPeek, RouteTally, SessionView, StatePeek, Wanted};
use crate::contract::time::Span;
use crate::tui::peek::{Need, Peek};

/// What a page shows beside the glance.
pub fn peek(need: &Need) -> Peek {
    let mut peek = Peek::default();
    if need.routes {
        let tally = |(hits, status)| RouteTally { hits, status };
        peek.tallies = [
            (12, 200),
            (1304, 429),
            (3, 0),
            (0, 0),
            (1, 404),
            (88_123, 200),
            (0, 0),
        ]
        .map(tally)
        .to_vec();
    }
    if let Some(wanted) = &need.state {
        peek.state = Some(state(wanted));
    }
    if need.sessions {
        peek.sessions = sessions();
    }
    if need.files {
        peek.files = Arc::new(files());
    }
    if need.report {
        peek.card = Some(Box::new(card()));
    }
    if let Some((rule, _)) = need.rule {
        let shown = card().rules[rule]
            .evidence
            .iter()
            .map(|shown| shown.exchange)
            .collect::<Vec<_>>();
        let mut kept = super::sales::traffic();
        kept.retain(|exchange| shown.contains(&exchange.seq));
        peek.evidence = kept;
    }
    peek
}

fn sessions() -> Vec<SessionView> {
    let session = |(api, name, requests, idle_s): (&str, &str, u64, i64)| SessionView {
        api: api.into(),
        name: name.into(),
        requests,
        idle_s,
    };
    [
        ("shop", "default", 804, 2),
        ("shop", "bob's phone", 3, 75),
        ("shop", "alice", 397, 0),
        ("shop", "注文する人の長い名前のセッション", 1, 3300),
        ("bank", "alice", 12, 40),
    ]
    .map(session)
    .to_vec()
}

fn files() -> Vec<FileView> {
    let file = |(file, bytes, ago, changes): (&str, usize, i64, u32)| FileView {
        api: "shop".into(),
        file: format!("fixtures/shop/{file}"),
        bytes,
        read_at: NOW - Span::seconds(ago),
        changes,
    };
    [
        ("api.json", 1804, 3600, 0),
        ("collections/注文.json", 904, 3600, 0),
        ("errors.json", 8_211, 12, 4),
        (
            "routes/a/long/way/down/into/the/folders/of/this/shop/orders.json",
            20_480,
            3600,
            1,
        ),
    ]
    .map(file)
    .to_vec()
}

fn state(wanted: &Wanted) -> StatePeek {
    let orders: Vec<Value> = (1..=240).map(order).collect();
    let users = vec![
        json!({"id": 1, "name": "Ani", "email": "ani@example.com", "role": "customer", "address": null}),
        json!({"id": 2, "name": "山田太郎", "email": "yamada@example.com", "role": "clerk", "address": {"city": "大阪"}}),
    ];
    let all = [("users", users), ("orders", orders), ("empty", Vec::new())];
    let counts = all
        .iter()
        .map(|(name, items)| (Arc::from(*name), items.len()));
    let counts = counts.collect();
    let mut all = all.into_iter();
    let asked = all.find(|(name, _)| Some(*name) == wanted.collection.as_deref());
    StatePeek {
        collections: counts,
        records: asked.map(|(name, mut items)| {
            items.retain(|item| wanted.fits(item));
            RecordsPeek {
                collection: name.into(),
                key: "id".into(),
                fitting: items.len(),
                first: wanted.first,
                items: items
                    .into_iter()
                    .skip(wanted.first)
                    .take(wanted.most)
                    .collect(),
            }
        }),
        tokens: tokens(),
        tokens_in_all: 4,
        limits: limits(),
        limits_in_all: 3,
    }
}

fn order(nth: i64) -> Value {
    let status = ["new", "paid", "発送済み"][nth as usize % 3];
    json!({
        "id": format!("o-{nth}"),
        "customer": 1 + nth % 2,
        "status": status,
        "items": [{"item": 7, "quantity": nth}],
        "note": if nth % 4 == 0 { json!("leave it at the door, behind the green pot, please") } else { json!(null) },
        "paid": nth % 3 == 1,
    })
}

/// Kind, owner, text, age and life in seconds, status.
type Issued = (
    &'static str,
    Value,
    &'static str,
    i64,
    Option<i64>,
    &'static str,
);

fn tokens() -> Vec<TokenView> {
    let issued: [Issued; 4] = [
        (
            "access",
            json!(1),
            "eyJhbGci…xY3z",
            3600,
            Some(900),
            "expired",
        ),
        ("access", json!(2), "eyJhbGci…Pq7a", 60, Some(900), "valid"),
        (
            "refresh",
            json!(1),
            "rt_81c0e…44fe",
            86_000,
            Some(2_592_000),
            "revoked",
        ),
        (
            "api-key",
            json!("山田商店"),
            "sk_live_…9d1c",
            400_000,
            None,
            "valid",
        ),
    ];
    let token = |(nth, (kind, owner, token, age, life, status)): (usize, Issued)| TokenView {
        kind: kind.into(),
        id: format!("t-{nth}"),
        owner,
        token: token.to_owned(),
        issued_at: NOW - Span::seconds(age),
        expires_at: life.map(|life| NOW - Span::seconds(age) + Span::seconds(life)),
        status,
    };
    issued.into_iter().enumerate().map(token).collect()
}

fn limits() -> Vec<WindowView> {
    let window = |(limit, key, used, count, left_s): (&str, &str, u32, u32, i64)| WindowView {
        limit: limit.into(),
        key: key.to_owned(),
        used,
        count,
        refusing: used >= count,
        ends_at: NOW + Span::seconds(left_s),
        left_s,
    };
    [
        ("all", "127.0.0.1", 412, 1000, 2400),
        (
            "login",
            "a.very.long.address@of.a.customer.example.com",
            5,
            5,
            61,
        ),
        ("login", "127.0.0.1", 1, 5, 9),
    ]
    .map(window)
    .to_vec()
}

/// A client that does well, badly, and what cannot be told.
pub fn card() -> Card {
    use Verdict::*;
    let found = |rule: Rule| -> (Verdict, &str, &[u64]) {
        match rule {
            Rule::RetryAfter => (
                Failed,
                "2 of 3 attempts came too early: 180ms after 30s were asked, at the earliest",
                &[2, 8, 10],
            ),
            Rule::Backoff => (
                Passed,
                "the later gaps are 2.1 times the earlier ones",
                &[1, 2, 3, 4],
            ),
            Rule::Jitter => (Inconclusive, "3 gaps, and five are needed", &[1, 2]),
            Rule::UnsafeRetries => (Passed, "the POST /注文 was sent once", &[10]),
            _ => (NotExercised, "nothing came that it is about", &[]),
        }
    };
    let mark = |rule: Rule| {
        let (verdict, why, shown) = found(rule);
        let evidence = |seq: &u64| Evidence {
            exchange: *seq,
            request_id: format!("req-{seq}").into(),
            api: "shop".into(),
            session: "default".into(),
        };
        Mark {
            rule,
            verdict,
            why: why.to_owned(),
            evidence: shown.iter().map(evidence).collect(),
        }
    };
    Card {
        exchanges: 10,
        forgotten: 0,
        rules: Rule::ALL.map(mark).to_vec(),
    }
}
