//! The site object: one per shop. Settings, knowledge base, accounts, sessions, and the key of visitor tokens.

mod kb;
mod lesson;
mod roster;
mod seats;
mod tokens;

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::assist::Budget;
use shared::desk::AgentProfile;
use shared::ids::SiteKey;
use shared::limits;
use shared::protocol::http::{Me, RoutingView};
use shared::protocol::{AgentCard, ErrorCode};
use shared::routing::{check, members};
use shared::security::base64url;
use shared::security::secrets::{Former, Secrets};
use shared::site::Settings;
use shared::time::Millis;
use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::calls::{
    ActOnEntry, Admit, Call, CloseSession, ExportEntries, GetDrafts, GetEntry, GetRoster, GetRouting,
    GetSession, GetSnapshot, GetTokenUser, GetTokens, GetVersion, INDEX, ImportEntries, LearnAgain,
    ListEntries, OpenSession, PreviewTeam, PublishEntries, PutAccount, PutEntry, PutIdentitySecret,
    PutRoster, PutRouting, PutSettings, PutToken, RemoveAccount, RevokeToken, SavedRouting, SetFollowed,
    SiteCall, Snapshot, Spend,
};
use crate::error::{Error, Result};
use crate::storage::accounts::{self, Account};
use crate::storage::transaction::transaction;
use crate::storage::{self, migrations, single};
use crate::{clock, log, password};

use super::alarm::Alarm;
use lesson::Lesson;

/// Failed sign-ins from one address before it must wait, whatever the accounts.
const ATTEMPTS_PER_ADDRESS: u32 = 30;

/// The site's own row.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    site: SiteKey,
    version: u64,
    settings: Settings,
    key: String,
    /// Counts every change of the knowledge base; `version` counts what shoppers notice.
    #[serde(default)]
    revision: u64,
    /// Counts the changes of the routing.
    #[serde(default)]
    routed: u64,
    /// When something published appears, disappears or changes by itself.
    #[serde(default)]
    next_switch: Option<Millis>,
    /// Requests to a language model.
    #[serde(default)]
    budget: Budget,
    /// Whether any webhook is to be told what happens; the hooks object knows which.
    #[serde(default)]
    followed: bool,
    /// Counts the changes of what is published.
    #[serde(default)]
    published: u64,
    /// Of which of them the stored index is, and which engine has learned it.
    #[serde(default)]
    learned: Option<(u64, u64)>,
    /// What the shop signs its customers' identities with; empty: none is believed. It is needed as it is, so it is
    /// not kept as a hash.
    #[serde(default)]
    identity_secret: String,
    /// Counts those secrets.
    #[serde(default)]
    identity_number: u32,
    #[serde(default)]
    identity_former: Option<Former>,
}

impl Row {
    fn identity(&self) -> Secrets {
        let (secret, former) = (self.identity_secret.clone(), self.identity_former.clone());
        Secrets { secret, number: self.identity_number, former }
    }
}

/// Stateless between events: all of it is in SQL.
#[durable_object(alarm)]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Site {
    state: State,
    env: Env,
    sql: SqlStorage,
    alarm: Alarm,
    migrated: Cell<bool>,
    lesson: RefCell<Option<Lesson>>,
}

