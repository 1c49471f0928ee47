//! One request by reqwest with reqwest-retry, which retries twice; prints what came of it: a status,
//! `STATUS, no JSON` if a broken body passed for a whole one, `timeout` or `error`.

use std::time::Duration;

use reqwest_middleware::ClientBuilder;
use reqwest_retry::{RetryTransientMiddleware, policies::ExponentialBackoff};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    println!("{}", ask(&words[1], &words[2]).await);
}

async fn ask(method: &str, url: &str) -> String {
    let patience = std::env::var("PATIENCE").ok();
    let patience = patience.and_then(|text| text.parse().ok());
    let plain = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs_f64(patience.expect("a patience in seconds")));
    let policy = ExponentialBackoff::builder().build_with_max_retries(2);
    let client = ClientBuilder::new(plain.build().expect("a client"))
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .build();
    let request = match method {
        "POST" => client
            .post(url)
            .header("Content-Type", "application/json")
            .body(r#"{"name": "Tea"}"#),
        _ => client.get(url),
    };
    let request = match std::env::var("TOKEN") {
        Ok(token) => request.bearer_auth(token),
        Err(_) => request,
    };
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return failed(error.is_timeout()),
    };
    let status = answer.status().as_u16();
    match answer.text().await {
        Ok(text) if status >= 400 || serde_json::from_str::<serde_json::Value>(&text).is_ok() => {
            status.to_string()
        }
        Ok(_) => format!("{status}, no JSON"),
        Err(error) => failed(error.is_timeout()),
    }
}

fn failed(late: bool) -> String {
    if late { "timeout" } else { "error" }.to_owned()
}
