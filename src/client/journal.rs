//! `galat journal`: the exchanges of a running galat, and those to come.
//!
//! Knows that none is lost and none told twice. Must not know how a line looks.

use std::io::{self, Write};
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Galat;
use super::events::Events;
use super::failed::Failed;
use crate::contract::explain::Reason;
use crate::contract::filter::Filter;
use crate::contract::line::{Columns, missed};
use crate::contract::row::{Remark, Row};
use crate::contract::time::Timestamp;
use crate::hub::MOST_EXCHANGES;

/// Which exchanges are wanted, and how.
pub struct Wanted {
    pub filter: Filter,
    /// So many of those that there are already, the newest.
    pub limit: usize,
    /// Those to come, too.
    pub follow: bool,
    /// A JSON object a line.
    pub json: bool,
}

/// Why no more is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// That was all.
    All,
    /// The galat that was followed has ended in good order.
    Ended,
    /// Nobody reads any more.
    Unread,
}

/// An exchange as the control API shows it, without headers and bodies.
#[derive(Deserialize)]
struct Kept {
    seq: u64,
    at: Timestamp,
    api: String,
    session: String,
    request_id: String,
    method: String,
    path: String,
    route: Option<String>,
    /// `null` where the client saw none.
    status: Option<u16>,
    reason: Option<Reason>,
    #[serde(default)]
    faults: Vec<Arc<str>>,
    why: Vec<String>,
}

impl Kept {
    fn row(&self) -> Row<'_> {
        Row {
            at: self.at,
            api: &self.api,
            session: &self.session,
            request_id: &self.request_id,
            route: self.route.as_deref(),
            method: &self.method,
            target: &self.path,
            status: self.status.unwrap_or(0),
            reason: self.reason.as_ref(),
            faults: &self.faults,
        }
    }
}

impl Galat {
    /// Writes the exchanges that are wanted, oldest first, until there are no more.
    pub async fn journal(&self, wanted: &Wanted, out: &mut impl Write) -> Result<End, Failed> {
        match self.tell(wanted, out).await {
            Err(Failed::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(End::Unread)
            }
            told => told,
        }
    }

    async fn tell(&self, wanted: &Wanted, out: &mut impl Write) -> Result<End, Failed> {
        // Before the list is asked for: what happens meanwhile is in both, and told once.
        let events = match wanted.follow {
            true => Some(self.events().await?),
            false => None,
        };
        let columns = match wanted.json {
            true => None,
            false => Some(self.columns().await?),
        };
        let mut told = Told {
            columns,
            newest: 0,
            out,
        };
        let listed = self.newest(wanted).await?;
        for (json, exchange) in &listed {
            told.exchange(json, exchange)?;
        }
        if listed.is_empty() && !wanted.follow && !wanted.json {
            told.line(nothing(&wanted.filter))?;
        }
        told.out.flush()?;
        match events {
            Some(events) => self.follow(wanted, events, &mut told).await,
            None => Ok(End::All),
        }
    }

    async fn follow(
        &self,
        wanted: &Wanted,
        mut events: Events<'_>,
        told: &mut Told<'_, impl Write>,
    ) -> Result<End, Failed> {
        while let Some((name, data)) = events.next().await? {
            if name == "lagged" && data["of"] == "exchanges" {
                told.missed(data["missed"].as_u64().unwrap_or_default())?;
            }
            if name == "exchange" {
                let exchange: Kept = self.read(&data)?;
                if exchange.seq > told.newest && wanted.filter.fits(&exchange.row()) {
                    told.exchange(&data, &exchange)?;
                }
            }
            told.out.flush()?;
        }
        Ok(End::Ended)
    }

    /// As wide as the names of the APIs that are served.
    async fn columns(&self) -> Result<Columns, Failed> {
        let names = self.apis().await?;
        let names = names.iter().map(String::as_str);
        Ok(Columns::new(names, TimeZone::system()))
    }

    /// The newest exchanges that meet the filter, newest last.
    async fn newest(&self, wanted: &Wanted) -> Result<Vec<(Value, Kept)>, Failed> {
        let answer = self.get(&path(wanted)).await?;
        let mut found = Vec::new();
        for json in self.list(answer, "exchanges")? {
            let exchange: Kept = self.read(&json)?;
            if wanted.filter.fits(&exchange.row()) {
                found.push((json, exchange));
            }
        }
        Ok(found.split_off(found.len().saturating_sub(wanted.limit)))
    }
}

/// The call for the newest exchanges that may be wanted.
fn path(wanted: &Wanted) -> String {
    // A word without a name cannot be asked for: all are, and the word is looked for here.
    let (pairs, limit) = match wanted.filter.pairs() {
        Some(pairs) => (pairs, wanted.limit),
        None => (Vec::new(), MOST_EXCHANGES),
    };
    let call = "/journal?";
    form_urlencoded::Serializer::for_suffix(call.to_owned(), call.len())
        .extend_pairs(pairs)
        .append_pair("limit", &limit.to_string())
        .finish()
}

/// What was written, and where to.
struct Told<'a, W> {
    /// None for JSON.
    columns: Option<Columns>,
    newest: u64,
    out: &'a mut W,
}

impl<W: Write> Told<'_, W> {
    fn exchange(&mut self, json: &Value, exchange: &Kept) -> io::Result<()> {
        self.newest = exchange.seq;
        let Some(columns) = &self.columns else {
            return self.line(json.to_string());
        };
        let remarks = exchange.why.iter().filter_map(|why| Remark::read(why));
        let lines = columns.exchange(&exchange.row(), remarks);
        self.out.write_all(lines.as_bytes())
    }

    fn missed(&mut self, count: u64) -> io::Result<()> {
        self.line(match self.columns {
            Some(_) => missed(count),
            None => json!({ "event": "missed", "count": count }).to_string(),
        })
    }

    fn line(&mut self, line: String) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }
}

fn nothing(filter: &Filter) -> String {
    match filter.is_empty() {
        true => "no exchange yet".to_owned(),
        false => "no exchange meets the filter".to_owned(),
    }
}