impl DurableObject for Site {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let (alarm, migrated, lesson) = (Alarm::default(), Cell::default(), RefCell::default());
        Self { state, env, sql, alarm, migrated, lesson }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        if request.path() == INDEX {
            return match storage::index::load(&self.sql) {
                Ok(bytes) => Response::from_bytes(bytes),
                Err(error) => error.response(),
            };
        }
        match serde_json::from_str(&request.text().await?) {
            Ok(SiteCall::GetSnapshot(call)) => GetSnapshot::answer(self.snapshot(&call).await),
            Ok(SiteCall::LearnAgain(call)) => LearnAgain::answer(self.learn_again(&call).await),
            Ok(SiteCall::PutSettings(call)) => PutSettings::answer(self.put_settings(call)),
            Ok(SiteCall::PutAccount(call)) => PutAccount::answer(self.put_account(call).await),
            Ok(SiteCall::RemoveAccount(call)) => RemoveAccount::answer(self.remove_account(&call).await),
            Ok(SiteCall::GetRouting(_)) => GetRouting::answer(self.routing()),
            Ok(SiteCall::PutRouting(call)) => PutRouting::answer(self.put_routing(call)),
            Ok(SiteCall::ListEntries(call)) => ListEntries::answer(self.list(&call)),
            Ok(SiteCall::GetEntry(call)) => GetEntry::answer(self.entry(&call.id)),
            Ok(SiteCall::GetVersion(call)) => GetVersion::answer(self.version(&call)),
            Ok(SiteCall::PutEntry(call)) => PutEntry::answer(self.put_entry(call).await),
            Ok(SiteCall::ActOnEntry(call)) => ActOnEntry::answer(self.act_on(call).await),
            Ok(SiteCall::PublishEntries(call)) => PublishEntries::answer(self.publish_all(call).await),
            Ok(SiteCall::ImportEntries(call)) => ImportEntries::answer(self.import(call).await),
            Ok(SiteCall::ExportEntries(call)) => ExportEntries::answer(self.export(&call)),
            Ok(SiteCall::GetDrafts(call)) => GetDrafts::answer(self.drafts(&call)),
            Ok(SiteCall::Spend(call)) => Spend::answer(self.spend(&call)),
            Ok(SiteCall::OpenSession(call)) => OpenSession::answer(self.open_session(call).await),
            Ok(SiteCall::GetSession(call)) => GetSession::answer(self.session(&call)),
            Ok(SiteCall::Admit(call)) => Admit::answer(self.admit(&call)),
            Ok(SiteCall::GetRoster(_)) => GetRoster::answer(self.roster()),
            Ok(SiteCall::PutRoster(call)) => PutRoster::answer(self.put_roster(call).await),
            Ok(SiteCall::PreviewTeam(call)) => PreviewTeam::answer(self.preview(call)),
            Ok(SiteCall::CloseSession(call)) => CloseSession::answer(self.close_session(&call).await),
            Ok(SiteCall::PutToken(call)) => PutToken::answer(self.put_token(&call)),
            Ok(SiteCall::RevokeToken(call)) => RevokeToken::answer(self.revoke_token(&call)),
            Ok(SiteCall::GetTokens(_)) => GetTokens::answer(self.tokens()),
            Ok(SiteCall::GetTokenUser(call)) => GetTokenUser::answer(self.token_user(&call)),
            Ok(SiteCall::PutIdentitySecret(call)) => {
                PutIdentitySecret::answer(self.put_identity_secret(&call))
            }
            Ok(SiteCall::SetFollowed(call)) => SetFollowed::answer(self.set_followed(&call)),
            Err(error) => GetSnapshot::answer(Err(error.into())),
        }
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        self.alarm.fired();
        if let Err(error) = self.due().await {
            log::failure("switch", &error.to_string());
            self.alarm.again(&self.state.storage()).await?;
        }
        Response::empty()
    }

    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_close(&self, _: WebSocket, _: usize, _: String, _: bool) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: WorkerError) -> WorkerResult<()> {
        Ok(())
    }
}

impl Site {
    /// What the alarm is for.
    async fn due(&self) -> Result<()> {
        self.switch().await?;
        self.tell_desk().await?;
        self.close_seats().await?;
        self.learn().await
    }

    fn row(&self) -> Result<Row> {
        if !migrations::exists(&self.sql)? {
            return Err(ErrorCode::UnknownSite.into());
        }
        if !self.migrated.replace(true) {
            let migrated = transaction(&self.state, || migrations::migrate(&self.sql, migrations::SITE));
            migrated.inspect_err(|_| self.migrated.set(false))?;
        }
        single::load(&self.sql)?.ok_or_else(|| ErrorCode::UnknownSite.into())
    }

