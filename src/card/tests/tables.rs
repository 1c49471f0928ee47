//! What came, and what each rule finds.

use super::check;
use crate::contract::card::Rule;
use crate::contract::card::Verdict::{Failed, Inconclusive, NotExercised, Passed};

#[test]
fn retry_after_is_waited_for_to_the_tolerance() {
    check(
        Rule::RetryAfter,
        &[
            (
                &["0s GET /a 429 wait=30", "30s GET /a 200"],
                Passed,
                "#2 GET /a came 30s after #1 had asked for 30s",
            ),
            (
                &["0s GET /a 429 wait=30", "29900ms GET /a 200"],
                Passed,
                "29s900ms",
            ),
            (
                &["0s GET /a 429 wait=30", "29899ms GET /a 200"],
                Failed,
                "came 29s899ms after #1 had asked for 30s",
            ),
            (
                &[
                    "set {\"retry-after\":{\"tolerance\":\"1s\"}}",
                    "0s GET /a 429 wait=30",
                    "29s GET /a 200",
                ],
                Passed,
                "",
            ),
            (
                &["0s GET /a 503 date=00:00:30", "29s GET /a 200"],
                Failed,
                "30s",
            ),
            (
                &["500ms GET /a 503 date=00:00:30", "29s GET /a 200"],
                Failed,
                "28s500ms after #1 had asked for 29s500ms",
            ),
            (
                &["500ms GET /a 503 date=00:00:30", "30s GET /a 200"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 503 date=00:00:30", "30s GET /a 200"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 429 wait=soon", "1s GET /a 200"],
                NotExercised,
                "no answer told",
            ),
            (
                &["0s GET /a 429 wait=30", "1s GET /b 200"],
                NotExercised,
                "not asked for again",
            ),
            // The clock was moved between: that is as good as waiting; so is real time while it stands.
            (
                &["0s GET /a 429 wait=30", "30s GET /a 200 tick=5ms"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 429 wait=30", "0s GET /a 200 tick=30s"],
                Passed,
                "",
            ),
            // Sessions are clients of their own.
            (
                &[
                    "0s GET /a 429 wait=30",
                    "1s GET /a 200 session=ani",
                    "30s GET /a 200",
                ],
                Passed,
                "",
            ),
            // A slow answer counts from its end.
            (
                &["0s GET /a 429 wait=10 took=5s", "12s GET /a 200"],
                Failed,
                "came 7s after",
            ),
            // The wait is longer than what keeps requests apart.
            (&["0s GET /a 429 wait=600", "600s GET /a 200"], Passed, ""),
            (
                &["0s GET /a 429 wait=30", "1s GET /a 429 wait=30", "forget 1"],
                NotExercised,
                "",
            ),
            // Those that were under way at the same time were not told yet.
            (
                &[
                    "0s GET /a 429 wait=30 c=1.1 open=2",
                    "20ms GET /a 429 wait=30 c=2.1",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    "0s GET /a 429 wait=30 c=1.1 open=1",
                    "20ms GET /a 429 wait=30 c=2.1",
                ],
                Failed,
                "20ms",
            ),
        ],
    );
}

#[test]
fn backoff_grows_over_all_requests_together() {
    check(
        Rule::Backoff,
        &[
            (
                &["0s GET /a 500", "1s GET /a 500", "3s GET /a 200"],
                Passed,
                "1s, 2s",
            ),
            (
                &["0s GET /a 500", "1s GET /a 500", "2200ms GET /a 200"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 500", "1s GET /a 500", "2199ms GET /a 200"],
                Failed,
                "1.20 times",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "2s GET /a 500",
                    "3s GET /a 500",
                ],
                Failed,
                "1s, 1s, 1s: the later gaps are 1.00 times",
            ),
            (
                &["0s GET /a 500", "5ms GET /a 500", "14ms GET /a 200"],
                Failed,
                "at once",
            ),
            (
                &["0s GET /a 500", "0s GET /a 500", "1s GET /a 200"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 500", "1s GET /a 200"],
                Inconclusive,
                "2 gaps of one request are needed to tell; GET /a has 1 (1s)",
            ),
            (
                &[
                    "set {\"backoff\":{\"least\":3}}",
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "2s GET /a 500",
                ],
                Inconclusive,
                "3 gaps",
            ),
            // One request's gaps shrink by chance, those of all grow.
            (
                &[
                    "0s GET /a 500",
                    "2s GET /a 500",
                    "3s GET /a 200",
                    "0s GET /b 500",
                    "1s GET /b 500",
                    "6s GET /b 200",
                ],
                Passed,
                "",
            ),
            // A wait that was told is none of the client's own.
            (
                &[
                    "0s GET /a 429 wait=5",
                    "5s GET /a 429 wait=5",
                    "10s GET /a 200",
                ],
                NotExercised,
                "",
            ),
            (
                &["0s GET /a 200", "1s GET /a 200", "2s GET /a 200"],
                NotExercised,
                "",
            ),
            (
                &["0s GET /a lost", "1s GET /a broken", "3s GET /a 200"],
                Passed,
                "1s, 2s",
            ),
        ],
    );
}

#[test]
fn jitter_is_told_from_five_gaps_on() {
    check(
        Rule::Jitter,
        &[
            (
                &["0s GET /a 500", "1s GET /a 500", "3s GET /a 500"],
                Inconclusive,
                "there are 2 of 1 request",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "2s GET /a 500",
                    "3s GET /a 500",
                    "4s GET /a 500",
                    "5s GET /a 500",
                ],
                Failed,
                "are equal",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "3s GET /a 500",
                    "7s GET /a 500",
                    "15s GET /a 500",
                    "31s GET /a 500",
                ],
                Failed,
                "grow by the same factor: 1s, 2s, 4s, 8s, 16s",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "3s GET /a 500",
                    "6s GET /a 500",
                    "10s GET /a 500",
                    "15s GET /a 500",
                ],
                Failed,
                "grow by the same step",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "3s GET /a 500",
                    "7s GET /a 500",
                    "15s GET /a 500",
                    "25s GET /a 500",
                    "35s GET /a 500",
                ],
                Failed,
                "same factor",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "3500ms GET /a 500",
                    "6s GET /a 500",
                    "15s GET /a 500",
                    "22s GET /a 500",
                ],
                Passed,
                "vary",
            ),
            (
                &[
                    "0s GET /a?1 500",
                    "1s GET /a?1 200",
                    "0s GET /a?2 500",
                    "1s GET /a?2 200",
                    "0s GET /a?3 500",
                    "1s GET /a?3 200",
                    "0s GET /a?4 500",
                    "1s GET /a?4 200",
                    "0s GET /a?5 500",
                    "1040ms GET /a?5 200",
                ],
                Failed,
                "gap 1 of 5 requests are equal",
            ),
            (
                &[
                    "0s GET /a?1 500",
                    "1s GET /a?1 200",
                    "0s GET /a?2 500",
                    "1s GET /a?2 200",
                    "0s GET /a?3 500",
                    "1s GET /a?3 200",
                    "0s GET /a?4 500",
                    "1s GET /a?4 200",
                    "0s GET /a?5 500",
                    "1060ms GET /a?5 200",
                ],
                Passed,
                "vary",
            ),
            (&["0s GET /a 500", "5ms GET /a 500"], NotExercised, ""),
        ],
    );
}

