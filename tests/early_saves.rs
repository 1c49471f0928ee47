//! Files that change between their reading and their watching.

use std::fs;
use std::time::Duration;

use galat::catalog::compile;
use galat::contract::clock::ClockStart;
use galat::hub::{Hub, Settings};
use galat::store::{self, Keeper, Origin};
use tokio::sync::mpsc;

use crate::house::clean;

#[test]
fn what_is_saved_after_the_reading_and_before_the_watching_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    store::write_new(folder.path(), "shop", "Shop", 4020).expect("a new API");
    let origin = Origin::Folder(folder.path().to_owned());
    let read = store::read_all(&origin).expect("the folder is read");
    let apis = read
        .iter()
        .map(|files| clean("shop", compile(files)).into());
    let settings = Settings {
        seed: 1,
        clock: ClockStart::Real,
        plain: false,
    };
    let hub = Hub::new(settings, apis.collect());
    let file = folder.path().join("shop/errors.json");
    let text = fs::read_to_string(&file).expect("a catalogue");
    fs::write(&file, text.replace("Sign in first", "Who are you?")).expect("it is saved");

    let keeper = Keeper::new(hub.clone(), origin, Vec::new(), read);
    let (found, _new) = mpsc::unbounded_channel();
    store::watch(keeper, found).expect("it is watched");

    let served = async {
        let mut seen = 0;
        loop {
            let shop = hub.api("shop").expect("the shop");
            if shop
                .catalogue
                .iter()
                .any(|error| error.message == "Who are you?")
            {
                return;
            }
            hub.changed(&mut seen).await;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    let patient = async { tokio::time::timeout(Duration::from_secs(20), served).await };
    runtime
        .block_on(patient)
        .expect("the saved version is served");
}