    async fn snapshot(&self, call: &GetSnapshot) -> Result<Option<Snapshot>> {
        self.switch().await?;
        let row = self.row()?;
        let lesson = row.lesson();
        if lesson.is_none() {
            self.teach().await?;
        }
        if call.have == Some(row.version) && (lesson.is_none() || call.lesson == lesson) {
            return Ok(None);
        }
        let (entries, extras) = self.live()?;
        let identity = row.identity();
        Ok(Some(Snapshot {
            lesson,
            version: row.version,
            settings: row.settings,
            key: row.key,
            entries,
            extras,
            identity,
            followed: row.followed,
        }))
    }

    fn put_settings(&self, call: PutSettings) -> Result<()> {
        call.settings.check().map_err(|_| ErrorCode::BadValue)?;
        transaction(&self.state, || {
            migrations::migrate(&self.sql, migrations::SITE)?;
            let former: Option<Row> = single::load(&self.sql)?;
            let row = match former {
                Some(row) => {
                    let routed = row.routed + u64::from(row.settings.routing != call.settings.routing);
                    Row { version: row.version + 1, routed, settings: call.settings, ..row }
                }
                None => Row {
                    site: call.site,
                    version: 1,
                    settings: call.settings,
                    key: base64url(&clock::random::<32>()),
                    revision: 0,
                    routed: 0,
                    next_switch: None,
                    budget: Budget::default(),
                    followed: false,
                    published: 0,
                    learned: None,
                    identity_secret: String::new(),
                    identity_number: 0,
                    identity_former: None,
                },
            };
            single::save(&self.sql, &row)
        })
    }

    fn set_followed(&self, call: &SetFollowed) -> Result<()> {
        let row = self.row()?;
        if row.followed == call.followed {
            return Ok(());
        }
        single::save(&self.sql, &Row { version: row.version + 1, followed: call.followed, ..row })
    }

    fn spend(&self, call: &Spend) -> Result<bool> {
        let mut row = self.row()?;
        let allowed = row.budget.take(clock::now(), call.most);
        if allowed {
            single::save(&self.sql, &row)?;
        }
        Ok(allowed)
    }