#[test]
fn a_budget_counts_the_first_attempt_and_the_last() {
    check(
        Rule::Budget,
        &[
            (
                &[
                    "set {\"budget\":{\"attempts\":2}}",
                    "0s GET /a 500",
                    "1s GET /a 200",
                ],
                Passed,
                "2 times at most",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":2}}",
                    "0s GET /a 500",
                    "1s GET /a 500",
                    "2s GET /a 200",
                ],
                Failed,
                "3 times; 2 are allowed",
            ),
            // What has succeeded is a new request when it comes again, and so is what comes late.
            (
                &[
                    "set {\"budget\":{\"attempts\":2}}",
                    "0s GET /a 500",
                    "1s GET /a 200",
                    "2s GET /a 500",
                    "3s GET /a 200",
                ],
                Passed,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a 500",
                    "120s GET /a 200",
                ],
                Failed,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a 500",
                    "120001ms GET /a 200",
                ],
                NotExercised,
                "",
            ),
            // Another body, another key: another request.
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s POST /a 500 body=x",
                    "1s POST /a 201 body=y",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s POST /a 500 key=x",
                    "1s POST /a 201 key=y",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s POST /a 500 key=x",
                    "1s POST /a 201 key=x",
                ],
                Failed,
                "",
            ),
            // A replay with a fresh token is none of its attempts, and neither is what the HTTP library sends.
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a 401 as=x",
                    "1s GET /a 200 as=y",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a lost c=1.2",
                    "3ms GET /a 200 c=2.1",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a lost c=1.1",
                    "3ms GET /a 200 c=2.1",
                ],
                Failed,
                "",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":1}}",
                    "0s GET /a lost c=1.2",
                    "3ms GET /a lost c=2.1",
                    "6ms GET /a 200 c=3.1",
                ],
                Failed,
                "2 times",
            ),
            (
                &[
                    "set {\"budget\":{\"attempts\":2},\"gives-up\":{\"within\":\"5s\"}}",
                    "0s GET /a 500",
                    "3s GET /a 500",
                    "6s GET /a 500",
                ],
                Inconclusive,
                "judged by gives-up",
            ),
        ],
    );
}

