//! The switch to a release and the test of it: the caller confirms it, or the
//! release before becomes live again.

use std::path::Path;
use std::time::Duration;

use weight_sync::config::load;
use weight_sync::handlers::service::Service;

use super::dialogue::{Dialogue, Request};
use super::layout::Layout;
use super::report::{say, step, warn};
use super::state::State;
use super::switch::{SwitchError, switch};
use super::{names, prune, smoke_user, space};
use crate::failure::Failure;
use crate::mode::Mode;
use crate::processes::{Running, end};

/// How long a replaced process may take for its request. Apache gives up on
/// one after 40 s.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a switch works on.
pub(super) struct Switching<'a> {
    pub(super) layout: &'a Layout,
    pub(super) web: &'a Path,
    /// The state before the switch.
    pub(super) before: State,
}

impl Switching<'_> {
    /// Makes `name` live, if the caller confirms it. Needs the lock.
    ///
    /// # Errors
    /// [`Failure::Failed`] in all other cases; the message says what is live.
    pub(super) fn go_live(
        &self,
        name: &str,
        mode: Mode,
        dialogue: &mut Dialogue,
    ) -> Result<(), Failure> {
        dialogue.require_open()?;
        step(&format!("switching to {name} ({})", mode.name()));
        match switch(self.layout, self.web, name, mode) {
            Ok(()) => {}
            Err(SwitchError::NothingChanged(error)) => {
                let failure = Failure::Failed(format!(
                    "the new files could not be written beside the old ones, which are live \
                     unchanged: {error}"
                ));
                return Err(failure.advise(space::REMEDY));
            }
            Err(SwitchError::Halfway(error)) => {
                self.go_back(name, dialogue);
                return Err(Failure::Failed(format!("the switch failed: {error}")));
            }
        }
        self.end_replaced();
        if let Err(reason) = test(self.layout, name, dialogue) {
            warn(&reason);
            self.go_back(name, dialogue);
            let failure = Failure::Failed(format!("{name} did not pass its smoke test"));
            return Err(failure.advise(
                "./deploy.sh ctl doctor and ./deploy.sh logs --status 5xx say more; then push again",
            ));
        }
        let marked = self.layout.mark_verified(name);
        marked.map_err(|error| Failure::Failed(format!("{name} is live, unverified: {error}")))?;
        if let Err(failure) = prune::prune(self.layout, prune::KEPT) {
            warn(failure.message());
        }
        let back = State::read(self.layout).back;
        dialogue.tell(&Request::Live { release: name, mode: mode.word(), back: back.as_deref() });
        Ok(())
    }

    /// Makes the last good release live again, in its own mode.
    fn go_back(&self, name: &str, dialogue: &Dialogue) {
        let good = self.before.good.as_ref().filter(|good| *good != name);
        let Some(good) = good else {
            warn(&format!("there is no release to go back to: {name} stays, unverified"));
            return;
        };
        step(&format!("returning to {good}"));
        let switched = switch(self.layout, self.web, good, self.before.mode);
        if let Err(SwitchError::NothingChanged(error) | SwitchError::Halfway(error)) = switched {
            warn(&format!(
                "{error}: {name} stays for now, unverified; run ./deploy.sh rollback when the cause is removed"
            ));
            return;
        }
        self.end_replaced();
        if let Err(error) = self.layout.mark_verified(good) {
            warn(&error.to_string());
        }
        dialogue.tell(&Request::Returned { release: good });
        say(&format!("{good} is live again"));
    }

    /// mod_fcgid would keep up to three processes of a replaced program for
    /// ever.
    fn end_replaced(&self) {
        let replaced = Running::of(Some(self.web)).unwrap_or_default().replaced;
        say(&format!("processes of the replaced program to end: {}", replaced.len()));
        end(&replaced, PATIENCE);
    }
}

/// Lets the caller test the live release.
///
/// # Errors
/// Why it is not confirmed, as a sentence.
fn test(layout: &Layout, name: &str, dialogue: &mut Dialogue) -> Result<(), String> {
    let loaded = load(&layout.config()).map_err(|error| error.to_string())?;
    let service = Service::new(loaded.settings)?;
    step("smoke test through the public address");
    let user = smoke_user::make(&service);
    let (user, obstacle) = match user {
        Ok(user) => (user, None),
        Err(reason) => (None, Some(reason)),
    };
    // That of an adopted release is not known.
    let version = Some(names::version_of(name)).filter(|version| *version != super::adopt::VERSION);
    dialogue.tell(&Request::Test {
        release: name,
        version,
        email: user.as_ref().map(|user| user.email),
        password: user.as_ref().map(|user| user.password.as_str()),
        obstacle: obstacle.as_deref(),
    });
    let answer = dialogue.line();
    if user.is_some() {
        smoke_user::remove(&service);
    }
    match answer {
        Ok(answer) if answer == "verified" => Ok(()),
        Ok(answer) => Err(answer.strip_prefix("failed ").unwrap_or("the test failed").to_owned()),
        Err(gone) => Err(gone.reason().to_owned()),
    }
}
