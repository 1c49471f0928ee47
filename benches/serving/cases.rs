//! Which cases there are, and the servers that they need.

use std::io;
use std::path::{Path, PathBuf};

use super::bare;
use super::client;
use super::process::{Kind, Server};
use super::ratio::{Case, Contestant};
use super::shop::{self, Sample};

/// Connections of the cases that are not about connections.
const USUAL: usize = 64;
/// Routes beside the shop's own, in the servers that are about routes.
const ROUTES: [usize; 3] = [10, 1_000, 10_000];

/// Every server of a run.
pub struct Servers {
    bases: Vec<(&'static str, Server)>,
    galat: Server,
    faulty: Server,
    unkept: Server,
    screen: Option<Server>,
    routes: Vec<(usize, Server)>,
}

impl Servers {
    /// Starts them; `against` is another galat to compare with instead of bare servers.
    pub fn start(galat: &Path, against: Option<&Path>, folder: &Path) -> io::Result<Servers> {
        let fixtures = folder.join("shop");
        shop::write(&fixtures, 0)?;
        let ours = Server::start(Kind::Galat(galat, &fixtures))?;
        let bases = match against {
            Some(other) => vec![("other", Server::start(Kind::Galat(other, &fixtures))?)],
            None => {
                let plan = plan(&ours, folder)?;
                let own = |word| Server::start(Kind::Own(word, &plan));
                vec![("axum", own("--axum")?), ("hyper", own("--hyper")?)]
            }
        };
        let fault = ["--fault", "shop/broken,chance=0.1"];
        let mut routes = Vec::new();
        for count in ROUTES {
            let fixtures = folder.join(format!("routes-{count}"));
            shop::write(&fixtures, count)?;
            routes.push((count, Server::start(Kind::Galat(galat, &fixtures))?));
        }
        Ok(Servers {
            bases,
            faulty: Server::start(Kind::GalatWith(galat, &fixtures, fault))?,
            unkept: Server::start(Kind::Own("--unkept", &fixtures))?,
            screen: Server::screen(galat, &fixtures)?,
            galat: ours,
            routes,
        })
    }

    /// Whether a galat with its screen open is among them.
    pub fn has_screen(&self) -> bool {
        self.screen.is_some()
    }

    /// Every case, in the order in which they are measured.
    pub fn cases(&self) -> Vec<Case<'_>> {
        let mut cases = self.answers();
        cases.extend(self.by_connections());
        cases.extend(self.with_and_without());
        cases.extend(self.by_routes());
        cases
    }

    fn answers(&self) -> Vec<Case<'_>> {
        let (plain, faulty) = (shop::plain(), shop::faulty());
        let (ours, broken) = (&self.galat, &self.faulty);
        vec![
            self.case("plain", "a fixture of 2 KiB", USUAL, ours, &plain),
            self.case(
                "limited",
                "the same behind a rate limit, with its headers",
                USUAL,
                ours,
                &shop::limited(),
            ),
            self.case(
                "template",
                "an answer filled with a path parameter",
                USUAL,
                ours,
                &shop::template(),
            ),
            self.case(
                "valid",
                "a JSON body that keeps every rule",
                USUAL,
                ours,
                &shop::valid(),
            ),
            self.case(
                "refused",
                "a JSON body that breaks two rules, 422",
                USUAL,
                ours,
                &shop::refused(),
            ),
            self.case(
                "faults",
                "the fixture; a tenth is a server error",
                USUAL,
                broken,
                &faulty,
            ),
        ]
    }

    fn by_connections(&self) -> Vec<Case<'_>> {
        let plain = shop::plain();
        let case = |name: &str, about, connections| {
            self.case(name, about, connections, &self.galat, &plain)
        };
        vec![
            case("1 conn", "the plain fixture over one connection", 1),
            case(
                "1000 conn",
                "the plain fixture over a thousand connections",
                1_000,
            ),
        ]
    }

    fn with_and_without(&self) -> Vec<Case<'_>> {
        let plain = shop::plain();
        let mut cases = vec![self.case(
            "unkept",
            "the plain fixture without a journal",
            USUAL,
            &self.unkept,
            &plain,
        )];
        if let Some(screen) = &self.screen {
            let about = "the plain fixture with the screen open";
            cases.push(self.case("screen", about, USUAL, screen, &plain));
        }
        cases
    }

    fn by_routes(&self) -> Vec<Case<'_>> {
        let mut cases = Vec::new();
        for (count, server) in &self.routes {
            let (first, last) = (shop::shelf(1), shop::shelf(*count));
            let mut case = self.case(
                &format!("{count} routes"),
                "the last of so many routes; and to the first of them",
                USUAL,
                server,
                &last,
            );
            for base in &mut case.field[1..] {
                base.sample = shop::plain(); // the same bytes; a base has few routes
            }
            case.field.push(Contestant::new("first", server, &first));
            cases.push(case);
        }
        cases
    }

    fn case<'a>(
        &'a self,
        name: &str,
        about: &'a str,
        connections: usize,
        server: &'a Server,
        sample: &Sample,
    ) -> Case<'a> {
        let bases = self.bases.iter();
        let bases = bases.map(|(name, base)| Contestant::new(name, base, sample));
        Case {
            name: name.to_owned(),
            about,
            connections,
            field: std::iter::once(Contestant::new("galat", server, sample))
                .chain(bases)
                .collect(),
        }
    }
}

/// Asks galat for every answer, so that the bare servers can say the same bytes.
fn plan(galat: &Server, folder: &Path) -> io::Result<PathBuf> {
    let mut routes: Vec<bare::Route> = Vec::new();
    for sample in [
        shop::plain(),
        shop::limited(),
        shop::template(),
        shop::refused(),
        shop::valid(),
    ] {
        let received = client::once(galat.address, &sample.wire())?;
        let route = bare::Route {
            method: sample.method.to_owned(),
            path: sample.path.clone(),
            status: received.status,
            content_type: received.content_type,
            body: String::from_utf8(received.body).map_err(io::Error::other)?,
        };
        routes.push(route);
    }
    let plan = folder.join("plan.json");
    std::fs::write(&plan, serde_json::to_vec(&routes)?)?;
    Ok(plan)
}