#[test]
fn client_errors_are_not_repeated_unchanged() {
    check(
        Rule::ClientErrors,
        &[
            (
                &["0s POST /a 422 body=x", "1s POST /a 422 body=x"],
                Failed,
                "#2 POST /a repeats #1 unchanged, 1s after its 422",
            ),
            (
                &["0s POST /a 422 body=x", "1s POST /a 201 body=y"],
                Passed,
                "#1 POST /a was answered 422",
            ),
            (&["0s GET /a 404", "121s GET /a 404"], Passed, ""),
            (&["0s GET /a 403 as=x", "1s GET /a 200 as=y"], Passed, ""),
            (&["0s GET /a 409", "1s GET /a 200"], NotExercised, ""),
            (&["0s GET /a 429", "1s GET /a 200"], NotExercised, ""),
            (&["0s GET /a 413 wait=1", "1s GET /a 200"], NotExercised, ""),
            (&["0s GET /a 401 as=x", "1s GET /a 401 as=x"], Failed, ""),
            (
                &["0s GET /a 401 as=x c=1.1", "90ms GET /a 401 as=x c=2.1"],
                NotExercised,
                "",
            ),
            (
                &["0s GET /a 401 as=x c=1.1", "90ms GET /a 401 as=x c=1.2"],
                Failed,
                "",
            ),
            (
                &["0s POST /refresh 401 body=x", "1s POST /refresh 401 body=x"],
                NotExercised,
                "",
            ),
        ],
    );
}

