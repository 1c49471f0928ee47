//! `galat fault`: the faults in force, switched on and off.
//!
//! Knows the calls. Must not know how a fault reads, nor what it does.

use serde_json::{Value, json};

use super::call::{Galat, piece};
use super::failed::Failed;
use super::standing::{Standing, table};
use super::{Said, Several};
use crate::contract::fault::FaultSpec;
use crate::contract::line::counted;

impl Galat {
    /// The faults in force, of one API or of all.
    pub async fn faults(&self, api: Option<&str>) -> Result<Said, Failed> {
        let faults = match api {
            Some(api) => self.list(self.get(&faults_of(api)).await?, "faults")?,
            None => {
                let mut all = Vec::new();
                for api in self.list(self.get("/apis").await?, "apis")? {
                    all.extend(self.list(api, "faults")?);
                }
                all
            }
        };
        let standing: Result<Vec<Standing>, Failed> =
            faults.iter().map(|fault| self.read(fault)).collect();
        let lines = match standing?.as_slice() {
            [] => vec!["no fault is in force".to_owned()],
            standing => table(standing),
        };
        let json = json!({ "faults": faults });
        Ok(Said { lines, json })
    }

    /// Switches faults on, each as `API/FAULT[,key=value…]`. If one cannot be read, none is.
    pub async fn switch_on(&self, lines: &[String]) -> Several {
        let specs: Result<Vec<_>, _> = lines
            .iter()
            .map(|line| FaultSpec::parse_line(line))
            .collect();
        match specs {
            Ok(specs) => {
                one_by_one(specs, async |api, id, spec| self.on(api, id, spec).await).await
            }
            Err(bad) => Several::none(bad.into()),
        }
    }

    async fn on(&self, api: &str, id: &str, spec: &FaultSpec) -> Result<(String, Value), Failed> {
        let json = self.put(&fault_of(api, id), json!(spec)).await?;
        Ok((self.read::<Standing>(&json)?.is_on(), json))
    }

    /// Switches faults off, each as `API/ID`. If one cannot be read, none is.
    pub async fn switch_off(&self, names: &[String]) -> Several {
        let names: Result<Vec<_>, _> = names.iter().map(|name| named(name)).collect();
        match names {
            Ok(names) => one_by_one(names, async |api, id, ()| self.off(api, id).await).await,
            Err(bad) => Several::none(bad),
        }
    }

    async fn off(&self, api: &str, id: &str) -> Result<(String, Value), Failed> {
        let json = self.delete(&fault_of(api, id)).await?;
        Ok((self.read::<Standing>(&json)?.is_off(), json))
    }

    /// Switches every fault off, of one API or of all.
    pub async fn clear_faults(&self, api: Option<&str>) -> Result<Said, Failed> {
        let apis = match api {
            Some(api) => vec![api.to_owned()],
            None => self.apis().await?,
        };
        let mut lifted = 0;
        for api in apis {
            let answer = self.delete(&faults_of(&api)).await?;
            lifted += answer["lifted"].as_u64().unwrap_or_default();
        }
        let line = match lifted {
            0 => "no fault was in force".to_owned(),
            1 => "1 fault is off".to_owned(),
            more => format!("{} are off", counted(more, "fault")),
        };
        let (lines, json) = (vec![line], json!({ "lifted": lifted }));
        Ok(Said { lines, json })
    }

    /// The names of the APIs that are served.
    pub(super) async fn apis(&self) -> Result<Vec<String>, Failed> {
        let apis = self.list(self.get("/apis").await?, "apis")?;
        apis.iter().map(|api| self.read(&api["name"])).collect()
    }
}

/// Does an order for each fault, up to the first that fails.
async fn one_by_one<T>(
    orders: Vec<(String, String, T)>,
    does: impl AsyncFn(&str, &str, &T) -> Result<(String, Value), Failed>,
) -> Several {
    let (mut lines, mut faults, mut failed) = (Vec::new(), Vec::new(), None);
    for (api, id, order) in &orders {
        match does(api, id, order).await {
            Ok((line, fault)) => {
                lines.push(line);
                faults.push(fault);
            }
            Err(why) if orders.len() == 1 => failed = Some(why),
            Err(why) => {
                let (what, left) = (format!("{api}/{id}"), orders.len() - lines.len() - 1);
                let why = Box::new(why);
                failed = Some(Failed::One { what, why, left });
            }
        }
        if failed.is_some() {
            break;
        }
    }
    let json = json!({ "faults": faults });
    let said = (!lines.is_empty()).then_some(Said { lines, json });
    Several { said, failed }
}

/// Reads `API/ID`.
fn named(text: &str) -> Result<(String, String, ()), Failed> {
    match text.split_once('/') {
        Some((api, id)) if !api.is_empty() && !id.is_empty() => Ok((api.into(), id.into(), ())),
        _ => Err(Failed::Unnamed(text.to_owned())),
    }
}

fn faults_of(api: &str) -> String {
    format!("/apis/{}/faults", piece(api))
}

fn fault_of(api: &str, id: &str) -> String {
    format!("{}/{}", faults_of(api), piece(id))
}
