//! `galat report`: how the client behaved.
//!
//! Knows the call. Must not judge.

use form_urlencoded::Serializer;

use super::Said;
use super::call::Galat;
use super::failed::Failed;
use crate::contract::card::{Card, Verdict};

impl Galat {
    /// The report card, of one API or session or of all, and whether no rule failed; with the definitions if they are
    /// wanted.
    pub async fn report(
        &self,
        api: Option<&str>,
        session: Option<&str>,
        explained: bool,
    ) -> Result<(Said, bool), Failed> {
        let mut query = Serializer::new("/report?".to_owned());
        for (key, value) in [("api", api), ("session", session)] {
            if let Some(value) = value {
                query.append_pair(key, value);
            }
        }
        let json = self.get(query.finish().trim_end_matches('?')).await?;
        let card: Card = self.read(&json)?;
        let good = card.count(Verdict::Failed) == 0;
        let lines = card.lines(explained);
        Ok((Said { lines, json }, good))
    }
}
