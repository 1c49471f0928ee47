//! What was sold in the shop: exchanges to look at.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::contract::exchange::{Exchange, Heard, Said};
use crate::contract::explain::{Reason, Step};
use crate::contract::heads::Heads;
use crate::contract::reply::Reply;
use crate::contract::request::{Request, RequestBody};
use crate::contract::time::Span;

use super::shop::NOW;

/// What an exchange is made of; the rest is as in any shop.
pub struct Sale<'a> {
    pub seq: u64,
    pub method: &'a str,
    pub target: &'a str,
    pub status: u16,
    pub reason: Option<Reason>,
    pub body: &'a str,
    pub reply: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub session: &'a str,
}

impl Default for Sale<'_> {
    fn default() -> Self {
        Sale {
            seq: 1,
            method: "GET",
            target: "/v1/orders",
            status: 200,
            reason: None,
            body: "",
            reply: r#"{"data":[],"total":0}"#,
            headers: &[("host", "127.0.0.1:4100"), ("accept", "application/json")],
            session: "default",
        }
    }
}

impl Sale<'_> {
    pub fn done(self) -> Arc<Exchange> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            let name: HeaderName = name.parse().expect("a header name");
            headers.append(
                name,
                HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
            );
        }
        let body = Bytes::copy_from_slice(self.body.as_bytes());
        let request = Request {
            method: Method::from_bytes(self.method.as_bytes()).expect("a method"),
            uri: self.target.parse().expect("a target"),
            headers,
            body: RequestBody::Whole(body.clone()),
            peer: ([127, 0, 0, 1], 50_000 + (self.seq % 1000) as u16).into(),
            connection: 3,
            turn: 1,
        };
        let reply = Reply {
            damage: None,
            status: StatusCode::from_u16(self.status).expect("a status"),
            headers: [
                (
                    http::header::CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                ),
                (
                    HeaderName::from_static("x-request-id"),
                    HeaderValue::from_static("req-00001"),
                ),
            ]
            .into_iter()
            .collect(),
            body: Bytes::copy_from_slice(self.reply.as_bytes()),
        };
        Arc::new(Exchange {
            connections: 1,
            seq: self.seq,
            api: "shop".into(),
            session: self.session.into(),
            at: NOW + Span(self.seq as i64 * 430),
            tick: self.seq as i64 * 430,
            request_id: format!("req-{:05x}", self.seq * 7919).into(),
            route: Some("POST /orders".into()),
            heads: Heads::of(&request.uri, &request.headers, &reply.headers),
            request: Heard::of(&request),
            reply_len: reply.body.len(),
            reply: Said::of(&reply, usize::MAX),
            request_len: body.len(),
            request_body: body,
            faults: Default::default(),
            ending: Default::default(),
            steps: steps(&self.reason),
            reason: self.reason,
        })
    }
}

fn steps(reason: &Option<Reason>) -> Arc<[Step]> {
    let route = Step::Route {
        route: "POST /orders".into(),
        file: "fixtures/shop/routes/orders.json".into(),
    };
    let caller = Step::Caller {
        who: Some("user u-17 (customer)".to_owned()),
    };
    let last = match reason {
        Some(Reason::Fault(id)) => Step::FaultHit {
            id: id.clone(),
            fault: id.clone(),
            why: "0.31 < 0.50, the 3rd of 9 requests in its scope".to_owned(),
        },
        Some(Reason::Error(id)) => Step::Error { error: id.clone() },
        None => Step::Answer { prepared: true },
    };
    [route, caller, last].into_iter().collect()
}

/// A day's traffic, newest last.
pub fn traffic() -> Vec<Arc<Exchange>> {
    let error = |id: &str| Some(Reason::Error(id.into()));
    let fault = |id: &str| Some(Reason::Fault(id.into()));
    const TOKEN: &str = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTE3Iiwicm9sZSI6ImN1c3RvbWVyIiwiZXhwIjoxODkzNDk3NDY1fQ.c2lnbmF0dXJl";
    let sales = vec![
        Sale {
            method: "POST",
            target: "/v1/login",
            status: 401,
            reason: error("wrong-password"),
            ..Sale::default()
        },
        Sale {
            method: "POST",
            target: "/v1/login",
            ..Sale::default()
        },
        Sale {
            target: "/v1/orders?page=2&per_page=50&sort=-created_at&include=items,customer,payments",
            ..Sale::default()
        },
        Sale {
            target: "/v1/items/77",
            status: 404,
            reason: error("no-such-item"),
            ..Sale::default()
        },
        Sale {
            method: "OPTIONS",
            target: "/v1/orders",
            status: 204,
            reply: "",
            ..Sale::default()
        },
        Sale {
            target: "/v1/search?q=%E6%B3%A8%E6%96%87",
            session: "alice",
            ..Sale::default()
        },
        Sale {
            method: "DELETE",
            target: "/v1/orders/o-12",
            status: 204,
            reply: "",
            ..Sale::default()
        },
        Sale {
            target: "/v1/orders",
            status: 429,
            reason: fault("rate-limited"),
            ..Sale::default()
        },
        Sale {
            method: "PATCH",
            target: "/v1/orders/o-13/items/77/quantity",
            status: 500,
            reason: fault("server-error"),
            session: "alice",
            ..Sale::default()
        },
        Sale {
            method: "POST",
            target: "/v1/orders",
            status: 409,
            reason: fault("sold-out"),
            body: r#"{"items":[{"id":77,"count":2,"note":"it's for 山田さん"}],"express":true}"#,
            reply: r#"{"error":{"code":"SOLD_OUT","message":"在庫がありません (sold out)","details":{"left":0,"item":77,"price":12.50,"similar":[]},"request_id":"req-12345"}}"#,
            headers: &[
                ("host", "127.0.0.1:4100"),
                ("user-agent", "till/2.1"),
                ("authorization", TOKEN),
                ("content-type", "application/json"),
                ("content-length", "74"),
            ],
            ..Sale::default()
        },
    ];
    let numbered = sales
        .into_iter()
        .zip(1..)
        .map(|(sale, seq)| Sale { seq, ..sale }.done());
    numbered.collect()
}
