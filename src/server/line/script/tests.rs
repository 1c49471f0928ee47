//! What is done with an answer, act by act.

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789";
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";

fn played(damage: Damage) -> Vec<Act> {
    script(&damage, Bytes::from_static(ANSWER))
}

fn ending(end: End) -> Damage {
    Damage {
        end,
        ..Damage::default()
    }
}

fn send(bytes: &'static [u8]) -> Act {
    Act::Send(Bytes::from_static(bytes))
}

#[test]
fn each_end_is_what_its_name_says() {
    let ms = |ms| Act::Wait(Span(ms));
    for (end, expected) in [
        (End::Whole, vec![send(HEAD), send(b"0123456789")]),
        (End::Hang(None), vec![Act::Hang]),
        (End::Hang(Some(Span(70))), vec![ms(70), Act::Close]),
        (End::Reset(None), vec![Act::Reset]),
        (
            End::Reset(Some(3)),
            vec![send(HEAD), send(b"012"), Act::Reset],
        ),
        (End::Reset(Some(0)), vec![send(HEAD), Act::Reset]),
        (End::Empty, vec![Act::Close]),
        (
            End::Truncate(None),
            vec![send(HEAD), send(b"01234"), Act::Close],
        ),
        (
            End::Truncate(Some(99)),
            vec![send(HEAD), send(b"012345678"), Act::Close],
        ),
        (
            End::Garbage(Bytes::from_static(b"\x80")),
            vec![send(b"\x80"), Act::Close],
        ),
        (
            End::MalformedChunk,
            vec![
                send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                send(b"5\r\n01234\r\nno-chunk\r\n56789"),
                Act::Close,
            ],
        ),
    ] {
        assert_eq!(played(ending(end.clone())), expected, "{end:?}");
    }
}

#[test]
fn paces_lose_no_byte_and_take_the_time_they_say() {
    let paces = [
        (
            Damage {
                pieces: Some(Pieces::Count {
                    chunks: 3,
                    over: Span(1000),
                }),
                ..Damage::default()
            },
            1000,
            4,
        ),
        (
            Damage {
                pieces: Some(Pieces::Size {
                    size: 4,
                    pause: Span(100),
                }),
                ..Damage::default()
            },
            200,
            4,
        ),
        (
            Damage {
                pieces: Some(Pieces::Held(Span(300))),
                ..Damage::default()
            },
            300,
            3,
        ),
        (
            Damage {
                head_over: Some(Span(3800)),
                ..Damage::default()
            },
            3800,
            HEAD.len() + 1,
        ),
        (
            Damage {
                rate: Some(49),
                ..Damage::default()
            },
            1005,
            25,
        ),
        (
            Damage {
                delay: Span(50),
                rate: Some(1_000_000),
                ..Damage::default()
            },
            52,
            2,
        ),
    ];
    for (damage, ms, sends) in paces {
        let acts = played(damage.clone());
        let sent: Vec<&Bytes> = acts
            .iter()
            .filter_map(|act| match act {
                Act::Send(bytes) => Some(bytes),
                _ => None,
            })
            .collect();
        let waited: i64 = acts
            .iter()
            .map(|act| match act {
                Act::Wait(time) => time.0,
                _ => 0,
            })
            .sum();
        assert_eq!(
            sent.iter()
                .flat_map(|bytes| bytes.to_vec())
                .collect::<Vec<u8>>(),
            ANSWER,
            "{damage:?}"
        );
        assert_eq!((waited, sent.len()), (ms, sends), "{damage:?}");
    }
}

#[test]
fn an_answer_without_a_body_can_be_damaged_too() {
    let bare = Bytes::from_static(b"HTTP/1.1 204 No Content\r\n\r\n");
    for end in [
        End::Truncate(None),
        End::Reset(Some(5)),
        End::MalformedChunk,
        End::Whole,
    ] {
        let damage = Damage {
            pieces: Some(Pieces::Count {
                chunks: 4,
                over: Span(9),
            }),
            end,
            ..Damage::default()
        };
        assert!(matches!(
            script(&damage, bare.clone()).first(),
            Some(Act::Send(_))
        ));
    }
}

#[test]
fn a_word_that_asks_for_the_body_goes_out_first_and_unharmed() {
    const ASKS: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let both = Bytes::from([ASKS, ANSWER].concat());
    for end in [
        End::Whole,
        End::Reset(None),
        End::Truncate(None),
        End::MalformedChunk,
    ] {
        let expected = [vec![send(ASKS)], played(ending(end.clone()))].concat();
        assert_eq!(script(&ending(end), both.clone()), expected);
    }
    let slow = Damage {
        delay: Span(9),
        ..Damage::default()
    };
    assert_eq!(script(&slow, both)[..2], [send(ASKS), Act::Wait(Span(9))]);
}