#[test]
fn what_may_have_been_done_is_not_done_twice() {
    check(
        Rule::UnsafeRetries,
        &[
            (
                &["0s POST /a 500", "1s POST /a 201"],
                Failed,
                "#2 POST /a repeats #1 without Idempotency-Key, 1s after 500",
            ),
            (
                &["0s POST /a lost", "1s POST /a 201"],
                Failed,
                "after no answer",
            ),
            (
                &["0s POST /a broken", "1s POST /a 201"],
                Failed,
                "broke off",
            ),
            (
                &["0s POST /a left took=5s", "6s POST /a 201"],
                Failed,
                "did not wait for",
            ),
            (&["0s POST /a 500"], Passed, "met 500 and was not repeated"),
            (
                &["0s POST /a 500 key=k", "1s POST /a 201 key=k"],
                Passed,
                "under its key",
            ),
            (
                &["0s POST /a 500 key=k", "1s POST /a 201 key=l"],
                Failed,
                "under another Idempotency-Key",
            ),
            (
                &["0s POST /a 500 key=k", "1s POST /a 201 key=l body=x"],
                NotExercised,
                "",
            ),
            (&["0s POST /a 429", "1s POST /a 201"], NotExercised, ""),
            (
                &["0s POST /a 503 wait=1", "1s POST /a 201"],
                NotExercised,
                "",
            ),
            (
                &[
                    "0s GET /a 500",
                    "1s GET /a 200",
                    "2s PUT /a 500",
                    "3s PUT /a 200",
                ],
                NotExercised,
                "",
            ),
            (
                &["0s POST /a lost c=1.2", "50ms POST /a 201 c=2.1"],
                Inconclusive,
                "by the HTTP library",
            ),
            (
                &["0s POST /a lost c=1.2", "51ms POST /a 201 c=2.1"],
                Failed,
                "",
            ),
            (
                &["0s POST /a lost c=1.1", "50ms POST /a 201 c=2.1"],
                Failed,
                "",
            ),
            (
                &["0s POST /a lost c=1.2", "20ms POST /a 201 c=1.3"],
                Failed,
                "",
            ),
        ],
    );
}

#[test]
fn an_expiry_is_refreshed_once_and_what_waited_is_replayed_once() {
    const GOOD: &str = "0s GET /a 200 as=x";
    check(
        Rule::RefreshOnce,
        &[
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "3s GET /a 200 as=y",
                ],
                Passed,
                "one refresh, #3, followed the 401 of #2",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x c=1.2 open=2",
                    "1s GET /b 401 as=x c=2.1",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "3s GET /a 200 as=y",
                    "3s GET /b 200 as=y",
                ],
                Passed,
                "",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "2s POST /refresh 401 body={\"token\":\"t\"}",
                    "3s GET /a 200 as=y",
                ],
                Failed,
                "#4 POST /refresh presents the token that had been exchanged by #3; and 1 more",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "3s POST /refresh 200 body={\"token\":\"u\"}",
                    "4s GET /a 200 as=y",
                ],
                Failed,
                "2 refreshes followed the 401 of #2",
            ),
            // Its own retries are one refresh.
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 500 body={\"token\":\"t\"}",
                    "3s POST /refresh 200 body={\"token\":\"t\"}",
                    "4s GET /a 200 as=y",
                ],
                Passed,
                "",
            ),
            // Ahead of time, and again when that has run out.
            (
                &[
                    "0s POST /refresh 200 body={\"token\":\"t\"}",
                    "900s POST /refresh 200 body={\"token\":\"u\"}",
                ],
                Passed,
                "one refresh, #1, followed no 401",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "3s GET /a 401 as=y asked=expired",
                    "4s POST /refresh 200 body={\"token\":\"u\"}",
                    "5s GET /a 401 as=z asked=expired",
                    "6s POST /refresh 200 body={\"token\":\"v\"}",
                    "7s GET /a 401 as=w asked=expired",
                ],
                Failed,
                "with fresh tokens 3 times",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 200 body={\"token\":\"t\"}",
                    "over",
                ],
                Failed,
                "GET /a was refused, and not asked for again",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 401 body={\"token\":\"t\"}",
                    "over",
                ],
                Passed,
                "",
            ),
            (
                &[
                    GOOD,
                    "1s GET /a 401 as=x",
                    "2s POST /refresh 401 body={\"token\":\"t\"}",
                    "3s POST /refresh 401 body={\"token\":\"t\"}",
                ],
                Failed,
                "had been refused to #3",
            ),
            (
                &[GOOD, "1s GET /a 401 as=x"],
                Inconclusive,
                "no refresh followed the 401 of #2 in 0s",
            ),
            (
                &[GOOD, "1s GET /a 401 as=x", "now 11001ms"],
                Failed,
                "no refresh",
            ),
            (&[GOOD, "1s GET /a 401 as=x", "now 11s"], Inconclusive, ""),
            // Credentials that never were any good are no expiry.
            (
                &["0s GET /a 401 as=nonsense", "over"],
                NotExercised,
                "no token expired",
            ),
        ],
    );
}