    async fn remove_account(&self, call: &RemoveAccount) -> Result<()> {
        self.row()?;
        let known = accounts::all(&self.sql)?.iter().any(|account| account.profile.agent.id == call.id);
        transaction(&self.state, || {
            accounts::remove(&self.sql, &call.id, clock::now())?;
            storage::roster::touch(&self.sql)
        })?;
        self.close_seats().await?;
        self.tell_desk().await?;
        if known { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }

    fn routing(&self) -> Result<RoutingView> {
        let Row { routed, settings, .. } = self.row()?;
        let accounts = accounts::all(&self.sql)?;
        let profiles = accounts.into_iter().map(|account| account.profile);
        Ok(RoutingView {
            version: routed,
            members: members(&settings.routing, profiles),
            routing: settings.routing,
        })
    }

    fn put_routing(&self, call: PutRouting) -> Result<SavedRouting> {
        let row = self.row()?;
        if row.routed != call.base {
            return Err(ErrorCode::Conflict.into());
        }
        let faults = check(&call.routing);
        if !faults.is_empty() {
            return Ok(SavedRouting::Unsound(faults));
        }
        let settings = Settings { routing: call.routing, ..row.settings };
        let (version, routed) = (row.version + 1, row.routed + 1);
        single::save(&self.sql, &Row { version, routed, settings, ..row })?;
        Ok(SavedRouting::To(self.routing()?))
    }

    async fn put_account(&self, call: PutAccount) -> Result<AgentProfile> {
        self.row()?;
        let email = normal_email(&call.agent.email).ok_or(ErrorCode::BadValue)?;
        let name_fits = (1..=limits::SHORT_CHARS).contains(&call.agent.name.chars().count());
        if !name_fits || accounts::email_taken(&self.sql, &email, &call.id)? {
            return Err(ErrorCode::BadValue.into());
        }
        let hash = match &call.agent.password {
            Some(word) if word.len() < 8 || word.len() > 256 => return Err(ErrorCode::BadValue.into()),
            Some(word) => Some(password::hash(word).await?),
            None => None,
        };
        let profile = AgentProfile {
            agent: AgentCard { id: call.id, name: call.agent.name },
            role: call.agent.role,
            capacity: call.agent.capacity,
            groups: call.agent.groups,
            languages: call.agent.languages,
        };
        let signs_out = hash.is_some() || self.is_lowered(&profile.agent.id, profile.role)?;
        transaction(&self.state, || {
            if signs_out {
                accounts::sign_out(&self.sql, &profile.agent.id, clock::now())?;
            }
            accounts::put(&self.sql, &Account { profile: profile.clone(), email }, hash)?;
            storage::roster::touch(&self.sql)
        })?;
        self.close_seats().await?;
        self.tell_desk().await?;
        Ok(profile)
    }

    async fn open_session(&self, call: OpenSession) -> Result<(String, Me)> {
        let row = self.row()?;
        let email = normal_email(&call.email).ok_or(ErrorCode::BadCredentials)?;
        let by_account = secret_hash(&email);
        let by_address = call.address.map(|address| secret_hash(&format!("address {address}")));
        let now = clock::now();
        let mut wait = accounts::try_sign_in(&self.sql, &by_account, limits::SIGN_IN_ATTEMPTS, now)?;
        if let Some(address) = &by_address {
            wait = wait.max(accounts::try_sign_in(&self.sql, address, ATTEMPTS_PER_ADDRESS, now)?);
        }
        if wait > 0 {
            return Err(Error::Refused { code: ErrorCode::Locked, retry_after: Some(wait) });
        }
        let found = accounts::by_email(&self.sql, &email)?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_deref());
        let fits = password::verify(&call.password, stored).await?;
        // While the password was looked at it may have been changed, or the account removed: then nobody signs in.
        let now_is = accounts::by_email(&self.sql, &email)?;
        let same = |(account, hash): &(Account, Option<String>)| {
            let was = found.as_ref().map(|(account, hash)| (&account.profile.agent.id, hash));
            was == Some((&account.profile.agent.id, hash))
        };
        let Some((account, _)) = now_is.filter(|account| fits && same(account)) else {
            return Err(ErrorCode::BadCredentials.into());
        };
        let secret = format!("{}.{}", row.site, base64url(&clock::random::<32>()));
        transaction(&self.state, || {
            accounts::forgive(&self.sql, &by_account)?;
            if let Some(address) = &by_address {
                accounts::forgive(&self.sql, address)?;
            }
            accounts::open_session(&self.sql, &secret_hash(&secret), &account.profile.agent.id, clock::now())
        })?;
        Ok((secret, me(&row, &account)))
    }
}

/// To who has a session or token of a site that there is not, it is none.
fn unauthenticated(error: Error) -> Error {
    match error {
        Error::Refused { .. } => ErrorCode::Unauthenticated.into(),
        failure => failure,
    }
}

fn me(row: &Row, account: &Account) -> Me {
    Me {
        agent: account.profile.agent.clone(),
        role: account.profile.role,
        site: row.site.clone(),
        site_name: row.settings.name.clone(),
    }
}

/// E-mails are compared in lower case without outer spaces.
fn normal_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    (email.len() <= 254 && email.contains('@')).then_some(email)
}

/// What is stored of a secret, and of what attempts are counted by.
fn secret_hash(secret: &str) -> String {
    base64url(&Sha256::digest(secret.as_bytes()))
}
