//! Import and export.

use shared::ids::EntryId;
use shared::kb::Content;
use shared::kb::diff::Changes;
use shared::kb::exchange::{Format, Problems, Read, Reading, read, write};
use shared::lang::Lang;
use shared::limits;
use shared::protocol::kb::{ImportMode, ImportPreview};
use shared::protocol::{AgentCard, ErrorCode};
use worker::{Env, Request, Response};

use super::writer;
use crate::api::{body, private, query};
use crate::auth;
use crate::error::Result;
use crate::objects::calls::{self, Confirm, ExportEntries, ImportEntries, Imported};
use crate::sites::{self, Site};

/// How a file is to be taken in.
pub(crate) struct Import {
    pub format: Format,
    pub mode: ImportMode,
    pub lang: Lang,
    pub confirm: Confirm,
    pub publish: bool,
    pub by: Option<AgentCard>,
}

/// Reads a file and has the site say what it changes, or change it. A file with errors changes nothing, and of such a
/// file only the problems are told.
pub(crate) async fn take_in(env: &Env, site: &Site, import: Import, text: &str) -> Result<ImportPreview> {
    let reading = Reading { lang: import.lang, languages: &site.settings.languages };
    let Read { entries, problems } = read(import.format, text, reading);
    let refused = problems.errors > 0;
    let confirm = if refused { Confirm::Preview } else { import.confirm };
    let entries: Vec<(EntryId, Content)> = if refused { Vec::new() } else { entries };
    let Import { format, mode, publish, by, .. } = import;
    let mode = if refused { ImportMode::Merge } else { mode };
    let call = ImportEntries { entries, format, mode, confirm, publish, by };
    let Imported { revision, changes } = calls::call(env, site.key.as_str(), call).await?;
    let imported = confirm != Confirm::Preview;
    if imported {
        sites::changed(&site.key);
    }
    Ok(preview(revision, imported, problems, changes))
}

fn preview(revision: u64, imported: bool, problems: Problems, changes: Changes) -> ImportPreview {
    ImportPreview { revision, imported, problems, changes }
}

/// `POST /v1/console/kb/import?format=&mode=&lang=`, and `&revision=&publish=` to confirm.
pub(super) async fn import(env: &Env, mut request: Request) -> Result<Response> {
    let me = writer(env, &request).await?.me;
    let site = sites::get(env, &me.site).await?;
    let text = body(&mut request, limits::IMPORT_BYTES).await?;
    let format = match query(&request, "format").as_deref() {
        None | Some("") => Format::guess(&query(&request, "name").unwrap_or_default(), &text),
        Some(name) => Format::parse(name).ok_or(ErrorCode::BadValue)?,
    };
    let mode = match query(&request, "mode").as_deref() {
        None | Some("merge") => ImportMode::Merge,
        Some("replace") => ImportMode::Replace,
        Some(_) => return Err(ErrorCode::BadValue.into()),
    };
    let lang = match query(&request, "lang") {
        Some(tag) => Lang::parse(&tag).ok_or(ErrorCode::BadValue)?,
        None => site.settings.first_language(),
    };
    let confirm = match query(&request, "revision") {
        Some(revision) => Confirm::At(revision.parse().map_err(|_| ErrorCode::BadValue)?),
        None => Confirm::Preview,
    };
    let publish = query(&request, "publish").as_deref() == Some("true");
    let import = Import { format, mode, lang, confirm, publish, by: Some(me.agent) };
    private(&take_in(env, &site, import, &text).await?)
}

/// `GET /v1/console/kb/export?format=&draft=`.
pub(super) async fn export(env: &Env, request: &Request) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    let format = query(request, "format").and_then(|name| Format::parse(&name)).ok_or(ErrorCode::BadValue)?;
    let draft = query(request, "draft").as_deref() == Some("true");
    let entries = calls::call(env, me.site.as_str(), ExportEntries { draft }).await?;
    let (ending, kind) = format.file();
    let mut response = Response::from_bytes(write(format, &entries).into_bytes())?;
    let headers = response.headers_mut();
    headers.set("content-type", kind)?;
    headers.set("content-disposition", &format!("attachment; filename=\"{}-kb.{ending}\"", me.site))?;
    headers.set("cache-control", "no-store")?;
    Ok(response)
}