#[test]
fn a_storm_is_what_faults_hit_in_a_second_or_at_once() {
    const FEW: &str = "set {\"storm\":{\"per_second\":2,\"in_flight\":1}}";
    check(
        Rule::Storm,
        &[
            (
                &[
                    FEW,
                    "0s GET /a?1 500 fault=f",
                    "500ms GET /a?2 500 fault=f",
                    "1s GET /a?3 500 fault=f",
                ],
                Passed,
                "2 requests in one second",
            ),
            (
                &[
                    FEW,
                    "0s GET /a?1 500 fault=f",
                    "500ms GET /a?2 500 fault=f",
                    "999ms GET /a?3 500 fault=f",
                ],
                Failed,
                "3 requests in one second",
            ),
            (
                &[
                    FEW,
                    "0s GET /a?1 500 fault=f",
                    "0s GET /a?2 500 fault=f tick=500ms",
                    "0s GET /a?3 500 fault=f tick=1s",
                ],
                Passed,
                "",
            ),
            // What goes well is no storm, and neither is what a form refuses.
            (
                &[FEW, "0s GET /a?1 200", "0s GET /a?2 200", "0s GET /a?3 200"],
                NotExercised,
                "",
            ),
            (
                &[
                    FEW,
                    "0s POST /a 422 fault=f",
                    "0s POST /a 422 fault=f",
                    "0s POST /a 422 fault=f",
                ],
                NotExercised,
                "",
            ),
            (
                &[
                    FEW,
                    "0s GET /a?1 200 fault=f took=2s",
                    "1s GET /a?2 200 fault=f took=2s",
                ],
                Failed,
                "2 requests under way at once",
            ),
            (
                &[
                    FEW,
                    "0s GET /a?1 200 fault=f took=1s",
                    "1s GET /a?2 200 fault=f took=1s",
                ],
                Passed,
                "1 request under way",
            ),
            (
                &[
                    FEW,
                    "0s GET /a?1 500 fault=f",
                    "0s GET /a?2 500 fault=f",
                    "0s GET /a?3 500 fault=f session=ani",
                ],
                Passed,
                "",
            ),
        ],
    );
}

#[test]
fn what_fails_to_the_end_is_given_up_neither_at_once_nor_late() {
    check(
        Rule::GivesUp,
        &[
            (
                &["0s GET /a 500", "1s GET /a 500", "over"],
                Passed,
                "given up after 2 attempts in 1s",
            ),
            (&["0s GET /a 500", "1s GET /a 500", "now 31s"], Passed, ""),
            (
                &["0s GET /a 500", "1s GET /a 500", "now 30999ms"],
                Inconclusive,
                "has failed so far, 2 attempts",
            ),
            (
                &["0s GET /a 500", "over"],
                Failed,
                "given up at once, after 500",
            ),
            (&["0s GET /a 500", "now 29s"], Inconclusive, ""),
            (&["0s POST /a 500", "over"], NotExercised, ""),
            (&["0s POST /a 503", "over"], Failed, "at once"),
            (&["0s POST /a 500 key=k", "over"], Failed, "at once"),
            (&["0s GET /a 429 wait=600", "over"], NotExercised, ""),
            (&["0s GET /a 429 wait=60", "over"], Failed, ""),
            (
                &["0s GET /a 500", "60s GET /a 500", "120s GET /a 500", "over"],
                Passed,
                "3 attempts in 2m",
            ),
            (
                &["0s GET /a 500", "60s GET /a 500", "120001ms GET /a 500"],
                Failed,
                "still asked for after 2m1ms, 3 attempts",
            ),
            (
                &[
                    "0s GET /a 503 wait=100",
                    "100s GET /a 503 wait=100",
                    "200s GET /a 503",
                    "over",
                ],
                Passed,
                "in 0s",
            ),
            (
                &["0s GET /a 500", "1s GET /a 200", "over"],
                NotExercised,
                "",
            ),
        ],
    );
}

#[test]
fn a_client_recovers_when_the_fault_has_lifted() {
    check(
        Rule::Recovers,
        &[
            (
                &["0s GET /a 500 fault=f", "fault f 1s", "2s GET /a 200"],
                Passed,
                "#2 GET /a succeeded 1s after f lifted",
            ),
            (
                &["0s GET /a 500 fault=f", "fault f 1s", "61s GET /a 200"],
                Passed,
                "",
            ),
            (
                &["0s GET /a 500 fault=f", "fault f 1s", "61001ms GET /a 200"],
                Failed,
                "not within 1m",
            ),
            (
                &["0s GET /a 500 fault=f", "fault f 1s", "now 61001ms"],
                Failed,
                "nothing came of it again in 1m1ms",
            ),
            (
                &["0s GET /a 500 fault=f", "fault f 1s", "now 61s"],
                Inconclusive,
                "",
            ),
            (
                &[
                    "0s GET /a 500 fault=f",
                    "fault f 1s",
                    "2s GET /b 200",
                    "now 62s",
                ],
                Failed,
                "",
            ),
            (
                &[
                    "0s GET /a 500 fault=f",
                    "fault f 1s",
                    "2s GET /a 401",
                    "now 62s",
                ],
                Failed,
                "#2 GET /a met 401",
            ),
            (
                &[
                    "0s GET /a 500 fault=f",
                    "fault f 1s",
                    "2s GET /a 500 fault=g",
                    "now 62s",
                ],
                Inconclusive,
                "another fault",
            ),
            (&["0s GET /a 500 fault=f", "fault f"], NotExercised, ""),
            (
                &[
                    "0s GET /a 500 fault=f",
                    "500ms GET /a 200",
                    "fault f 1s",
                    "now 99s",
                ],
                NotExercised,
                "",
            ),
            (
                &["0s POST /a 422 fault=f", "fault f 1s", "now 99s"],
                NotExercised,
                "",
            ),
            (
                &[
                    "0s GET /a 500 fault=f session=ani",
                    "fault f 1s",
                    "2s GET /a 200",
                    "now 99s",
                ],
                Failed,
                "",
            ),
        ],
    );
}

#[test]
fn a_timeout_is_neither_too_short_nor_too_long() {
    check(
        Rule::Timeout,
        &[
            (
                &["0s GET /a left took=1s"],
                Passed,
                "hung up on #1 GET /a after 1s",
            ),
            (
                &["0s GET /a left took=999ms"],
                Failed,
                "after 999ms; 1s is the least",
            ),
            (&["0s GET /a left took=60s"], Passed, ""),
            (&["0s GET /a left took=60001ms"], Failed, "1m is the most"),
            (
                &["0s GET /a hangs", "now 60s"],
                Inconclusive,
                "hangs, 1m so far",
            ),
            (&["0s GET /a hangs", "now 60001ms"], Failed, ""),
            (&["0s GET /a 200 took=90s"], NotExercised, ""),
            (
                &[
                    "set {\"timeout\":{\"at_least\":\"100ms\",\"at_most\":\"1s\"}}",
                    "0s GET /a left took=2s",
                ],
                Failed,
                "",
            ),
        ],
    );
}
